"""Mails as text and HTML, rendered once per notification."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from textwrap import wrap
from typing import Final
from uuid import UUID

from css_inline import CSSInliner
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from adapters import links
from adapters.tokens import LIFETIME
from adapters.words import ChangeInWords
from jobs_domain.subscription import CONFIRMATION_LIFETIME
from notifications.personal import Personal, mark
from notifications.postings import PostingInWords, one_line

TEXT_WIDTH: Final = 72


@dataclass(frozen=True, slots=True)
class Followed:
    """Something that is followed; `url` is empty when there is nothing (any more) that could be read."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """New postings that the same searches have found, the newest first."""

    searches: tuple[Followed, ...]
    jobs: tuple[PostingInWords, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What a mail says. `template` names a pair of templates; `glance` is what an inbox shows after the subject.

    `heading`, `lead` and `note` are plain text; the latter two may be empty, the note may have several lines.
    `found` are new postings, and `followed` the searches that found them, or what somebody is asked about; `more` is how many others there
    are of either. `is_last` of a topic that is gone: there is nothing left to leave.
    """

    template: str
    subject: str
    heading: str
    lead: str
    glance: str
    posting: PostingInWords | None = None
    changes: tuple[ChangeInWords, ...] = ()
    description_changed: bool = False
    names_follower: bool = False
    note: str = ""
    is_last: bool = False
    found: tuple[Found, ...] = ()
    more: int = 0
    followed: tuple[Followed, ...] = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    text: str
    html: str


type Author = Callable[[], Mail]
"""Says what there is to say, in the language that is active."""


def the_boards_language() -> AbstractContextManager[None]:
    """Mails do not speak the language of whoever sets them off."""
    return translation.override(settings.LANGUAGE_CODE)


def render(mail: Mail, notification_id: UUID) -> Rendered:
    """The mail with marks for what is personal."""
    subject = one_line(mail.subject)
    context: dict[str, object] = {
        "mail": mail,
        "subject": subject,
        "board_name": settings.BOARD_NAME,
        "jobs_url": links.in_language("/jobs/"),
        "leave_url": mark(Personal.LEAVE_URL, notification_id),
        "confirm_url": mark(Personal.CONFIRM_URL, notification_id),
        "manage_url": mark(Personal.MANAGE_URL, notification_id),
        "move_url": mark(Personal.MOVE_URL, notification_id),
        "keep_url": mark(Personal.KEEP_URL, notification_id),
        "leave_all_url": mark(Personal.LEAVE_ALL_URL, notification_id),
        "follower": mark(Personal.FOLLOWER, notification_id),
        "days_to_confirm": CONFIRMATION_LIFETIME.days,
        "days_to_manage": LIFETIME.days,
        "days_to_answer": settings.INTEREST_ANSWER_DAYS,
        "underline": "=" * min(len(mail.heading), TEXT_WIDTH),
        "note_lines": _wrapped(mail.note),
        "lead_text": "\n".join(_wrapped(mail.lead)),
        "rows": tuple(
            {"label": one_line(row.label), "old": one_line(row.old), "new": one_line(row.new)} for row in mail.changes
        ),
    }
    text = render_to_string(f"notifications/{mail.template}.txt", context)
    html = render_to_string(f"notifications/{mail.template}.html", context)
    return Rendered(subject, _tidy(text), _inliner().inline(html))


def _wrapped(text: str) -> list[str]:
    """The lines of a text mail: each line of the text in as many as it needs, blank ones kept."""
    return [part for line in text.strip().splitlines() for part in (_wrap(line) or [""])]


def _wrap(line: str) -> list[str]:
    """Long words stay whole: they may be addresses."""
    return wrap(line, TEXT_WIDTH, break_long_words=False, break_on_hyphens=False)


def _tidy(text: str) -> str:
    """Without the blank lines that template tags leave behind."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip() + "\n"


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
