"""How what is done to postings and companies reads in their history."""

from __future__ import annotations

from datetime import date
from typing import Final, override

from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models.audit_log import BaseLogEntry

from cms.admin import noted
from cms.models import JobPage


class WithNote(LogFormatter):
    """Of what an editor says something to."""

    @override
    def format_comment(self, log_entry: BaseLogEntry) -> str:
        return str(log_entry.data.get("note", ""))


class CloseFormatter(WithNote):
    label = "Close posting"

    @override
    def format_message(self, log_entry: BaseLogEntry) -> str:
        return f"Closed: {JobPage.ClosedReason(log_entry.data['reason']).label.lower()}"


class ReopenFormatter(WithNote):
    label = "Reopen posting"

    @override
    def format_message(self, log_entry: BaseLogEntry) -> str:
        until = log_entry.data.get("until")
        return f"Reopened until {date.fromisoformat(until):%-d %B %Y}" if until else "Reopened"


class ExtendFormatter(WithNote):
    label = "Extend closing date"

    @override
    def format_message(self, log_entry: BaseLogEntry) -> str:
        return f"Open until {date.fromisoformat(log_entry.data['until']):%-d %B %Y}"


class CategoriseFormatter(WithNote):
    label = "Change categories"

    @override
    def format_message(self, log_entry: BaseLogEntry) -> str:
        return f"Categories: {', '.join(log_entry.data['categories']) or 'none'}"


class MergeFormatter(LogFormatter):
    label = "Merge companies"

    @override
    def format_message(self, log_entry: BaseLogEntry) -> str:
        return f"Took over “{log_entry.data['duplicate']}” with {log_entry.data['postings']} of its postings"


class MoveCompanyFormatter(LogFormatter):
    label = "Move to another company"

    @override
    def format_message(self, log_entry: BaseLogEntry) -> str:
        return (
            f"Moved from “{log_entry.data['old']}” to “{log_entry.data['new']}”, as these are the same; nobody was told"
        )


class _NewsFormatter(LogFormatter):
    """What an editor decided about a mail to followers; `done` says it with `{people}` for how many it is about."""

    done: str

    @override
    def format_message(self, log_entry: BaseLogEntry) -> str:
        followers = log_entry.data["followers"]
        people = f"{followers:,} follower{'' if followers == 1 else 's'}"
        return f"{self.done.format(people=people)}: “{log_entry.data['subject']}”"


class TellNowFormatter(_NewsFormatter):
    label = "Tell followers now"
    done = "Told {people} without waiting"


class TellNobodyFormatter(_NewsFormatter):
    label = "Tell nobody"
    done = "Told nobody, in place of {people}"


class ChangeNoteFormatter(WithNote, _NewsFormatter):
    label = "Edit the note to followers"
    done = "Changed the note to {people}"


class RestrictFormatter(LogFormatter):
    label = "Restrict collection"

    @override
    def format_message(self, log_entry: BaseLogEntry) -> str:
        return f"Who may see its files: {log_entry.data['restriction'].lower()}"


class UnrestrictFormatter(LogFormatter):
    label = "Make collection public"
    message = "Who may see its files: everybody"


FORMATTERS: Final[dict[str, type[LogFormatter]]] = {
    "cms.close": CloseFormatter,
    "cms.reopen": ReopenFormatter,
    "cms.extend": ExtendFormatter,
    "cms.categorise": CategoriseFormatter,
    "cms.merge": MergeFormatter,
    "cms.move_company": MoveCompanyFormatter,
    "cms.tell_now": TellNowFormatter,
    "cms.tell_nobody": TellNobodyFormatter,
    "cms.change_note": ChangeNoteFormatter,
    noted.RESTRICT: RestrictFormatter,
    noted.UNRESTRICT: UnrestrictFormatter,
}


def register(actions: LogActionRegistry) -> None:
    for action, formatter in FORMATTERS.items():
        actions.register_action(action)(formatter)  # type: ignore[misc]  # stub gap: with one argument it is a decorator
