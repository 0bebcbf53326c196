"""The judge sees what breaks out: otherwise it would find nothing on the board either."""

from __future__ import annotations

import json
from html import escape
from typing import Final

import pytest

from tests.integration.attacks.judge import Documents, complaints
from tests.integration.attacks.payloads import ADDRESSES, ELEMENTS, FOREIGN, HANDLERS, MARK, MUTATIONS, RUN

pytestmark = pytest.mark.browser

SEEN: Final = (
    *ELEMENTS[:3],
    *ELEMENTS[4:10],
    *HANDLERS[:1],
    *HANDLERS[3:6],
    *ADDRESSES[:5],
    *FOREIGN[:4],
    *MUTATIONS[:1],
)


def test_what_breaks_out_is_seen() -> None:
    """Where nothing is escaped, all of these are found by the browser that finds nothing on the board."""
    documents = Documents()
    for payload in SEEN:
        documents.add_part(payload, payload)
        documents.add_part(f"escaped {payload}", escape(payload))
    assert sorted(complaints(documents)) == sorted(SEEN)


def test_an_unescaped_attribute_and_structured_data_are_seen() -> None:
    documents = Documents()
    documents.add("attribute", f'<input value="" autofocus onfocus={RUN} x="">')
    documents.add("data", f'<script type="application/ld+json">{{"x": "</script><script>{RUN}</script>"}}</script>')
    assert set(complaints(documents)) == {"attribute", "data"}


@pytest.mark.parametrize(
    ("data", "is_seen"),
    [
        ({"description": f"<p>You bake.</p><img src=x onerror={RUN}>"}, True),
        ({"hiringOrganization": {"description": f"<script>{RUN}</script>"}}, True),
        ({"hiringOrganization": {"sameAs": [f"javascript:{RUN}"]}}, True),
        ({MARK: "x"}, True),
        ({"title": f"<img src=x onerror={RUN}>", "description": escape(f"<img src=x onerror={RUN}>")}, False),
        ({"hiringOrganization": {"sameAs": f"https://bread.example/?{MARK}"}}, False),
    ],
)
def test_what_search_engines_read_is_looked_into(data: dict[str, object], *, is_seen: bool) -> None:
    documents = Documents()
    documents.add(
        "data", f'<script type="application/ld+json">{json.dumps(data).replace("<", chr(92) + "u003c")}</script>'
    )
    assert list(complaints(documents)) == (["data"] if is_seen else [])


def test_what_runs_only_when_a_page_is_opened_is_seen() -> None:
    documents = Documents()
    documents.add("by its own script", f"<!DOCTYPE html><p>{escape(RUN)}</p><script>{OWN_SCRIPT}</script>", opened=True)
    assert list(complaints(documents)) == ["by its own script"]


OWN_SCRIPT: Final = "eval(document.querySelector('p').textContent)"
"""As bad as one of a page's own scripts can be."""


def test_a_mail_in_a_frame_that_runs_nothing_is_looked_into() -> None:
    documents = Documents()
    for name, mail in ("bad", f"<img src=x onerror={RUN}>"), ("good", escape(f"<img src=x onerror={RUN}>")):
        documents.add(name, f'<iframe sandbox="" srcdoc="{escape(mail)}"></iframe>')
    assert list(complaints(documents)) == ["bad"]
