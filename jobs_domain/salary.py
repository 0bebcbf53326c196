"""What a job pays."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

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
