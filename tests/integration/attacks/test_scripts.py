"""No text that anybody writes becomes markup, runs, or leads elsewhere, wherever it is shown: judged by a browser."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import BytesIO, StringIO
from itertools import batched
from pathlib import Path
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from cms.desk.export import FORMULA
from cms.models import JobPage
from tests.integration.attacks import hostile_board
from tests.integration.attacks.hostile_board import FOLLOWER, HOSTILE_NAME, Board
from tests.integration.attacks.judge import Documents, complaints
from tests.integration.attacks.payloads import (
    MARK,
    PAYLOADS,
    RUN,
    handfuls,
)
from tests.integration.cms.keyboard import PUBLISH, create, form_of
from tests.integration.cms.screens import NOT_FOUND, SCREENS
from tests.integration.notifications import people
from tests.integration.notifications.hostile import KNOWN_HEADERS, post
from tests.integration.notifications.world import html

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

FEEDS: Final = ("/feeds/jobs.{}", "/de/feeds/jobs.{}")
WAGTAILS: Final = (
    "/admin/documents/",
    "/admin/groups/",
    "/admin/images/",
    "/admin/pages/{sent_back}/edit/",
    "/admin/pages/{sent_back}/history/",
    "/admin/pages/{sent_back}/workflow_history/",
    "/admin/redirects/",
    "/admin/reports/site-history/",
    "/admin/users/",
)
"""Its own screens on which there is something that somebody wrote."""
XML_OF_HTML: Final = {"description", "content", "summary"}
"""Elements of a feed's entries whose text is HTML that readers show. What RSS says of the whole feed is plain text."""


@pytest.fixture(autouse=True)
def hostile_settings(settings: LazySettings, tmp_path: Path) -> None:
    settings.BOARD_NAME = settings.WAGTAIL_SITE_NAME = HOSTILE_NAME
    settings.MEDIA_ROOT = tmp_path
    settings.ASKS_PER_CLIENT = settings.ASKS_PER_ADDRESS = 0


@pytest.mark.filterwarnings(
    "ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"
)  # Wagtail leaves pictures open
def test_nothing_that_is_written_is_ever_more_than_text(client: Client) -> None:
    """Every field of everybody, to every output: hundreds of documents, which takes its time."""
    board = hostile_board.made(PAYLOADS)
    documents = Documents()
    _public_pages(board, client, documents)
    _answers_to_forms(board, client, documents)
    _admin(board, documents)
    _mails(board, client, documents)
    _feeds(board, client, documents)
    _api(board, client, documents)
    _spreadsheets()
    assert len(documents.html) > 900
    assert complaints(documents) == {}


def _public_pages(board: Board, client: Client, documents: Documents) -> None:
    for address in hostile_board.public_addresses(board):
        answer = client.get(address, follow=True)
        assert answer.status_code in {200, 404, 410}, address
        assert not [name for name in answer.headers if MARK in name.lower()]
        documents.add(address, answer.text, opened="<script" in answer.text and not address.startswith("/de/"))
    for payloads in handfuls(board.payloads):
        part = client.get("/jobs/", {"q": " ".join(payloads)}, headers={"HX-Request": "true"})
        documents.add_part(f"results {payloads}", part.text)
    for job in board.open:
        assert client.get(f"/cards/{job.posting_id}.png").headers["Content-Type"] == "image/png"


def _answers_to_forms(board: Board, client: Client, documents: Documents) -> None:
    for path, form in hostile_board.answers_to_forms(board):
        answer = post(client, path, dict(form))
        assert answer.status_code in {200, 303, 422}, (path, form)
        assert answer.headers.get("Location", "/").startswith("/")
        documents.add(f"POST {path} {form}", answer.text or "<!DOCTYPE html>")


def _admin(board: Board, documents: Documents) -> None:
    """What editors see, and what they are asked, of each posting and on each screen."""
    client = people.administrator()
    for screen in SCREENS:
        address = "/admin/" + screen.address.format_map(board.names)
        answer = client.get(address, follow=True)
        if answer.status_code != 405:
            assert answer.status_code == (404 if screen.shown == NOT_FOUND else 200), address
            if answer.headers["Content-Type"].startswith("text/html"):
                documents.add(address, answer.text, opened="<script" in answer.text and not address.startswith("/de/"))
    for address in (each.format_map(board.names) for each in WAGTAILS):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert MARK in answer.text, address
        documents.add(address, answer.text)
    for payloads in handfuls(board.payloads, 1_000):
        text = " ".join(payloads)
        for address in ("jobs/", "jobs/results/", "notifications/", "notifications/results/", "snippets/cms/company/"):
            query = dict.fromkeys(("q", "company", "standing", "ordering", "p", "state", "kind"), text)
            documents.add(f"{address} {text}", client.get(f"/admin/{address}", query).text)
        person = client.post("/admin/notifications/person/", {"address": text})
        documents.add(f"person {text}", person.text)
    documents.add("person", client.post("/admin/notifications/person/", {"address": FOLLOWER}).text)
    for job in board.editable:
        edit = reverse("wagtailadmin_pages:edit", args=[job.pk])
        opened = client.get(edit)
        documents.add(edit, opened.text)
        form = form_of(opened)
        form["change_note"], form["title"] = job.title, f"{job.title[:200]} 3"
        documents.add_part(f"panel {job.pk}", client.post(reverse("cms_editor:panel", args=[job.pk]), form).text)
        preview = reverse("wagtailadmin_pages:preview_on_edit", args=[job.pk])
        client.post(preview, form)
        for mode, _ in job.preview_modes:
            documents.add(f"preview {mode} {job.pk}", client.get(preview, {"mode": mode}).text)


def _mails(board: Board, client: Client, documents: Documents) -> None:
    sent = [*board.mails, *hostile_board.mails_of_a_search(board, client)]
    assert len({str(message.subject) for message in sent}) > len(board.open)
    for number, message in enumerate(sent):
        whole = hostile_board.parsed(message)
        assert {name.lower() for name in whole.keys()} <= KNOWN_HEADERS, whole  # noqa: SIM118 - a header may be there twice
        assert not whole.defects
        assert len(whole.get_all("To", [])) == len(whole.get_all("Subject", [])) == len(whole.get_all("From", [])) == 1
        assert whole["From"].addresses[0].addr_spec == "jobs@board.example.org"
        assert [part.get_content_type() for part in whole.iter_parts()] == ["text/plain", "text/html"]
        documents.add(f"mail {number} {message.subject}", html(message))


def _feeds(board: Board, client: Client, documents: Documents) -> None:
    company = board.open[0].company.slug
    category = board.open[0].categories.all()[0].slug
    addresses = [*FEEDS, f"/companies/{company}/feed.{{}}", f"/categories/{category}/feed.{{}}"]
    addresses += [f"/feeds/jobs.{{}}?q={quote(payload)}" for payload in board.payloads[::9]]
    for address in addresses:
        for name in ("atom", "rss"):
            _feed(address.format(name), client, documents)
        made = json.loads(client.get(address.format("json")).content)
        for item in made["items"]:
            documents.add_part(f"{address} {item['id']}", item["content_html"])
    _feed("/feeds/indeed.xml", client, documents)
    for address in ("/sitemap.xml", "/sitemap-pages.xml", "/sitemap-jobs-1.xml"):
        ET.fromstring(client.get(address).content)  # noqa: S314 - our own


def _feed(address: str, client: Client, documents: Documents) -> None:
    answer = client.get(address)
    content = b"".join(answer) if answer.streaming else answer.content
    whole = ET.fromstring(content)  # noqa: S314 - our own
    for number, (parent, element) in enumerate((above, each) for above in whole.iter() for each in above):
        kind = _local(element)
        assert MARK not in kind
        assert not [name for name in element.attrib if MARK in name]
        for value in (element.get("href", ""), element.text if kind in {"link", "url", "guid", "id"} else ""):
            assert not (value or "").lower().startswith(("javascript:", "data:", "vbscript:"))
        if kind in XML_OF_HTML and _local(parent) != "channel":
            documents.add_part(f"{address} {number}", element.text or "")


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _api(board: Board, client: Client, documents: Documents) -> None:
    for job in board.open:
        answer = client.get(f"/api/postings/{job.posting_id}")
        assert answer.headers["Content-Type"].startswith("application/json")
        documents.add_part(f"API {job.pk}", json.loads(answer.content)["description"])
    for payload in board.payloads:
        for path in ("/api/postings", "/api/companies", "/api/categories"):
            answer = client.get(path, {"q": payload, "cursor": payload, "limit": payload})
            assert "json" in answer.headers["Content-Type"]
            json.loads(answer.content)


def _spreadsheets() -> None:
    client = people.administrator()
    written = b"".join(client.get("/admin/jobs/", {"export": "csv"})).decode()
    assert MARK in written
    cells = [cell for row in csv.reader(StringIO(written)) for cell in row]
    assert [cell for cell in cells if cell.startswith(FORMULA)] == []
    book = load_workbook(BytesIO(b"".join(client.get("/admin/jobs/", {"export": "xlsx"}))))
    assert {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row} <= {"s", "n", "d", "inlineStr"}


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
        documents.add(slug, client.get(job.path_on_site).text, opened=True)
        documents.add(f"{slug}, edited", editor.get(reverse("wagtailadmin_pages:edit", args=[job.pk])).text)
    assert complaints(documents) == {}


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
