"""References in rich text that an editor's program made up: neither the public pages nor the editor fail on them."""

from __future__ import annotations

import json
from typing import Final

import pytest
from django.test import Client
from django.urls import reverse

from cms.models import JobPage
from tests.integration.cms.factories import live, make_job, the_board
from tests.integration.cms.keyboard import PUBLISH, edit
from tests.integration.notifications import people

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

NUMBERS: Final = ['1" onclick="run()', "", "x", "-1", "1.5", "9" * 30, "٣", None, True]
PAGES: Final = ("/jobs/baker/", "/feeds/jobs.atom", "/feeds/jobs.json", "/feeds/indeed.xml")


def linked(number: object) -> str:
    """What the editor's form sends for a link to a page."""
    block = {
        "key": "a1b2c",
        "type": "unstyled",
        "depth": 0,
        "text": "See here.",
        "inlineStyleRanges": [],
        "entityRanges": [{"key": 0, "offset": 4, "length": 4}],
    }
    entity = {"type": "LINK", "mutability": "MUTABLE", "data": {"id": number, "url": "https://bread.example/"}}
    return json.dumps({"blocks": [block], "entityMap": {"0": entity}})


@pytest.mark.parametrize("number", NUMBERS, ids=repr)
def test_a_link_to_what_is_no_page_takes_nothing_down(client: Client, number: object) -> None:
    job, editor = make_job(), people.administrator()
    edit(editor, job, PUBLISH, description=linked(number))
    assert "onclick" not in live(job).description
    assert [client.get(page).status_code for page in (*PAGES, f"/api/postings/{job.posting_id}")] == [200] * 5
    assert editor.get(reverse("wagtailadmin_pages:edit", args=[job.pk])).status_code == 200


def test_a_link_to_a_page_still_leads_there(client: Client) -> None:
    edit(people.administrator(), make_job(), PUBLISH, description=linked(the_board().pk))
    assert '<a href="/jobs/" rel="nofollow noopener">here</a>' in client.get("/jobs/baker/").text


@pytest.mark.parametrize(
    "stored",
    [
        '<a linktype="page" id="x">here</a>',
        '<a linktype="page">here</a>',
        '<a linktype="document" id="x">here</a>',
        '<a linktype="document" id="99999999999999999999999">here</a>',
        '<embed embedtype="image" id="x" format="left" alt=""/>',
        '<embed embedtype="image"/>',
        '<embed embedtype="media" url="http://127.0.0.1:1/"/>',
        '<embed embedtype="media"/>',
        "<![\0here",
    ],
)
def test_what_was_stored_past_the_editor_takes_nothing_down(client: Client, stored: str) -> None:
    job = make_job()
    JobPage.objects.filter(pk=job.pk).update(description=f"<p>See {stored}.</p>".replace("\0", ""))
    assert [client.get(page).status_code for page in (*PAGES, f"/api/postings/{job.posting_id}")] == [200] * 5
