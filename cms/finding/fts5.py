"""The words of the postings on SQLite: an FTS5 index beside the table, kept by triggers (sqlite.org/fts5.html#external_content_tables)."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from itertools import batched
from typing import Final, override

import numpy as np
from django.db import connection

from cms.finding.columns import Wholes
from cms.finding.text_index import TIERS, TextIndex
from cms.finding.words import Phrase, Terms

COLUMNS: Final = ("{title}", "{title beside}", "{title beside description}")
_MATCHING: Final = "SELECT group_concat(rowid) FROM cms_searchedtext_words WHERE cms_searchedtext_words MATCH %s"
_SAME_TITLE: Final = "SELECT group_concat(page_id) FROM cms_searchedtext WHERE title = %s"
_REBUILD: Final = "INSERT INTO cms_searchedtext_words(cms_searchedtext_words) VALUES ('rebuild')"
_CONTAINS: Final = (
    "(SELECT count(*) FROM cms_searchedtext_words WHERE cms_searchedtext_words MATCH %s AND rowid = {page:d})"
)
_AT_ONCE: Final = 50
_FORMS: Final = (
    """CREATE VIRTUAL TABLE IF NOT EXISTS temp.forms
       USING fts5(words, content='', tokenize="porter unicode61 remove_diacritics 0")""",
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.forms_found USING fts5vocab(temp, forms, row)",
    "INSERT INTO temp.forms(forms) VALUES ('delete-all')",
)
"""A text by itself, taken apart as the index does it: a table of this connection alone."""
_VOCABULARY: Final = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, cms_searchedtext_words, row)"
)
_NOTHING: Final = np.zeros(0, np.int64)


class Fts5Index(TextIndex):
    @override
    def matching(self, asked: Terms) -> Wholes:
        return _pages([_MATCHING], [_expression(asked, COLUMNS[-1])])[0] if asked else _NOTHING

    @override
    def ranked(self, asked: Terms) -> tuple[Wholes, ...]:
        if not asked:
            return (_NOTHING,) * TIERS
        selects = [_SAME_TITLE, *[_MATCHING] * len(COLUMNS)]
        return _pages(selects, [asked.in_one, *(_expression(asked, columns) for columns in COLUMNS)])

    @override
    def contains(self, page: int, asked: Sequence[Terms]) -> tuple[bool, ...]:
        found: list[bool] = []
        for some in batched(asked, _AT_ONCE, strict=False):
            selects = [_CONTAINS.format(page=page) if terms else "0" for terms in some]
            values = [_expression(terms, COLUMNS[-1]) for terms in some if terms]
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {', '.join(selects)}", values)
                found.extend(map(bool, cursor.fetchone()))
        return tuple(found)

    @override
    def forms(self, text: str) -> frozenset[str]:
        with connection.cursor() as cursor:
            for statement in _FORMS:
                cursor.execute(statement)
            cursor.execute("INSERT INTO temp.forms(rowid, words) VALUES (1, %s)", [text])
            cursor.execute("SELECT term FROM temp.forms_found")
            return frozenset(str(form) for (form,) in cursor.fetchall())

    @override
    def frequencies(self, forms: Collection[str]) -> Mapping[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(_VOCABULARY)
            cursor.execute(
                "SELECT term, doc FROM temp.vocabulary WHERE term IN (SELECT value FROM json_each(%s))",
                [json.dumps(sorted(forms))],
            )
            return {str(form): int(pages) for form, pages in cursor.fetchall()}

    @override
    def rebuild(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_REBUILD)


def _expression(asked: Terms, columns: str) -> str:
    """Words have letters and digits only, so that nothing in quotes can end them."""
    return f"{columns} : ({' AND '.join(map(_quoted, asked.phrases))})"


def _quoted(phrase: Phrase) -> str:
    return f'"{" ".join(phrase)}"'


def _pages(selects: Sequence[str], values: Sequence[str]) -> tuple[Wholes, ...]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(f'({select})' for select in selects)}", values)
        return tuple(np.fromstring(pages, np.int64, sep=",") if pages else _NOTHING for pages in cursor.fetchone())
