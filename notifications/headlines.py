"""What happened, in the few words that a subject has room for."""

from decimal import Decimal
from typing import Final, assert_never

from django.utils.translation import gettext, gettext_lazy, ngettext

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
from jobs_domain.posting_details import WorkplaceType
from jobs_domain.salary import Salary
from jobs_domain.valid_through import ValidThrough

WORKPLACES: Final = {
    WorkplaceType.ON_SITE: gettext_lazy("Now on site"),
    WorkplaceType.HYBRID: gettext_lazy("Now hybrid"),
    WorkplaceType.REMOTE: gettext_lazy("Now remote"),
}


def revised(changes: tuple[Change, ...]) -> str:
    """`Pay raised`, `Closing date moved to 3 December 2026`, `3 changes`."""
    if len(changes) == 1:
        return _changed(changes[0])
    return ngettext("%(number)d change", "%(number)d changes", len(changes)) % {"number": len(changes)}


def closed(reason: CloseReason) -> str:
    """`Closed (filled)`."""
    match reason:
        case CloseReason.FILLED:
            return gettext("Closed (filled)")
        case CloseReason.WITHDRAWN:
            return gettext("Closed (withdrawn)")
        case CloseReason.EXPIRED:
            return gettext("Closed (closing date passed)")
        case _:
            assert_never(reason)


def _changed(change: Change) -> str:
    match change:
        case TitleChange():
            return gettext("Title changed")
        case HiringOrganizationChange():
            return gettext("Company changed")
        case SalaryChange(old, new):
            return _salary(old, new)
        case ValidThroughChange(old, new):
            return _closing(old, new)
        case LocationsChange():
            return gettext("Place changed")
        case WorkplaceTypeChange(_, new):
            return str(WORKPLACES[new])
        case EmploymentTypesChange():
            return gettext("Type of employment changed")
        case ApplyTargetChange():
            return gettext("New way to apply")
        case CategoriesChange():
            return gettext("Category changed")
        case DescriptionChange():
            return gettext("Description changed")
        case _:
            assert_never(change)


def _closing(old: ValidThrough | None, new: ValidThrough | None) -> str:
    if new is None:
        return gettext("No closing date any more")
    if old is not None and words.closing_day(old) == words.closing_day(new):
        return gettext("Closing time changed")
    day = {"day": words.closing_day(new)}
    return (
        gettext("Closing date set to %(day)s") % day if old is None else gettext("Closing date moved to %(day)s") % day
    )


def _salary(old: Salary | None, new: Salary | None) -> str:
    if old is None:
        return gettext("Pay now stated")
    if new is None:
        return gettext("Pay no longer stated")
    steps = _steps(old, new)
    if steps and min(steps) >= 0:
        return gettext("Pay raised")
    if steps and max(steps) <= 0:
        return gettext("Pay lowered")
    return gettext("Pay changed")


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
