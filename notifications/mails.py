"""What each mail says."""

from dataclasses import replace
from typing import Final, assert_never

from adapters import words
from jobs_domain.changes import Change, DescriptionChange, NoteToFollowers
from jobs_domain.events import CloseReason, RetirementReason
from jobs_domain.news import TellClosing, TellReopening, TellRetirement, TellRevision
from jobs_domain.topics import JobSearch
from notifications import headlines
from notifications.postings import PostingInWords
from notifications.rendering import Mail

CLOSED: Final = {
    CloseReason.FILLED: "The job is filled and takes no more applications.",
    CloseReason.WITHDRAWN: "The company has withdrawn the job. It takes no more applications.",
    CloseReason.EXPIRED: "The closing date has passed: the job takes no more applications.",
}
RETIRED: Final = {
    RetirementReason.UNPUBLISHED: "The posting was taken down, and its page is gone. Should it come back, we write to you.",
    RetirementReason.DELETED: "The posting was taken down for good, and its page is gone.",
}


def confirmation(topic: PostingInWords | JobSearch) -> Mail:
    match topic:
        case PostingInWords():
            name, asked = topic.name, f"Do you want to hear when {topic.name} changes, closes or opens again?"
        case JobSearch():
            name = search(topic)
            asked = f"Do you want to hear of new {name}?"
        case _:
            assert_never(topic)
    return Mail(
        template="confirmation",
        subject=f"Confirm: follow {name}",
        heading="Please confirm",
        lead=asked,
        glance=asked,
        posting=topic if isinstance(topic, PostingInWords) else None,
    )


def new_follower(posting: PostingInWords, *, followers: int, shares_address: bool) -> Mail:
    lead = (
        f"One more person follows this job: {followers:,} in all."
        if followers > 1
        else "This job has its first follower."
    )
    return Mail(
        template="new_follower",
        subject=f"New follower: {posting.title}",
        heading="New follower",
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
            lead = f"{CLOSED[reason]} You can still read it." if posting.url else CLOSED[reason]
            return _news(posting, headlines.closed(reason), lead, changes, *notes)
        case TellReopening(changes=changes, notes=notes):
            return _news(posting, "Open again", "The job takes applications again.", changes, *notes)
        case TellRetirement(reason=reason, changes=changes, notes=notes):
            lead = f"{RETIRED[reason]} Shortly before, it had changed:" if changes else RETIRED[reason]
            return _news(posting, "Taken down", lead, changes, *notes)
        case _:
            assert_never(told)


def revised(posting: PostingInWords, changes: tuple[Change, ...], *notes: NoteToFollowers) -> Mail:
    still_closed = "The job is closed: it takes no applications at present." if posting.is_closed else ""
    different = "This is what is different now:" if len(changes) > 1 else ""
    lead = " ".join(part for part in (still_closed, different) if part)
    return _news(posting, headlines.revised(changes), lead, changes, *notes)


def search(topic: JobSearch) -> str:
    """`jobs for “python”`."""
    return f"jobs for “{topic.text}”" if topic.text else "jobs that fit a search"


def _news(
    posting: PostingInWords, headline: str, lead: str, changes: tuple[Change, ...], *notes: NoteToFollowers
) -> Mail:
    rows = tuple(words.change(change) for change in changes if not isinstance(change, DescriptionChange))
    return Mail(
        template="news",
        subject=f"{headline}: {posting.name}",
        heading=headline,
        lead=lead,
        glance=f"{rows[0].label}: {rows[0].old} → {rows[0].new}" if rows else lead or "Read what is new.",
        posting=posting,
        changes=rows,
        description_changed=any(isinstance(change, DescriptionChange) for change in changes),
        note="\n\n".join(note.words.strip() for note in notes),
    )
