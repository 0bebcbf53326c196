"""Hypothesis strategies for everything the core knows. Texts hold nothing that JSON or a database could not keep.

Strategies that are drawn from inside others are cached: making them takes longer than drawing.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from jobs_domain.changes import (
    MAX_NOTE_LENGTH,
    ApplyTargetChange,
    CategoriesChange,
    Change,
    ChangeNote,
    DescriptionChange,
    EmploymentTypesChange,
    HiringOrganizationChange,
    LocationsChange,
    MinorChange,
    NoteToFollowers,
    SalaryChange,
    TitleChange,
    ValidThroughChange,
    WorkplaceTypeChange,
)
from jobs_domain.currencies import ISO_4217_CODES
from jobs_domain.digests import DigestTime, Frequency, Weekday
from jobs_domain.email_address import EmailAddress, InvalidEmailAddress
from jobs_domain.events import (
    AnyEvent,
    CloseReason,
    EndReason,
    PostingClosed,
    PostingEvent,
    PostingPublished,
    PostingReopened,
    PostingRetired,
    PostingRevised,
    RetirementReason,
    SubscriptionConfirmed,
    SubscriptionEnded,
    SubscriptionErased,
    SubscriptionEvent,
    SubscriptionRequested,
    SubscriptionSucceeded,
)
from jobs_domain.identifiers import LanguageCode, PostingId, SubscriptionId
from jobs_domain.posting import (
    Closed,
    JobPosting,
    NotPublic,
    Observation,
    Open,
    PostingState,
    Publication,
    Retired,
    evolve,
    observe,
)
from jobs_domain.posting_details import (
    ApplyByEmail,
    ApplyOnline,
    ApplyTarget,
    Description,
    EmploymentType,
    Location,
    PostingDetails,
    WorkplaceType,
)
from jobs_domain.salary import Salary, SalaryFloor, SalaryUnit
from jobs_domain.subscription import Confirmed, Ended, Pending, Subscription, SubscriptionState
from jobs_domain.topics import JobSearch, PostingTopic, Topic, Wishes
from jobs_domain.valid_through import ValidThrough

ZONES: Final = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Africa/Cairo",  # the skipped hour begins at midnight
    "America/Santiago",  # so it does here, south of the equator
    "America/Havana",  # midnight comes twice
    "Australia/Lord_Howe",  # half an hour
    "Asia/Kathmandu",
    "Pacific/Kiritimati",  # 14 hours ahead
    "Pacific/Apia",  # went without 30 December 2011
)

_HOSTILE: Final = (
    *"aAkKsS0.-@'=",
    *(
        "ß",
        "ẞ",
        "İ",
        "ı",
        "Σ",
        "σ",
        "ς",
        "ﬁ",
        "ŉ",
        "ǰ",
        "ö",
        "Ö",
        "\u212a",
        "\u212b",
        "²",
        "ａ",
        "．",
        "。",
        "＠",
        "א",
        "ع",
    ),
    *("\u0301", "\u0307", "\u0323", "\u0331", "\u0338", "\u0345", "\u0903"),  # marks
    *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\ufe0f", "\u3164"),  # nothing to see
    *("\u200e", "\u200f", "\u202e", "\u2066"),  # directions
    *(" ", "\u00a0", "\u3000", "\t", "\n", "\r", "\x00", "\x85", "\u2028", "\ud800"),
    *("xn--", "XN--", "ｘｎ--", "xn--4ca", "xn--kse-qla"),
)


def hostile_texts(*, max_size: int = 8) -> SearchStrategy[str]:
    """Text made to break whoever compares, cuts or encodes text."""
    pieces = st.sampled_from(_HOSTILE) | st.characters(exclude_categories=())
    return st.lists(pieces, max_size=max_size).map("".join)


def texts(*, min_size: int = 0, max_size: int = 20) -> SearchStrategy[str]:
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    return st.text(characters, min_size=min_size, max_size=max_size)


def _names() -> SearchStrategy[str]:
    return texts(min_size=1).filter(lambda text: bool(text.strip()))


@cache
def instants() -> SearchStrategy[datetime]:
    """Aware, in UTC, from 1970 to the end of the century."""
    since = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=130 * 365))
    return since.map(lambda passed: datetime(1970, 1, 1, tzinfo=UTC) + passed)


def zones() -> SearchStrategy[str]:
    return st.sampled_from(ZONES)


def posting_ids() -> SearchStrategy[PostingId]:
    return st.uuids().map(PostingId)


def subscription_ids() -> SearchStrategy[SubscriptionId]:
    return st.uuids().map(SubscriptionId)


def email_addresses() -> SearchStrategy[EmailAddress]:
    plain = st.from_regex(r"[a-zA-Z0-9_+]{1,8}(\.[a-z']{1,8})?@[a-zA-Z0-9]{1,8}\.(org|example)", fullmatch=True)
    letters = st.characters(categories=["L", "Nd"])
    worded = st.tuples(st.text(letters, min_size=1, max_size=12), st.text(letters, min_size=1, max_size=12))
    international = worded.map(lambda parts: f"{parts[0]}@{parts[1]}.example").filter(_is_address)
    return (plain | international).map(EmailAddress)


def _is_address(text: str) -> bool:
    try:
        EmailAddress(text)
    except InvalidEmailAddress:
        return False
    return True


def salaries() -> SearchStrategy[Salary]:
    amounts = st.decimals(min_value=0, max_value=10**9, places=2) | st.integers(0, 10**6).map(Decimal)
    ranges = st.tuples(amounts, amounts).map(sorted).map(lambda ends: (ends[0], ends[1]))
    return st.builds(
        lambda ends, shown, currency, unit: Salary(
            minimum=ends[0] if shown != "maximum" else None,
            maximum=ends[1] if shown != "minimum" else None,
            currency=currency,
            unit=unit,
        ),
        ranges,
        st.sampled_from(("minimum", "maximum", "both")),
        st.sampled_from(sorted(ISO_4217_CODES)),
        st.sampled_from(SalaryUnit),
    )


def salary_floors() -> SearchStrategy[SalaryFloor]:
    amounts = st.decimals(min_value="0.01", max_value=10**9, places=2) | st.integers(1, 10**9).map(Decimal)
    return st.builds(SalaryFloor, amount=amounts, currency=st.sampled_from(sorted(ISO_4217_CODES)))


def closing_dates() -> SearchStrategy[ValidThrough]:
    return st.builds(ValidThrough, instant=instants(), zone=zones())


def locations() -> SearchStrategy[Location]:
    return st.builds(
        Location,
        country=st.from_regex(r"[A-Z]{2}", fullmatch=True),
        region=texts(),
        locality=texts(),
        postal_code=texts(),
        street=texts(),
    )


def descriptions() -> SearchStrategy[Description]:
    return st.builds(Description.of, html=texts(), summary=texts())


def apply_targets() -> SearchStrategy[ApplyTarget]:
    online = st.builds(ApplyOnline, url=texts().map(lambda path: f"https://example.org/{path}"))
    return online | st.builds(ApplyByEmail, address=email_addresses())


def _sets_of[E: Enum](values: type[E]) -> SearchStrategy[frozenset[E]]:
    return st.frozensets(st.sampled_from(values), max_size=3)


def _location_lists() -> SearchStrategy[tuple[Location, ...]]:
    return st.lists(locations(), max_size=2).map(tuple)


def _categories() -> SearchStrategy[frozenset[str]]:
    return st.frozensets(texts(), max_size=3)


@cache
def posting_details() -> SearchStrategy[PostingDetails]:
    return st.builds(
        PostingDetails,
        title=_names(),
        hiring_organization=_names(),
        description=descriptions(),
        workplace_type=st.sampled_from(WorkplaceType),
        employment_types=_sets_of(EmploymentType),
        locations=_location_lists(),
        salary=st.none() | salaries(),
        apply_to=st.none() | apply_targets(),
        valid_through=st.none() | closing_dates(),
        categories=_categories(),
    )


@st.composite
def edits(draw: st.DrawFn) -> tuple[PostingDetails, PostingDetails]:
    """Details before and after an edit, which leaves some of the fields as they were."""
    old = draw(posting_details())
    other = draw(posting_details())

    def edited() -> PostingDetails:
        return other if draw(st.booleans()) else old

    return old, PostingDetails(
        title=edited().title,
        hiring_organization=edited().hiring_organization,
        description=edited().description,
        workplace_type=edited().workplace_type,
        employment_types=edited().employment_types,
        locations=edited().locations,
        salary=edited().salary,
        apply_to=edited().apply_to,
        valid_through=edited().valid_through,
        categories=edited().categories,
    )


def _differing[V](values: SearchStrategy[V]) -> SearchStrategy[tuple[V, V]]:
    return st.tuples(values, values).filter(lambda pair: pair[0] != pair[1])


def changes() -> SearchStrategy[Change]:
    """Every kind of change."""
    return (
        _differing(_names()).map(lambda pair: TitleChange(*pair))
        | _differing(_names()).map(lambda pair: HiringOrganizationChange(*pair))
        | _differing(st.none() | salaries()).map(lambda pair: SalaryChange(*pair))
        | _differing(st.none() | closing_dates()).map(lambda pair: ValidThroughChange(*pair))
        | _differing(_location_lists()).map(lambda pair: LocationsChange(*pair))
        | _differing(st.sampled_from(WorkplaceType)).map(lambda pair: WorkplaceTypeChange(*pair))
        | _differing(_sets_of(EmploymentType)).map(lambda pair: EmploymentTypesChange(*pair))
        | _differing(st.none() | apply_targets()).map(lambda pair: ApplyTargetChange(*pair))
        | _differing(_categories()).map(lambda pair: CategoriesChange(*pair))
        | _differing(descriptions()).map(lambda pair: DescriptionChange(*pair))
    )


def notes_to_followers() -> SearchStrategy[NoteToFollowers]:
    return st.builds(NoteToFollowers, words=texts() | st.just("x" * MAX_NOTE_LENGTH))


@cache
def change_notes() -> SearchStrategy[ChangeNote]:
    return notes_to_followers() | st.just(MinorChange())


@cache
def publications() -> SearchStrategy[Publication]:
    return st.builds(
        Publication,
        details=posting_details(),
        closed_by_editor=st.none() | st.sampled_from(CloseReason),
        note=change_notes(),
    )


@cache
def observations() -> SearchStrategy[Observation]:
    return publications() | st.builds(NotPublic, st.sampled_from(RetirementReason))


def posting_states() -> SearchStrategy[PostingState]:
    return (
        st.just(Open())
        | st.builds(Closed, st.sampled_from(CloseReason))
        | st.builds(Retired, st.sampled_from(RetirementReason))
    )


@cache
def postings() -> SearchStrategy[JobPosting]:
    return st.builds(
        JobPosting, posting_id=posting_ids(), details=posting_details(), state=posting_states(), version=versions()
    )


def versions() -> SearchStrategy[int]:
    return st.integers(1, 10**6)


def searches() -> SearchStrategy[JobSearch]:
    words = texts().filter(lambda text: bool(text.split()))
    narrowed = st.builds(
        JobSearch,
        text=texts(),
        categories=_categories(),
        companies=_categories(),
        places=_categories(),
        salary=st.none() | salary_floors(),
        workplace_types=st.frozensets(st.sampled_from(WorkplaceType), min_size=1),
        employment_types=_sets_of(EmploymentType),
    )
    return st.builds(JobSearch, text=words) | narrowed


def topics() -> SearchStrategy[Topic]:
    return st.builds(PostingTopic, posting_ids()) | searches()


def frequencies() -> SearchStrategy[Frequency]:
    return st.sampled_from(Frequency)


def languages() -> SearchStrategy[LanguageCode]:
    return st.sampled_from(("en", "en-gb", "de")).map(LanguageCode)


def wishes() -> SearchStrategy[Wishes]:
    return st.builds(
        Wishes,
        language=languages(),
        frequency=frequencies(),
        share_address=st.booleans(),
        digest_time=st.none() | digest_times(),
        paused_until=st.none() | instants(),
    )


def digest_times() -> SearchStrategy[DigestTime]:
    return st.builds(DigestTime, hour=st.integers(0, 23), weekday=st.sampled_from(Weekday), zone=zones())


def subscription_states() -> SearchStrategy[SubscriptionState]:
    ended = st.builds(Ended, instants(), st.sampled_from(EndReason), st.none() | subscription_ids())
    return st.builds(Pending, instants()) | st.builds(Confirmed, instants()) | ended


def subscriptions() -> SearchStrategy[Subscription]:
    return st.builds(
        Subscription,
        subscription_id=subscription_ids(),
        address=email_addresses(),
        topic=topics(),
        wishes=wishes(),
        state=subscription_states(),
        version=versions(),
    )


def posting_events() -> SearchStrategy[PostingEvent]:
    """Every kind of event in the life of a posting; each on its own, not a history."""
    ids, times, some_changes = posting_ids(), instants(), st.lists(changes(), max_size=3).map(tuple)
    return (
        st.builds(PostingPublished, posting_id=ids, version=versions(), occurred_at=times, details=posting_details())
        | st.builds(
            PostingRevised,
            posting_id=ids,
            version=versions(),
            occurred_at=times,
            changes=some_changes,
            note=change_notes(),
        )
        | st.builds(
            PostingClosed,
            posting_id=ids,
            version=versions(),
            occurred_at=times,
            reason=st.sampled_from(CloseReason),
            changes=some_changes,
            note=notes_to_followers(),
        )
        | st.builds(
            PostingReopened,
            posting_id=ids,
            version=versions(),
            occurred_at=times,
            changes=some_changes,
            note=notes_to_followers(),
        )
        | st.builds(
            PostingRetired,
            posting_id=ids,
            version=versions(),
            occurred_at=times,
            reason=st.sampled_from(RetirementReason),
        )
    )


@st.composite
def lives(draw: st.DrawFn) -> list[tuple[JobPosting, PostingEvent, JobPosting]]:
    """What happens to one posting after it was published, each event between the posting before and after it.

    It says one of a few things, so that it often says again what it said before.
    """
    first, second = draw(edits())
    said = st.sampled_from([first, second, draw(posting_details())])
    closed = st.sampled_from((None, None, None, *CloseReason))
    down = st.sampled_from((None, None, None, None, None, None, *RetirementReason))
    looks = draw(st.lists(st.tuples(down, said, closed, change_notes()), min_size=2, max_size=8))
    at = draw(instants())
    posting = JobPosting(posting_id=draw(posting_ids()), details=first, state=draw(posting_states()), version=1)
    life: list[tuple[JobPosting, PostingEvent, JobPosting]] = []
    for reason, details, closed_by_editor, note in looks:
        public = Publication(details=details, closed_by_editor=closed_by_editor, note=note)
        seen = public if reason is None else NotPublic(reason)
        for event in observe(posting, seen, posting_id=posting.posting_id, at=at):
            after = evolve(posting, event)
            life.append((posting, event, after))
            posting = after
    return life


def subscription_events() -> SearchStrategy[SubscriptionEvent]:
    """Every kind of event in the life of a subscription; each on its own, not a history."""
    ids, times = subscription_ids(), instants()
    return (
        st.builds(
            SubscriptionRequested,
            subscription_id=ids,
            version=versions(),
            occurred_at=times,
            topic=topics(),
            wishes=wishes(),
        )
        | st.builds(SubscriptionConfirmed, subscription_id=ids, version=versions(), occurred_at=times, topic=topics())
        | st.builds(
            SubscriptionSucceeded,
            subscription_id=ids,
            version=versions(),
            occurred_at=times,
            predecessor_id=subscription_ids(),
            topic=topics(),
            wishes=wishes(),
        )
        | st.builds(
            SubscriptionEnded,
            subscription_id=ids,
            version=versions(),
            occurred_at=times,
            topic=topics(),
            reason=st.sampled_from(EndReason),
        )
        | st.builds(SubscriptionErased, subscription_id=ids, version=versions(), occurred_at=times)
    )


def events() -> SearchStrategy[AnyEvent]:
    """Every kind of event."""
    return posting_events() | subscription_events()
