"""What is different between two public states of a posting, field by field."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Protocol, Self, assert_never

from jobs_domain.posting_details import (
    ApplyTarget,
    Description,
    EmploymentType,
    Location,
    PostingDetails,
    WorkplaceType,
)
from jobs_domain.salary import Salary
from jobs_domain.valid_through import ValidThrough

MAX_NOTE_LENGTH: Final = 1000


class NotAChange(ValueError):
    """Old and new value are the same."""


class InvalidNote(ValueError):
    """The note to followers is too long."""


class _OfOneField(Protocol):
    """A change of one field, whatever its values are."""

    def followed_by(self, later: Self) -> Self | None: ...


@dataclass(frozen=True, slots=True)
class _Change[V]:
    old: V
    new: V

    def __post_init__(self) -> None:
        if self.old == self.new:
            raise NotAChange("Old and new value are the same.")

    def followed_by(self, later: Self) -> Self | None:
        """Both as one change; nothing if the later one leads back."""
        return None if self.old == later.new else replace(self, new=later.new)


class TitleChange(_Change[str]):
    __slots__ = ()


class HiringOrganizationChange(_Change[str]):
    __slots__ = ()


class DescriptionChange(_Change[Description]):
    __slots__ = ()


class LocationsChange(_Change[tuple[Location, ...]]):
    __slots__ = ()


class WorkplaceTypeChange(_Change[WorkplaceType]):
    __slots__ = ()


class EmploymentTypesChange(_Change[frozenset[EmploymentType]]):
    __slots__ = ()


class SalaryChange(_Change[Salary | None]):
    __slots__ = ()


class ApplyTargetChange(_Change[ApplyTarget | None]):
    __slots__ = ()


class ValidThroughChange(_Change[ValidThrough | None]):
    __slots__ = ()


class CategoriesChange(_Change[frozenset[str]]):
    __slots__ = ()


type Change = (
    TitleChange
    | HiringOrganizationChange
    | SalaryChange
    | ValidThroughChange
    | LocationsChange
    | WorkplaceTypeChange
    | EmploymentTypesChange
    | ApplyTargetChange
    | CategoriesChange
    | DescriptionChange
)


_KINDS: Final[tuple[type[Change], ...]] = (
    TitleChange,
    HiringOrganizationChange,
    SalaryChange,
    ValidThroughChange,
    LocationsChange,
    WorkplaceTypeChange,
    EmploymentTypesChange,
    ApplyTargetChange,
    CategoriesChange,
    DescriptionChange,
)
"""In the order in which changes are told: what job seekers ask first at the beginning."""


@dataclass(frozen=True, slots=True)
class NoteToFollowers:
    """What the editor wants followers to read about a change; may be empty. At most `MAX_NOTE_LENGTH` characters."""

    words: str = ""

    def __post_init__(self) -> None:
        if len(self.words) > MAX_NOTE_LENGTH:
            raise InvalidNote(f"A note to followers has at most {MAX_NOTE_LENGTH} characters.")


@dataclass(frozen=True, slots=True)
class MinorChange:
    """The editor says that the change is not worth telling."""


type ChangeNote = NoteToFollowers | MinorChange


def diff(old: PostingDetails, new: PostingDetails) -> tuple[Change, ...]:
    """The changes that lead from `old` to `new`, what job seekers ask first at the beginning; empty if both are equal."""
    changes: list[Change] = []
    if old.title != new.title:
        changes.append(TitleChange(old.title, new.title))
    if old.hiring_organization != new.hiring_organization:
        changes.append(HiringOrganizationChange(old.hiring_organization, new.hiring_organization))
    if old.salary != new.salary:
        changes.append(SalaryChange(old.salary, new.salary))
    if old.valid_through != new.valid_through:
        changes.append(ValidThroughChange(old.valid_through, new.valid_through))
    if old.locations != new.locations:
        changes.append(LocationsChange(old.locations, new.locations))
    if old.workplace_type != new.workplace_type:
        changes.append(WorkplaceTypeChange(old.workplace_type, new.workplace_type))
    if old.employment_types != new.employment_types:
        changes.append(EmploymentTypesChange(old.employment_types, new.employment_types))
    if old.apply_to != new.apply_to:
        changes.append(ApplyTargetChange(old.apply_to, new.apply_to))
    if old.categories != new.categories:
        changes.append(CategoriesChange(old.categories, new.categories))
    if old.description != new.description:
        changes.append(DescriptionChange(old.description, new.description))
    return tuple(changes)


def merge(first: tuple[Change, ...], second: tuple[Change, ...]) -> tuple[Change, ...]:
    """Two edits, the second right after the first, as one: `merge(diff(a, b), diff(b, c)) == diff(a, c)`.

    The old value is the first edit's, the new one the second's; what is as it was before is no change.
    """
    merged: list[Change] = []
    for kind in _KINDS:
        merged.extend(_merge_one(kind, first, second))
    return tuple(merged)


def _merge_one[C: _OfOneField](kind: type[C], first: tuple[Change, ...], second: tuple[Change, ...]) -> list[C]:
    earlier, later = _of_kind(kind, first), _of_kind(kind, second)
    if earlier is None or later is None:
        return [change for change in (earlier, later) if change is not None]
    both = earlier.followed_by(later)
    return [] if both is None else [both]


def _of_kind[C: _OfOneField](kind: type[C], changes: tuple[Change, ...]) -> C | None:
    for change in changes:
        if isinstance(change, kind):
            return change
    return None


def apply(details: PostingDetails, changes: Iterable[Change]) -> PostingDetails:
    """The details after the changes: `apply(old, diff(old, new)) == new`."""
    for change in changes:
        details = _apply_one(details, change)
    return details


def _apply_one(details: PostingDetails, change: Change) -> PostingDetails:
    match change:
        case TitleChange():
            return replace(details, title=change.new)
        case HiringOrganizationChange():
            return replace(details, hiring_organization=change.new)
        case SalaryChange():
            return replace(details, salary=change.new)
        case ValidThroughChange():
            return replace(details, valid_through=change.new)
        case LocationsChange():
            return replace(details, locations=change.new)
        case WorkplaceTypeChange():
            return replace(details, workplace_type=change.new)
        case EmploymentTypesChange():
            return replace(details, employment_types=change.new)
        case ApplyTargetChange():
            return replace(details, apply_to=change.new)
        case CategoriesChange():
            return replace(details, categories=change.new)
        case DescriptionChange():
            return replace(details, description=change.new)
        case _:
            assert_never(change)
