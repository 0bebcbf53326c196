"""Many postings come into other categories at once: who hears of it, and what becomes of drafts."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from cms.models import JobPage
from jobs_domain.changes import CategoriesChange, MinorChange, NoteToFollowers
from jobs_domain.events import PostingRevised
from tests.integration.cms import keyboard
from tests.integration.cms.desk import bulk_url, did, draft_of
from tests.integration.cms.factories import (
    Heard,
    live,
    make_category,
    make_follower,
    make_job,
)
from tests.integration.cms.keyboard import SAVE, text

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def names(job: JobPage) -> list[str]:
    return live(job).category_names


@pytest.mark.parametrize(
    ("how", "expected"), [("add", ["Crafts", "Health"]), ("remove", []), ("set", ["Health", "Crafts"])]
)
def test_categories(publisher: Client, heard: Heard, how: str, expected: list[str]) -> None:
    crafts, health = make_category("Crafts"), make_category("Health")
    job = make_job(categories=(crafts,))
    given = [crafts] if how == "remove" else [crafts, health]
    make_follower(job)
    heard()
    assert "Now: Crafts." in text(publisher, bulk_url("categorise_jobs", job))
    keys = [str(category.pk) for category in given]
    assert did(publisher, "categorise_jobs", [job], how=how, categories=keys, note="Tidied.") == [
        "1 posting is in other categories now. 1 person is told."
    ]
    assert names(job) == sorted(expected)
    match heard():
        case [PostingRevised(changes=(CategoriesChange(new=new),), note=note)]:
            assert new == frozenset(expected)
            assert note == NoteToFollowers("Tidied.")
        case others:
            pytest.fail(f"{others}")
    assert f"Categories: {', '.join(sorted(expected)) or 'none'}" in text(
        publisher, reverse("wagtailadmin_pages:history", args=[job.pk])
    )


def test_a_minor_change_of_categories_tells_nobody(publisher: Client, heard: Heard) -> None:
    category, job = make_category(), make_job()
    heard()
    keys = [str(category.pk)]
    said = did(publisher, "categorise_jobs", [job], how="add", categories=keys, minor_change="on")
    assert said == ["1 posting is in other categories now. Nobody is told."]
    match heard():
        case [PostingRevised(note=MinorChange())]:
            pass
        case others:
            pytest.fail(f"{others}")
    again = did(publisher, "categorise_jobs", [job], how="add", categories=keys)
    assert again == ["“Baker” was left as it is. It has these categories already."]
    answer = publisher.post(
        bulk_url("categorise_jobs", job), {"how": "add", "categories": keys, "minor_change": "on", "note": "Hear!"}
    )
    assert list(answer.context["form"].errors) == ["minor_change"]


def test_a_draft_takes_over_the_categories_unless_it_has_its_own(publisher: Client) -> None:
    crafts, health, transport = (make_category(name) for name in ("Crafts", "Health", "Transport"))
    same, own = make_job("Same", categories=(health, crafts)), make_job("Own", categories=(crafts,))
    keyboard.edit(publisher, same, SAVE, title="Same draft")
    keyboard.edit(publisher, own, SAVE, title="Own draft", categories=[str(transport.pk)])
    did(publisher, "categorise_jobs", [same, own], how="set", categories=[str(health.pk)])
    assert names(same) == names(own) == ["Health"]
    assert draft_of(same).category_names == ["Health"]
    assert draft_of(own).category_names == ["Transport"]
    assert (live(same).title, live(own).title) == ("Same", "Own")
