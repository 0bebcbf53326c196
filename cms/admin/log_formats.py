"""How closing and reopening read in a page's history."""

from __future__ import annotations

from datetime import date
from typing import override

from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models.audit_log import BaseLogEntry

from cms.models import JobPage


class CloseFormatter(LogFormatter):
    label = "Close posting"

    @override
    def format_message(self, log_entry: BaseLogEntry) -> str:
        return f"Closed: {JobPage.ClosedReason(log_entry.data['reason']).label.lower()}"

    @override
    def format_comment(self, log_entry: BaseLogEntry) -> str:
        return str(log_entry.data.get("note", ""))


class ReopenFormatter(LogFormatter):
    label = "Reopen posting"

    @override
    def format_message(self, log_entry: BaseLogEntry) -> str:
        until = log_entry.data.get("until")
        return f"Reopened until {date.fromisoformat(until):%-d %B %Y}" if until else "Reopened"

    @override
    def format_comment(self, log_entry: BaseLogEntry) -> str:
        return str(log_entry.data.get("note", ""))


def register(actions: LogActionRegistry) -> None:
    actions.register_action("cms.close")(CloseFormatter)  # type: ignore[misc]  # stub gap: with one argument it is a decorator
    actions.register_action("cms.reopen")(ReopenFormatter)  # type: ignore[misc]  # as above
