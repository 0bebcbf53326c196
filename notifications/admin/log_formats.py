"""How what was decided about news, what was sent again, and which addresses were blocked, reads in the history."""

from typing import Final, override

from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models.audit_log import BaseLogEntry

from notifications.admin import words
from notifications.models import Suppression


class _NewsFormatter(LogFormatter):
    """`done` says it with `{followers}` for how many it is about."""

    done: str

    @override
    def format_message(self, log_entry: BaseLogEntry) -> str:
        followers = words.followers(log_entry.data["followers"])
        return f"{self.done.format(followers=followers)}: “{log_entry.data['subject']}”"


class TellNowFormatter(_NewsFormatter):
    label = "Tell followers now (notification)"
    done = "Told {followers} without waiting"


class TellNobodyFormatter(_NewsFormatter):
    label = "Tell nobody (notification)"
    done = "Told nobody, in place of {followers}"


class ChangeNoteFormatter(_NewsFormatter):
    label = "Edit the note to followers (notification)"
    done = "Changed the note to {followers}"

    @override
    def format_comment(self, log_entry: BaseLogEntry) -> str:
        return str(log_entry.data.get("note", ""))


class SendAgainFormatter(LogFormatter):
    label = "Send again what failed"
    message = "Had what failed sent again"


class BlockAddressFormatter(LogFormatter):
    label = "Block an address"
    message = "Blocked an address"


class ReleaseAddressFormatter(LogFormatter):
    label = "Unblock an address"

    @override
    def format_message(self, log_entry: BaseLogEntry) -> str:
        return f"Unblocked an address: {Suppression.Reason(log_entry.data['reason']).label}"


FORMATTERS: Final[dict[str, type[LogFormatter]]] = {
    "notifications.tell_now": TellNowFormatter,
    "notifications.tell_nobody": TellNobodyFormatter,
    "notifications.change_note": ChangeNoteFormatter,
    "notifications.send_again": SendAgainFormatter,
    "notifications.block_address": BlockAddressFormatter,
    "notifications.release_address": ReleaseAddressFormatter,
}


def register(actions: LogActionRegistry) -> None:
    for action, formatter in FORMATTERS.items():
        actions.register_action(action)(formatter)  # type: ignore[misc]  # stub gap: with one argument it is a decorator
