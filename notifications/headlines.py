"""What happened, in the few words that a subject has room for."""

from decimal import Decimal
from typing import assert_never

from adapters import words
from jobs_domain.changes import (
    ApplyTargetChange,
    CategoriesChange,
    Change,
    DescriptionChange,
    EmploymentTypesChange,
    HiringOrganizationChange,
    LocationsChange,
    SalaryChange,
    TitleChange,
    ValidThroughChange,
    WorkplaceTypeChange,
)
from jobs_domain.events import CloseReason
from jobs_domain.salary import Salary
from jobs_domain.valid_through import ValidThrough


def revised(changes: tuple[Change, ...]) -> str:
    """`Pay raised`, `Closing date moved to 3 December 2026`, `3 changes`."""
    return _changed(changes[0]) if len(changes) == 1 else f"{len(changes)} changes"


def closed(reason: CloseReason) -> str:
    """`Closed (filled)`."""
    return f"Closed ({words.CLOSE_REASONS[reason].lower()})"


def _changed(change: Change) -> str:
    match change:
        case TitleChange():
            return "Title changed"
        case HiringOrganizationChange():
            return "Company changed"
        case SalaryChange(old, new):
            return _salary(old, new)
        case ValidThroughChange(old, new):
            return _closing(old, new)
        case LocationsChange():
            return "Place changed"
        case WorkplaceTypeChange(_, new):
            return f"Now {words.WORKPLACE_TYPES[new].lower()}"
        case EmploymentTypesChange():
            return "Type of employment changed"
        case ApplyTargetChange():
            return "New way to apply"
        case CategoriesChange():
            return "Category changed"
        case DescriptionChange():
            return "Description changed"
        case _:
            assert_never(change)


def _closing(old: ValidThrough | None, new: ValidThrough | None) -> str:
    if new is None:
        return "No closing date any more"
    if old is not None and words.closing_day(old) == words.closing_day(new):
        return "Closing time changed"
    return f"Closing date {'set' if old is None else 'moved'} to {words.closing_day(new)}"


def _salary(old: Salary | None, new: Salary | None) -> str:
    if old is None:
        return "Pay now stated"
    if new is None:
        return "Pay no longer stated"
    steps = _steps(old, new)
    if steps and min(steps) >= 0:
        return "Pay raised"
    if steps and max(steps) <= 0:
        return "Pay lowered"
    return "Pay changed"


def _steps(old: Salary, new: Salary) -> tuple[Decimal, ...]:
    """By how much each end of the range moved; empty if the two cannot be compared."""
    if (old.currency, old.unit) != (new.currency, new.unit):
        return ()
    steps: list[Decimal] = []
    for before, after in ((old.minimum, new.minimum), (old.maximum, new.maximum)):
        if (before is None) is not (after is None):
            return ()
        if before is not None and after is not None:
            steps.append(after - before)
    return tuple(steps)
