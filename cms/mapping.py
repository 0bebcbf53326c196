"""A job page in the core's terms."""

from __future__ import annotations

from adapters.board import Whereabouts
from cms import rich_text
from cms.models import JobPage
from jobs_domain.changes import ChangeNote, MinorChange, NoteToFollowers
from jobs_domain.email_address import EmailAddress, InvalidEmailAddress
from jobs_domain.events import CloseReason, RetirementReason
from jobs_domain.posting import NotPublic, Observation, Publication
from jobs_domain.posting_details import Description, PostingDetails


def observation(page: JobPage) -> Observation:
    """What the public can see of the page as it is in memory.

    Raises one of the core's errors, all of them a `ValueError`, for a live page that did not go through `clean`.
    """
    if not page.live:
        return NotPublic(RetirementReason.UNPUBLISHED)
    return Publication(
        details=details(page),
        closed_by_editor=CloseReason(page.closed_reason) if page.closed_reason else None,
        note=note(page),
    )


def details(page: JobPage) -> PostingDetails:
    html = page.description
    return PostingDetails(
        title=page.title,
        hiring_organization=page.company.name,
        description=Description.of(html=rich_text.canonical(html), summary=rich_text.summary(html)),
        workplace_type=page.workplace,
        employment_types=page.employment,
        locations=page.places,
        salary=page.salary,
        apply_to=page.apply_to,
        valid_through=page.closing,
        categories=frozenset(page.category_names),
    )


def note(page: JobPage) -> ChangeNote:
    return MinorChange() if page.minor_change else NoteToFollowers(page.change_note.strip())


def whereabouts(page: JobPage) -> Whereabouts | None:
    """`None` for a page that is not public: people know the posting by the address where it was last."""
    if not page.live:
        return None
    return Whereabouts(path=page.path_on_site, contact_address=_contact(page))


def _contact(page: JobPage) -> EmailAddress | None:
    try:
        return page.company.contact
    except InvalidEmailAddress:
        return None
