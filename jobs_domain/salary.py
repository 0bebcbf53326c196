"""What a job pays."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

from jobs_domain.currencies import ISO_4217_CODES


class InvalidSalary(ValueError):
    """The figures do not make a salary; the message says why."""


class UnknownCurrency(InvalidSalary):
    """The code is not in ISO 4217."""


class SalaryUnit(Enum):
    """The time that the figure pays for (schema.org/unitText, the values Google accepts)."""

    HOUR = "HOUR"
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    YEAR = "YEAR"


UNITS_PER_YEAR: Final[Mapping[SalaryUnit, int]] = {
    SalaryUnit.HOUR: 2080,
    SalaryUnit.DAY: 260,
    SalaryUnit.WEEK: 52,
    SalaryUnit.MONTH: 12,
    SalaryUnit.YEAR: 1,
}
"""What makes pay comparable: a year of 52 weeks of five days of eight hours."""

HIGHEST_FLOOR: Final = Decimal(10) ** 12
CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Salary:
    """A range of gross pay per unit of time (schema.org/baseSalary); one end may be open, not both.

    Raises `InvalidSalary` for a negative or endless amount, for minimum above maximum and for no amount at all, and
    `UnknownCurrency` for a code that ISO 4217 does not list.
    """

    minimum: Decimal | None
    maximum: Decimal | None
    currency: str
    unit: SalaryUnit

    def __post_init__(self) -> None:
        if self.currency not in ISO_4217_CODES:
            raise UnknownCurrency(f"“{self.currency}” is not a currency code of ISO 4217, such as EUR or USD.")
        amounts = [amount for amount in (self.minimum, self.maximum) if amount is not None]
        if not amounts:
            raise InvalidSalary("A salary needs a minimum, a maximum or both.")
        for amount in amounts:
            if not amount.is_finite():
                raise InvalidSalary("A salary is a number with an end.")
            if amount < 0:
                raise InvalidSalary("A salary cannot be negative.")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise InvalidSalary("The minimum is above the maximum.")

    @property
    def per_year(self) -> tuple[Decimal | None, Decimal | None]:
        """Both ends of the range for a year of full-time work, as `UNITS_PER_YEAR` reckons it."""
        factor = UNITS_PER_YEAR[self.unit]
        return (
            None if self.minimum is None else self.minimum * factor,
            None if self.maximum is None else self.maximum * factor,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SalaryFloor:
    """At least so much a year, in whole cents. Raises `InvalidSalary` or `UnknownCurrency`."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in ISO_4217_CODES:
            raise UnknownCurrency(f"“{self.currency}” is not a currency code of ISO 4217, such as EUR or USD.")
        if not self.amount.is_finite() or not CENT <= self.amount <= HIGHEST_FLOOR:
            raise InvalidSalary("The least pay is an amount above nothing, and not beyond all reason.")
        object.__setattr__(self, "amount", self.amount.quantize(CENT))

    def is_met_by(self, salary: Salary) -> bool:
        """The upper end of the range counts, or the only one; other currencies are not converted."""
        low, high = salary.per_year
        best = low if high is None else high
        return salary.currency == self.currency and best is not None and best >= self.amount
