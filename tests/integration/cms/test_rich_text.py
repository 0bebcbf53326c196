"""Texts that look the same are the same."""

from __future__ import annotations

import pytest

from cms.rich_text import SUMMARY_LENGTH, canonical, summary

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>Bread</p>", '<p data-block-key="a1b2c">Bread</p>'),
        ("<p>Bread</p><p>Rolls</p>", "<p>Bread</p>\n  <p>Rolls</p>\n"),
        ("<p><strong>Bread</strong> <em>now</em></p>", "<p><b>Bread</b> <i>now</i></p>"),
        ("<p>Bread<br>Rolls</p>", "<p>Bread<br/>Rolls</p>"),
        ("<p>Bread</p>", "<p>Bread</p><p></p>"),
        ("<p>Bread &amp; rolls &eacute;</p>", "<p>Bread &#38; rolls é</p>"),
        ("<p>Bread and\nrolls</p>", "<p> Bread  and rolls </p>"),
        ('<a href="https://x.example/">x</a>', '<a href="https://x.example/" class="y">x</a>'),
    ],
)
def test_no_difference(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>Bread</p>", "<p>Rolls</p>"),
        ("<p>Bread</p>", "<h3>Bread</h3>"),
        ("<p>Bread</p>", "<p><b>Bread</b></p>"),
        ("<p>Bread rolls</p>", "<p>Breadrolls</p>"),
        ("<p>Bread</p><p>rolls</p>", "<p>Bread rolls</p>"),
        ("<p><b>Bread</b> rolls</p>", "<p><b>Bread</b>rolls</p>"),
        ('<a href="https://x.example/">x</a>', '<a href="https://y.example/">x</a>'),
        ('<a linktype="page" id="3">x</a>', '<a linktype="page" id="4">x</a>'),
        ("<p>&lt;b&gt;</p>", "<p><b></p>"),
        ("<p>one\N{NO-BREAK SPACE}two</p>", "<p>one two</p>"),
    ],
)
def test_a_difference(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_a_short_text_is_its_own_summary() -> None:
    assert summary(
        "<h3>The job</h3><p>You <b>bake</b> &amp; sell.<br/>Daily.</p><ul><li>Bread</li><li>Rolls</li></ul>"
    ) == ("The job You bake & sell. Daily. Bread Rolls")


def test_a_long_text_is_cut_at_a_word() -> None:
    cut = summary(f"<p>{'bread, ' * 100}</p>")
    assert len(cut) <= SUMMARY_LENGTH
    assert cut.endswith("bread…")
    assert len(summary("x" * 1000)) == SUMMARY_LENGTH


def test_no_text() -> None:
    assert (canonical(""), summary("")) == ("", "")


def test_scripts_and_styles_are_no_text() -> None:
    assert summary("<p>Bread</p><script>alert(1)</script><style>p {}</style><p>Rolls</p>") == "Bread Rolls"
