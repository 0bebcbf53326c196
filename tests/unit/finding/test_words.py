"""What is typed into the search box, and what becomes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.finding.words import MAX_TERMS, folded, terms, words

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Köln Süd", "koln sud"),
        ("STRASSE Straße", "strasse strasse"),
        ("Pâtissier", "patissier"),
        ("Łódź, Ålesund, Tromsø", "lodz, alesund, tromso"),
        ("Æble Œuvre", "aeble oeuvre"),
        ("ﬁne ℌotel", "fine hotel"),
        ("İstanbul", "istanbul"),
    ],
)
def test_accents_and_capitals_are_folded(text: str, plain: str) -> None:
    assert folded(text) == plain


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("C++ / C# (.NET)", ["cplusplus", "csharp", "dotnet"]),
        ("ASP.NET", ["asp", "dotnet"]),
        ("the driver’s seat", ["the", "driver", "seat"]),
        ("snake_case & R&D", ["snake", "case", "r", "d"]),
        ("a" * 51 + " b", ["b"]),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("  Data   engineer ", [("data",), ("engineer",)]),
        ('"fire department" nurse', [("fire", "department"), ("nurse",)]),
        ("„Fire department“ nurse", [("fire", "department"), ("nurse",)]),
        ("part-time R&D", [("part", "time"), ("r", "d")]),
        ("nurse,baker/cook|welder;gardener", [("nurse",), ("baker",), ("cook",), ("welder",), ("gardener",)]),
        ('fire "department', [("fire",), ("department",)]),
        ("nurse Nurse NURSE", [("nurse",)]),
        ("NOT (a OR b*) AND NEAR -c ^d", [("not",), ("a",), ("or",), ("b",), ("and",), ("near",), ("c",), ("d",)]),
        ('"" !!! … \x00 -', []),
    ],
)
def test_words_and_quoted_phrases(text: str, phrases: list[tuple[str, ...]]) -> None:
    assert list(terms(text).phrases) == phrases


def test_no_more_terms_than_anybody_needs() -> None:
    many = terms(" ".join(f"word{number}" for number in range(100)))
    assert many.in_one.split() == [f"word{number}" for number in range(MAX_TERMS)]
    assert len(terms(f'"{" ".join("ab" * 100)}"').in_one.split()) == MAX_TERMS


@given(st.text())
def test_whatever_is_typed_has_an_answer_and_is_folded_once(text: str) -> None:
    asked = terms(text)
    assert all(word.isalnum() for phrase in asked.phrases for word in phrase)
    assert words(" ".join(words(text))) == words(text)
