"""What an import makes of foreign HTML."""

import pytest

from cms.importing.rich_text import rich_text

pytestmark = [pytest.mark.unit]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>You <b>bake</b>.</p>", "<p>You <b>bake</b>.</p>"),
        ("<h1>Tasks</h1><h5>Small</h5>", "<h2>Tasks</h2><h4>Small</h4>"),
        ("<H1 class='x'>Tasks</H1>", "<h2>Tasks</h2>"),
        (
            "<table><tr><th>Day</th> <th>Shift</th></tr><tr><td>Mon</td><td>8–16</td></tr></table>",
            "<p>Day, Shift</p><p>Mon, 8–16</p>",
        ),
        ("<div>One</div><div>Two</div>", "<p>One</p><p>Two</p>"),
        ("<div><section><p>One</p></section></div>", "<p>One</p>"),
        ("One<br>Two<hr>", "One<br/>Two<hr/>"),
        ("<p onclick='x()'>One<script>alert(1)</script></p>", "<p>One</p>"),
        (
            "<a href='javascript:alert(1)'>x</a><a href='https://a.example'>y</a>",
            '<a>x</a><a href="https://a.example">y</a>',
        ),
    ],
)
def test_made_of(html: str, expected: str) -> None:
    assert rich_text(html) == expected
