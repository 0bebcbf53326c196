"""A job in the reader's words, for the public pages. What depends on the time is computed when it is read."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Final
from urllib.parse import quote

from django.utils.translation import gettext, ngettext

from adapters import clock, words
from cms.models.job_fields import JobFields
from jobs_domain.events import CloseReason
from jobs_domain.posting_details import ApplyByEmail, ApplyOnline, WorkplaceType

SOON: Final = timedelta(days=3)


class JobInWords(JobFields):
    class Meta:
        abstract: ClassVar = True

    @property
    def closed_because(self) -> CloseReason | None:
        """Why the posting takes no applications at this moment; the editor's reason goes before the closing date."""
        if self.closed_reason:
            return CloseReason(self.closed_reason)
        if self.valid_through is not None and clock.now() >= self.valid_through:
            return CloseReason.EXPIRED
        return None

    @property
    def is_open(self) -> bool:
        return self.closed_because is None

    @property
    def closed_words(self) -> str:
        reason = self.closed_because
        return "" if reason is None else words.closed_because(reason)

    @property
    def closing_words(self) -> str:
        closing = self.closing
        return "" if closing is None else gettext("Closes %(day)s") % {"day": words.closing_day(closing)}

    @property
    def closing_time_words(self) -> str:
        """At what time of the closing date; empty for the end of the day."""
        closing = self.closing
        return "" if closing is None else words.closing_time(closing)

    @property
    def closing_sentence(self) -> str:
        closing = self.closing
        return "" if closing is None else gettext("Open until %(closing)s") % {"closing": words.closing(closing)}

    @property
    def closes_soon(self) -> bool:
        return self.valid_through is not None and self.valid_through - clock.now() <= SOON

    @property
    def workplace_type_words(self) -> str:
        return str(words.WORKPLACE_TYPES[self.workplace])

    @property
    def employment_words(self) -> str:
        return words.employment(self.employment) if self.employment else ""

    @property
    def salary_words(self) -> str:
        return "" if self.salary is None else words.salary(self.salary)

    @property
    def place(self) -> str:
        """The first place, and how many more there are; remote work needs none."""
        places = [words.place(place) for place in self.places]
        match places:
            case []:
                return self.workplace_type_words if self.workplace is WorkplaceType.REMOTE else ""
            case [only]:
                return only
            case [first, *others]:
                more = {"place": first, "number": len(others)}
                return ngettext("%(place)s and %(number)s more", "%(place)s and %(number)s more", len(others)) % more
            case _:
                raise AssertionError("A list is empty or is not.")

    @property
    def locations_words(self) -> list[str]:
        return [location.in_words for location in self.locations.all()]

    @property
    def apply_href(self) -> str:
        match self.apply_to:
            case ApplyOnline(url):
                return url
            case ApplyByEmail(address):
                return f"mailto:{quote(address.value, safe='@')}"
            case None:
                return ""

    @property
    def apply_words(self) -> str:
        match self.apply_to:
            case ApplyOnline():
                return gettext("Apply on the company’s site")
            case ApplyByEmail():
                return gettext("Apply by e-mail")
            case None:
                return ""
