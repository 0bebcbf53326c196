"""Wagtail's search in the admin on SQLite, for people who type quotation marks.

There each word goes into the index's own language (sqlite.org/fts5.html, §3) between quotation marks, and the library leaves those
that were typed as they are: a search for “"Bread" & Sons” was an error, or meant something else.

To be imported only where SQLite is the database: the models of the index are made for the one that is.
"""

from __future__ import annotations

from typing import override

from modelsearch.backends.database.sqlite.sqlite import (
    SQLiteAutocompleteQueryCompiler,
    SQLiteSearchBackend,
    SQLiteSearchQueryCompiler,
)
from modelsearch.query import Phrase, PlainText, SearchQuery

NO_WORDS: dict[int, str] = dict.fromkeys(map(ord, '"\0'), " ")
"""What ends a quoted word, and what ends all text."""


def without_quotes(query: SearchQuery) -> SearchQuery:
    match query:
        case PlainText():
            return PlainText(query.query_string.translate(NO_WORDS), operator=query.operator)
        case Phrase():
            return Phrase(query.query_string.translate(NO_WORDS))
        case _:
            return query


class _Compiler(SQLiteSearchQueryCompiler):  # type: ignore[misc]  # modelsearch has no stubs
    @override
    def build_search_query_content(self, query: SearchQuery, config: None = None) -> object:
        return super().build_search_query_content(without_quotes(query), config=config)


class _AutocompleteCompiler(SQLiteAutocompleteQueryCompiler):  # type: ignore[misc]  # modelsearch has no stubs
    @override
    def build_search_query_content(self, query: SearchQuery, config: None = None) -> object:
        return super().build_search_query_content(without_quotes(query), config=config)


class OnSQLite(SQLiteSearchBackend):  # type: ignore[misc]  # modelsearch has no stubs
    query_compiler_class = _Compiler
    autocomplete_query_compiler_class = _AutocompleteCompiler
