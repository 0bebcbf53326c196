"""What each mail says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, assert_never

from django.conf import settings
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, ngettext

from adapters import links, words
from adapters.searching import SearchInWords
from jobs_domain.changes import Change, DescriptionChange, NoteToFollowers
from jobs_domain.events import CloseReason, RetirementReason
from jobs_domain.news import TellClosing, TellReopening, TellRetirement, TellRevision
from notifications import headlines
from notifications.postings import PostingInWords
from notifications.rendering import Followed, Found, Mail

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

MOST: Final = 20
"""So many new jobs are in one mail; for the others there is the list."""
MOST_FOLLOWED: Final = 100
"""So many of the things that somebody follows are in one mail; for the others there is the page of all."""
GLANCED_AT: Final = 3
"""So many of them an inbox may have room for."""
CLOSED: Final = {
    CloseReason.FILLED: gettext_lazy("The job is filled and takes no more applications."),
    CloseReason.WITHDRAWN: gettext_lazy("The company has withdrawn the job. It takes no more applications."),
    CloseReason.EXPIRED: gettext_lazy("The closing date has passed: the job takes no more applications."),
}
RETIRED: Final = {
    RetirementReason.UNPUBLISHED: gettext_lazy("The posting was taken down, and its page is gone."),
    RetirementReason.DELETED: gettext_lazy("The posting was taken down for good, and its page is gone."),
}


def confirmation(topic: PostingInWords | SearchInWords) -> Mail:
    """The name of a search has nothing in it that a visitor typed: the mail may go to somebody who asked for nothing."""
    match topic:
        case PostingInWords():
            name = topic.name
            asked = gettext("Do you want to hear when %(name)s changes, closes or opens again?") % {"name": name}
        case SearchInWords():
            name = topic.name
            asked = gettext("Do you want to hear of new %(jobs)s?") % {"jobs": name}
        case _:
            assert_never(topic)
    return Mail(
        template="confirmation",
        subject=gettext("Confirm: follow %(name)s") % {"name": name},
        heading=gettext("Please confirm"),
        lead=asked,
        glance=asked,
        posting=topic if isinstance(topic, PostingInWords) else None,
    )


def sign_in() -> Mail:
    lead = gettext(
        "Here is everything that you follow. Change how often we write, stop following, take your data with you or have it erased."
    )
    return Mail(
        template="sign_in",
        subject=gettext("What you follow"),
        heading=gettext("What you follow"),
        lead=lead,
        glance=lead,
    )


def move() -> Mail:
    asked = gettext("Do you want to get here what another address of yours gets from us now?")
    return Mail(
        template="move",
        subject=gettext("Confirm your new address"),
        heading=gettext("Please confirm"),
        lead=asked,
        glance=asked,
    )


def moved(at: datetime) -> Mail:
    """To the address that everything moved away from. It does not learn which the other one is."""
    when = _sentences(words.moment(at), f"({words.zone(settings.TIME_ZONE)})")
    lead = gettext("All that you followed with this address has moved to another one, which agreed: %(when)s.") % {
        "when": when
    }
    return Mail(
        template="moved",
        subject=gettext("We write to another address now"),
        heading=gettext("We write to another address now"),
        lead=lead,
        glance=lead,
    )


def still_interested(topics: Sequence[PostingInWords | SearchInWords]) -> Mail:
    lead = gettext(
        "We have not heard from you for a long time, and do not want to write to you for nothing. Do you still want to hear of this?"
    )
    return Mail(
        template="interest",
        subject=gettext("Are you still interested in what you follow?"),
        heading=gettext("Are you still interested?"),
        lead=lead,
        glance=", ".join(topic.name for topic in topics[:3]),
        followed=tuple(_followed(topic) for topic in topics[:MOST_FOLLOWED]),
        more=max(0, len(topics) - MOST_FOLLOWED),
    )


def _followed(topic: PostingInWords | SearchInWords) -> Followed:
    match topic:
        case PostingInWords(url=url):
            return Followed(topic.name, url)
        case SearchInWords(path=path):
            return Followed(capfirst(topic.name), links.in_language(path))
        case _:
            assert_never(topic)


def new_jobs(searches: Sequence[Followed], found: Sequence[Found], *, number: int) -> Mail:
    """What somebody's searches have found since they were told of last: `number` postings, of which `found` has `MOST` at most."""
    heading = ngettext("%(number)s new job", "%(number)s new jobs", number) % {
        "number": number_format(number, force_grouping=True)
    }
    names = "; ".join(search.name for search in searches)
    return Mail(
        template="new_jobs",
        subject=f"{heading}: {names}",
        heading=heading,
        lead="; ".join(capfirst(search.name) for search in searches),
        glance="; ".join(posting.name for each in found for posting in each.jobs[:GLANCED_AT]),
        found=tuple(found),
        more=number - sum(len(each.jobs) for each in found),
        followed=tuple(searches),
    )


def new_follower(posting: PostingInWords, *, followers: int, shares_address: bool) -> Mail:
    lead = ngettext(
        "This job has its first follower.", "One more person follows this job: %(followers)s in all.", followers
    ) % {"followers": number_format(followers, force_grouping=True)}
    return Mail(
        template="new_follower",
        subject=gettext("New follower: %(title)s") % {"title": posting.title},
        heading=gettext("New follower"),
        lead=lead,
        glance=lead,
        posting=posting,
        names_follower=shares_address,
    )


type Told = TellRevision | TellClosing | TellReopening | TellRetirement


def news(posting: PostingInWords, told: Told, *, note: str | None = None) -> Mail:
    """`note` in place of what was said to the events, if an editor wished it so."""
    mail = _news_of(posting, told)
    return mail if note is None else replace(mail, note=note.strip())


def _news_of(posting: PostingInWords, told: Told) -> Mail:
    match told:
        case TellRevision(changes=changes, notes=notes):
            return revised(posting, changes, *notes)
        case TellClosing(reason=reason, changes=changes, notes=notes):
            lead = _sentences(CLOSED[reason], gettext("You can still read it.") if posting.url else "")
            return _news(posting, headlines.closed(reason), lead, changes, *notes)
        case TellReopening(changes=changes, notes=notes):
            return _news(posting, gettext("Open again"), gettext("The job takes applications again."), changes, *notes)
        case TellRetirement(reason=reason, changes=changes, notes=notes):
            lead = _sentences(
                RETIRED[reason],
                gettext("With that you no longer follow it: this is our last mail about it."),
                gettext("Shortly before, it had changed:") if changes else "",
            )
            return replace(_news(posting, gettext("Taken down"), lead, changes, *notes), is_last=True)
        case _:
            assert_never(told)


def revised(posting: PostingInWords, changes: tuple[Change, ...], *notes: NoteToFollowers) -> Mail:
    still_closed = gettext("The job is closed: it takes no applications at present.") if posting.is_closed else ""
    different = gettext("This is what is different now:") if len(changes) > 1 else ""
    return _news(posting, headlines.revised(changes), _sentences(still_closed, different), changes, *notes)


def _sentences(*sentences: _StrOrPromise) -> str:
    return " ".join(str(sentence) for sentence in sentences if sentence)


def _news(
    posting: PostingInWords, headline: str, lead: str, changes: tuple[Change, ...], *notes: NoteToFollowers
) -> Mail:
    rows = tuple(words.change(change) for change in changes if not isinstance(change, DescriptionChange))
    return Mail(
        template="news",
        subject=f"{headline}: {posting.name}",
        heading=headline,
        lead=lead,
        glance=f"{rows[0].label}: {rows[0].old} → {rows[0].new}" if rows else lead or gettext("Read what is new."),
        posting=posting,
        changes=rows,
        description_changed=any(isinstance(change, DescriptionChange) for change in changes),
        note="\n\n".join(note.words.strip() for note in notes),
    )
