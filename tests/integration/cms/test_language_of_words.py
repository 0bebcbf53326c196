"""In which language a posting, a company, a category and the board are described, and how that is said on pages in another one."""

from __future__ import annotations

import json
import re
from html import unescape

import feedparser  # type: ignore[import-untyped]  # there are no stubs for it
import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.actions import CloseJobAction
from cms.models import BoardInLanguage, Category, Company, JobPage
from tests.integration.cms import keyboard
from tests.integration.cms.factories import live, make_category, make_company, make_job, the_board
from tests.integration.cms.keyboard import PUBLISH, text

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def in_languages(page: str) -> set[tuple[str, str]]:
    """Languages that are named below `html`, each with the words that follow, but for the switch between languages."""
    found = re.findall(r"<(?!html)\w+\b(?![^>]*hreflang)[^>]* lang=\"([\w-]+)\"[^>]*>(?:\s*<\w+[^>]*>)*([^<]*)", page)
    return {(language, unescape(words).strip()) for language, words in found}


def make_described_company(language: str) -> Company:
    company = make_company("Bakery")
    Company.objects.filter(pk=company.pk).update(description="<p>Since 1899.</p>", language=language)
    return company


def test_an_english_posting_on_a_german_page(client: Client) -> None:
    make_job(company=make_described_company("en"))
    assert in_languages(text(client, "/de/jobs/baker/")) == {
        ("en", "Baker"),
        ("en", "You bake."),
        ("en", "Since 1899."),
    }
    assert in_languages(text(client, "/de/jobs/")) == {("en", "Baker")}
    assert in_languages(text(client, "/de/companies/bakery/")) == {("en", "Baker"), ("en", "Since 1899.")}
    assert in_languages(text(client, "/de/jobs/baker/subscribe/")) == {("en", "Baker")}
    assert in_languages(text(client, "/de/jobs/baker/subscribe/sent/")) == {("en", "Baker")}


def test_a_german_posting_on_an_english_page(client: Client) -> None:
    make_job(
        "Bäcker", slug="baker", language="de", description="<p>Sie backen.</p>", company=make_described_company("de")
    )
    assert in_languages(text(client, "/jobs/baker/")) == {
        ("de", "Bäcker"),
        ("de", "Sie backen."),
        ("de", "Since 1899."),
    }
    assert in_languages(text(client, "/jobs/")) == {("de", "Bäcker")}


@pytest.mark.parametrize(("language", "prefix"), [("en", ""), ("en", "/en"), ("de", "/de")])
def test_nothing_is_said_of_the_language_of_the_page_itself(client: Client, language: str, prefix: str) -> None:
    make_job(
        language=language, company=make_described_company(language), categories=(make_category("Food", de="Essen"),)
    )
    for path in ("/jobs/", "/jobs/baker/", "/jobs/baker/subscribe/", "/companies/bakery/", "/categories/food/"):
        assert in_languages(text(client, prefix + path)) == set(), path


def test_what_is_read_from_the_right(client: Client) -> None:
    make_job("خباز", slug="baker", language="ar")
    assert '<h1 lang="ar" dir="rtl">خباز</h1>' in text(client, "/jobs/baker/")


def test_similar_jobs_each_in_its_language(client: Client) -> None:
    food = make_category("Food")
    make_job("Baker", categories=(food,))
    make_job("Bäcker", slug="baecker", language="de", categories=(food,))
    assert ("de", "Bäcker") in in_languages(text(client, "/jobs/baker/"))
    assert ("en", "Baker") in in_languages(text(client, "/de/jobs/baecker/"))


def test_what_has_happened_in_the_words_of_the_posting(client: Client) -> None:
    job = make_job()
    job.title, job.salary_maximum, job.change_note = "Head baker", 3900, "We can pay more."
    job.save_revision().publish()
    named = in_languages(text(client, "/de/jobs/baker/"))
    assert {("en", "Baker"), ("en", "Head baker"), ("en", "We can pay more.")} <= named
    assert not [words for _, words in named if "3.900" in words]
    assert in_languages(text(client, "/jobs/baker/")) == set()


def test_the_board_in_german(client: Client) -> None:
    english, german = text(client, "/jobs/"), text(client, "/de/jobs/")
    assert "<h1>Open jobs</h1>" in english
    assert "<title>Open jobs ·" in english
    assert "<h1>Offene Stellen</h1>" in german
    assert "<title>Offene Stellen ·" in german
    assert '<meta name="description" content="Jeder Stelle hier' in german
    assert '<p class="intro">Jeder Stelle hier' in german


def test_what_the_board_does_not_say_in_german_is_in_its_own_language(client: Client) -> None:
    BoardInLanguage.objects.update(intro="")
    page = text(client, "/de/jobs/")
    assert "<h1>Offene Stellen</h1>" in page
    assert '<p class="intro" lang="en">Every job here' in page
    BoardInLanguage.objects.get().delete()
    assert '<h1 lang="en">Open jobs</h1>' in text(client, "/de/jobs/")


def test_an_editor_says_it_in_german(publisher: Client, client: Client) -> None:
    board = the_board()
    board.in_other_languages.get().delete()
    words = {
        "in_other_languages-TOTAL_FORMS": "1",
        "in_other_languages-0-id": "",
        "in_other_languages-0-ORDER": "1",
        "in_other_languages-0-DELETE": "",
        "in_other_languages-0-language": "de",
        "in_other_languages-0-title": "Stellenmarkt",
        "in_other_languages-0-intro": "Folgen Sie.",
    }
    keyboard.edit(publisher, board, keyboard.SAVE, **words)
    assert "Stellenmarkt" not in text(client, "/de/jobs/")
    keyboard.edit(publisher, board, PUBLISH)
    assert "<h1>Stellenmarkt</h1>" in text(client, "/de/jobs/")


def test_the_same_language_twice_is_refused(publisher: Client) -> None:
    food = make_category("Food", de="Essen")
    known = food.in_other_languages.get().pk
    form = {
        "name": "Food",
        "slug": "food",
        "in_other_languages-TOTAL_FORMS": "2",
        "in_other_languages-INITIAL_FORMS": "1",
    }
    for number, (pk, name) in enumerate(((str(known), "Essen"), ("", "Lebensmittel"))):
        row = {"id": pk, "ORDER": str(number + 1), "DELETE": "", "language": "de", "name": name}
        form |= {f"in_other_languages-{number}-{field}": value for field, value in row.items()}
    answer = publisher.post(reverse("wagtailsnippets_cms_category:edit", args=[food.pk]), form)
    assert answer.status_code == 200
    assert Category.objects.get().in_other_languages.get().name == "Essen"


def test_a_category_in_german(client: Client) -> None:
    make_job(categories=(make_category("Food", de="Essen"), make_category("Night work")), language="de")
    listed, filtered = text(client, "/de/jobs/"), text(client, "/de/jobs/?category=food&category=night-work")
    assert "<span>Essen</span>" in listed
    assert '<span lang="en">Night work</span>' in listed
    assert ">Food<" not in listed
    assert "</span> Essen <span" in filtered
    assert '</span> <span lang="en">Night work</span> <span' in filtered
    page = text(client, "/de/jobs/baker/")
    assert '<a href="/de/categories/food/">Essen</a>' in page
    assert '<a href="/de/categories/night-work/" lang="en">Night work</a>' in page
    assert "<h1>Essen</h1>" in text(client, "/de/categories/food/")
    assert "<title>Stellen: Essen" in text(client, "/de/categories/food/")
    assert '<h1 lang="en">Night work</h1>' in text(client, "/de/categories/night-work/")
    assert "<span>Food</span>" in text(client, "/jobs/")


def test_a_kept_list_hears_of_another_name_at_once(client: Client) -> None:
    food = make_category("Food", de="Essen")
    make_job(categories=(food,))
    assert "Essen" in text(client, "/de/jobs/")
    name = food.in_other_languages.get()
    name.name = "Lebensmittel"
    name.save()
    for path in ("/de/jobs/", "/de/jobs/baker/", "/de/categories/food/"):
        assert "Lebensmittel" in text(client, path)
    name.delete()
    assert '<span lang="en">Food</span>' in text(client, "/de/jobs/")


def test_the_number_of_queries_does_not_grow_with_the_categories(client: Client) -> None:
    def queries(path: str) -> int:
        text(client, path)
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as captured:
            text(client, path)
        return len(captured)

    job = make_job(categories=(make_category("Food", de="Essen"),))
    paths = ("/jobs/", "/de/jobs/", "/de/jobs/baker/", "/de/feeds/jobs.atom")
    few = [queries(path) for path in paths]
    assert few[1] == few[0] + 1  # the board's own words
    job.categories.add(*(make_category(f"Category {number}", de=f"Kategorie {number}") for number in range(5)))
    job.save_revision().publish()
    assert [queries(path) for path in paths] == few


def test_feeds_say_which_language_an_entry_is_in(client: Client) -> None:
    make_job("Baker", categories=(make_category("Food", de="Essen"),))
    make_job("Bäcker", slug="baecker", language="de")
    atom = feedparser.parse(text(client, "/de/feeds/jobs.atom"))
    assert [entry.title_detail.language for entry in atom.entries] == ["de", "en"]
    german, english = json.loads(text(client, "/de/feeds/jobs.json"))["items"]
    assert "language" not in german
    assert "lang=" not in german["content_html"]
    assert english["language"] == "en"
    assert english["tags"] == ["Essen"]
    facts, own, link = english["content_html"].partition('<div lang="en"><p>You bake.</p></div>')
    assert own
    assert facts.startswith('<p lang="de">Bread &amp; Sons · Ghent, Belgien')
    assert link.startswith('<p lang="de"><a')
    assert json.loads(text(client, "/feeds/jobs.json"))["items"][0]["language"] == "de"


def test_the_api_names_the_language(client: Client) -> None:
    make_job(language="fr")
    [posting] = json.loads(text(client, "/api/postings"))["postings"]
    assert posting["language"] == "fr"


def test_a_posting_begins_in_the_language_of_the_board(publisher: Client) -> None:
    keyboard.create(publisher, PUBLISH)
    job = keyboard.created()
    assert job.language == "en"
    keyboard.edit(publisher, job, PUBLISH, language="pl")
    assert live(job).language == "pl"
    assert "language" in keyboard.refused(publisher, job, PUBLISH, language="tlh")
    CloseJobAction(page=live(job), reason=JobPage.ClosedReason.FILLED).execute()
    assert live(job).language == "pl"
