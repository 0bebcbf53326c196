"""The words of the postings on PostgreSQL: generated columns with an index each (postgresql.org/docs/current/textsearch.html)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, override

import numpy as np
from django.db import connection

from cms.finding.columns import Wholes
from cms.finding.text_index import TIERS, TextIndex
from cms.finding.words import Phrase, Terms

COLUMNS: Final = ("in_title", "in_or_beside_title", "anywhere")
_PAGES: Final = "SELECT string_agg(int8send(page_id), '') FROM cms_searchedtext WHERE"
_SAME_TITLE: Final = f"{_PAGES} title = %s"
_CONTAINS: Final = """
    SELECT anywhere @@ to_tsquery('cms_words', asked.query)
    FROM cms_searchedtext, unnest(%s::text[]) WITH ORDINALITY AS asked(query, number)
    WHERE page_id = %s ORDER BY asked.number
"""
_FREQUENCIES: Final = """
    SELECT form, (SELECT count(*) FROM cms_searchedtext WHERE anywhere @@ quote_literal(form)::tsquery)
    FROM unnest(%s::text[]) AS form
"""
_NOTHING: Final = np.zeros(0, np.int64)


class TsvectorIndex(TextIndex):
    @override
    def matching(self, asked: Terms) -> Wholes:
        return _pages([_matching(COLUMNS[-1])], [_expression(asked)])[0] if asked else _NOTHING

    @override
    def ranked(self, asked: Terms) -> tuple[Wholes, ...]:
        if not asked:
            return (_NOTHING,) * TIERS
        selects = [_SAME_TITLE, *map(_matching, COLUMNS)]
        return _pages(selects, [asked.in_one, *[_expression(asked)] * len(COLUMNS)])

    @override
    def contains(self, page: int, asked: Sequence[Terms]) -> tuple[bool, ...]:
        with connection.cursor() as cursor:
            cursor.execute(_CONTAINS, [[_expression(terms) for terms in asked], page])
            found = [bool(is_met) for (is_met,) in cursor.fetchall()]
        return tuple(found) or (False,) * len(asked)

    @override
    def forms(self, text: str) -> frozenset[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT unnest(tsvector_to_array(to_tsvector('cms_words', %s)))", [text])
            return frozenset(str(form) for (form,) in cursor.fetchall())

    @override
    def frequencies(self, forms: Collection[str]) -> Mapping[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(_FREQUENCIES, [sorted(forms)])
            return {str(form): int(pages) for form, pages in cursor.fetchall()}

    @override
    def rebuild(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("REINDEX TABLE cms_searchedtext")


def _matching(column: str) -> str:
    return f"{_PAGES} {column} @@ to_tsquery('cms_words', %s)"


def _expression(asked: Terms) -> str:
    """Words have letters and digits only, so that nothing in quotes can end them."""
    return " & ".join(map(_quoted, asked.phrases))


def _quoted(phrase: Phrase) -> str:
    return f"({' <-> '.join(f"'{word}'" for word in phrase)})"


def _pages(selects: Sequence[str], values: Sequence[str]) -> tuple[Wholes, ...]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(f'({select})' for select in selects)}", values)
        return tuple(np.frombuffer(pages, ">i8").astype(np.int64) if pages else _NOTHING for pages in cursor.fetchone())
