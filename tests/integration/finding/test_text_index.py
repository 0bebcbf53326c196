"""The contract of `TextIndex`: the same on every database."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.finding.text_index import TIERS, text_index
from cms.finding.words import terms
from cms.models import SearchedText

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

TEXTS = {
    1: ("baker", "bread daughters ghent belgium", "you bake bread at night and clean the ovens"),
    2: ("head baker", "mill company ghent belgium", "you lead the bakery"),
    3: ("driver", "baker brothers leeds united kingdom", "you bring bread to shops"),
    4: ("gardener", "green leeds united kingdom", "a baker left a garden to us"),
    5: ("it support", "fire department leeds united kingdom", "it is a calm place to work"),
    6: ("nurse", "fire leeds", "department of health"),
    7: ("data engineer cplusplus", "numbers 24 h", "пекарь 東京 2024 1e5 3.14"),
}


@pytest.fixture(autouse=True)
def texts(db: None) -> None:
    for pk, (title, beside, description) in TEXTS.items():
        SearchedText.objects.create(pk=pk, title=title, beside=beside, description=description)


def matching(text: str) -> list[int]:
    return sorted(text_index().matching(terms(text)).tolist())


def ranked(text: str) -> list[list[int]]:
    return [sorted(tier.tolist()) for tier in text_index().ranked(terms(text))]


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("baker", [1, 2, 3, 4]),
        ("BÂKER", [1, 2, 3, 4]),
        ("bakers", [1, 2, 3, 4]),
        ("gardens", [4]),
        ("baker leeds", [3, 4]),
        ("baker bread shops", [3]),
        ('"fire department"', [5]),
        ('department "fire"', [5, 6]),
        ("IT", [5]),
        ("the", [1, 2]),
        ("C++", [7]),
        ("Пекарь", [7]),
        ("2024", [7]),
        ("1e5", [7]),
        ("nothing of the kind", []),
        ("x" * 60, []),
    ],
)
def test_all_terms_in_any_form_anywhere(text: str, pages: list[int]) -> None:
    assert matching(text) == pages


def test_a_phrase_does_not_reach_over_the_end_of_a_column() -> None:
    assert matching('"baker bread"') == []
    assert matching('"ghent belgium"') == [1, 2]
    assert matching('"belgium you"') == []


def test_the_better_the_place_the_higher_the_tier() -> None:
    assert ranked("baker") == [[1], [1, 2], [1, 2, 3], [1, 2, 3, 4]]
    assert ranked("ghent baker") == [[], [], [1, 2], [1, 2]]
    assert len(ranked("baker")) == TIERS


def test_nothing_is_found_by_nothing() -> None:
    assert matching("…") == []
    assert [page for tier in ranked("…") for page in tier] == []


@pytest.mark.parametrize(
    "text", ["' OR 1=1 --", '")) OR (title : "a', "a & | ! <-> :* b", "NEAR(a b, 2)", "{title} : a", "\\"]
)
def test_no_sign_means_anything_to_the_database(text: str) -> None:
    assert matching(text) == []
    assert len(ranked(text)) == TIERS


def test_the_index_follows_each_row() -> None:
    SearchedText.objects.filter(pk=1).update(title="miller")
    SearchedText.objects.filter(pk=2).delete()
    text = SearchedText.objects.get(pk=3)
    text.beside = "mill leeds"
    text.save()
    assert matching("baker") == [4]
    assert matching("miller") == [1]
    text_index().rebuild()
    assert matching("baker") == [4]
    assert matching("mill") == [3]


def test_one_query_each() -> None:
    with CaptureQueriesContext(connection) as captured:
        matching("baker")
        ranked("baker ghent")
    assert len(captured) == 2


@pytest.mark.parametrize("text", ["baker", "bakers bread", '"fire department"', "IT", "C++", "Пекарь", "1e5", "x" * 60])
def test_a_page_contains_what_it_is_found_by(text: str) -> None:
    asked = [terms("nothing of the kind"), terms(text), terms("")]
    for page in [*TEXTS, 99]:
        assert text_index().contains(page, asked) == (False, page in matching(text), False)


def test_many_texts_are_looked_for_at_once() -> None:
    asked = [terms("baker"), terms("driver")] * 60
    assert text_index().contains(1, asked) == (True, False) * 60


@pytest.mark.parametrize("text", ["baker", "bakers", "gardening", "C++", "Пекарь", "1e5", "fire department", "東京"])
def test_a_page_that_is_found_has_all_forms_of_the_words(text: str) -> None:
    for page in matching(text):
        kept = " ".join(TEXTS[page])
        assert text_index().forms(terms(text).in_one) <= text_index().forms(kept)


def test_forms_are_those_of_the_text_alone() -> None:
    assert len(text_index().forms("nurse nurses nursing")) == 1
    assert text_index().forms("baker") & text_index().forms("driver") == frozenset()
    assert text_index().forms("") == frozenset()


def test_how_many_pages_have_a_form() -> None:
    index = text_index()
    for word, pages in (("baker", 4), ("fire", 2), ("cplusplus", 1), ("1e5", 1), ("東京", 1), ("nothing", 0)):
        (form,) = index.forms(word)
        assert index.frequencies([form]).get(form, 0) == pages, word
    assert index.frequencies([]) == {}
