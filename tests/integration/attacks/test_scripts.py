"""What the editor's form takes becomes no more than text, judged by a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from itertools import batched
from typing import Final

import pytest
from django.test import Client
from django.urls import reverse

from cms.models import JobPage
from tests.integration.attacks.judge import Documents, complaints
from tests.integration.attacks.payloads import (
    ADDRESSES,
    ELEMENTS,
    FOREIGN,
    HANDLERS,
    MARK,
    MUTATIONS,
    PAYLOADS,
    RUN,
)
from tests.integration.cms.keyboard import PUBLISH, create
from tests.integration.notifications import people

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

SEEN: Final = (
    *ELEMENTS[:3],
    *ELEMENTS[4:10],
    *HANDLERS[:1],
    *HANDLERS[3:6],
    *ADDRESSES[:5],
    *FOREIGN[:4],
    *MUTATIONS[:1],
)


def _entities() -> Iterator[dict[str, object]]:
    for address in (
        f"javascript:{RUN}",
        f"JaVaScRiPt:{RUN}",
        f"data:text/html,<script>{RUN}</script>",
        f"\x01javascript:{RUN}",
    ):
        yield {"type": "LINK", "mutability": "MUTABLE", "data": {"url": address}}
    yield {"type": "LINK", "mutability": "MUTABLE", "data": {"id": f'1" onclick="{RUN}', "parentId": "<b>", "url": "/"}}
    yield {
        "type": "EMBED",
        "mutability": "IMMUTABLE",
        "data": {"url": f"javascript:{RUN}", "html": f"<script>{RUN}</script>"},
    }
    yield {"type": "HORIZONTAL_RULE", "mutability": "IMMUTABLE", "data": {"html": f"<script>{RUN}</script>"}}
    yield {"type": MARK, "mutability": "IMMUTABLE", "data": {"html": f"<script>{RUN}</script>"}}


def test_what_an_editors_browser_may_send_in_place_of_the_editor_is_no_more_than_text(client: Client) -> None:
    """The editor's form takes JSON (Draft.js), and whoever may write postings may send any."""
    editor, documents, entities = people.administrator(), Documents(), list(_entities())
    for number, payloads in enumerate(batched(PAYLOADS, len(entities), strict=False)):
        content = {
            "blocks": [USUAL, *(_block(key, payload, entities[key]) for key, payload in enumerate(payloads))],
            "entityMap": {str(key): entity for key, entity in enumerate(entities)},
        }
        slug = f"baker-{number}"
        create(editor, PUBLISH, title=slug, slug=slug, description=json.dumps(content))
        job = JobPage.objects.get(slug=slug)
        documents.add(slug, client.get(job.path_on_site).text)
        documents.add(f"{slug}, edited", editor.get(reverse("wagtailadmin_pages:edit", args=[job.pk])).text)
    assert complaints(documents.html) == {}


USUAL: Final = {"key": "a1b2c", "type": "unstyled", "depth": 0, "text": "You bake."}


def _block(key: int, payload: str, entity: dict[str, object]) -> dict[str, object]:
    return {
        "key": payload,
        "type": "unstyled" if entity["type"] == "LINK" else "atomic",
        "depth": 0,
        "text": payload,
        "inlineStyleRanges": [{"offset": 0, "length": 5, "style": "BOLD"}],
        "entityRanges": [{"key": key, "offset": 0, "length": len(payload)}],
        "data": {"style": f"background:url(//{MARK}.example)"},
    }


def test_what_breaks_out_is_seen() -> None:
    """Where nothing is escaped, all of these are found by the browser that finds nothing on the board."""
    documents = Documents()
    for payload in SEEN:
        documents.add_part(payload, payload)
        documents.add_part(f"escaped {payload}", escape(payload))
    assert sorted(complaints(documents.html)) == sorted(SEEN)


def test_an_unescaped_attribute_and_structured_data_are_seen() -> None:
    documents = Documents()
    documents.add("attribute", f'<input value="" autofocus onfocus={RUN} x="">')
    documents.add("data", f'<script type="application/ld+json">{{"x": "</script><script>{RUN}</script>"}}</script>')
    assert set(complaints(documents.html)) == {"attribute", "data"}
