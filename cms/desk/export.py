"""Lists of postings as spreadsheets, with the same columns as on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, override

from django.http.response import HttpResponseBase
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from cms.desk.columns import Audience, closing_words
from cms.desk.standing import Standing
from cms.feeds.plain import legible
from cms.models import JobPage

HEADINGS: Final = {
    "title": "Title",
    "company": "Company",
    "standing": "State",
    "posted": "First published",
    "closing": "Closing date",
    "followers": "Followers",
    "last_told": "Last change told",
}


FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class PostingSpreadsheet(SpreadsheetExportMixin):
    """For postings that were read `with_standing`."""

    list_export = list(HEADINGS)  # noqa: RUF012  # as in Wagtail's own views
    export_headings = HEADINGS
    audience = Audience(followers={}, told={})
    is_csv = False

    @override
    def as_spreadsheet(self, queryset: Iterable[JobPage], spreadsheet_format: str) -> HttpResponseBase:
        rows = list(queryset)
        self.is_csv = spreadsheet_format == self.FORMAT_CSV
        self.audience = Audience.of(rows)
        answer: HttpResponseBase = super().as_spreadsheet(rows, spreadsheet_format)  # type: ignore[no-untyped-call]  # stub gap
        return answer

    @override
    def get_heading(self, queryset: Iterable[JobPage], field: str) -> str:
        return HEADINGS[field]

    @override
    def to_row_dict(self, item: JobPage) -> Mapping[str, object]:
        return {
            "title": self._words(item.title),
            "company": self._words(item.company.name),
            "standing": Standing(getattr(item, "standing", "")).label,
            "posted": item.first_published_at,
            "closing": closing_words(item),
            "followers": self.audience.number(item),
            "last_told": self.audience.last_told(item),
        }

    def _words(self, text: str) -> str:
        """A spreadsheet program takes what begins so for a formula when it reads CSV; behind an apostrophe it shows it.

        Control characters are left out: a cell cannot hold them.
        """
        text = legible(text)
        return f"'{text}" if self.is_csv and text.startswith(FORMULA) else text
