from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs_domain.currencies import ISO_4217_CODES
from jobs_domain.salary import UNITS_PER_YEAR, InvalidSalary, Salary, SalaryFloor, SalaryUnit, UnknownCurrency
from tests.unit.strategies import salaries

pytestmark = pytest.mark.unit


def _salary(minimum: str | None, maximum: str | None, currency: str = "EUR") -> Salary:
    return Salary(
        minimum=None if minimum is None else Decimal(minimum),
        maximum=None if maximum is None else Decimal(maximum),
        currency=currency,
        unit=SalaryUnit.YEAR,
    )


@pytest.mark.parametrize(
    ("minimum", "maximum"),
    [("40000", "50000"), ("40000", "40000"), ("40000", None), (None, "50000"), ("0", "0"), ("0.01", "0.02")],
)
def test_a_salary_has_a_minimum_a_maximum_or_both(minimum: str | None, maximum: str | None) -> None:
    salary = _salary(minimum, maximum)
    assert (salary.minimum, salary.maximum) == (minimum and Decimal(minimum), maximum and Decimal(maximum))


@pytest.mark.parametrize(
    ("minimum", "maximum", "why"),
    [
        (None, None, "needs a minimum, a maximum or both"),
        ("-1", None, "cannot be negative"),
        (None, "-0.01", "cannot be negative"),
        ("-2", "-1", "cannot be negative"),
        ("Infinity", None, "number with an end"),
        (None, "Infinity", "number with an end"),
        ("-Infinity", None, "number with an end"),
        ("NaN", "1", "number with an end"),
        ("1", "sNaN", "number with an end"),
        ("50000", "40000", "minimum is above the maximum"),
        ("0.02", "0.01", "minimum is above the maximum"),
    ],
)
def test_figures_that_make_no_salary_are_refused_with_the_reason(
    minimum: str | None, maximum: str | None, why: str
) -> None:
    with pytest.raises(InvalidSalary, match=why):
        _salary(minimum, maximum)


@pytest.mark.parametrize("currency", ["", "eur", "Euro", "€", " EUR", "EURO", "XAU", "DEM", "XXX"])
def test_a_currency_that_is_not_in_use_is_refused(currency: str) -> None:
    with pytest.raises(UnknownCurrency, match="not a currency code of ISO 4217"):
        _salary("1", "2", currency)


def test_an_unknown_currency_is_an_invalid_salary() -> None:
    assert issubclass(UnknownCurrency, InvalidSalary)


@pytest.mark.parametrize("currency", sorted(ISO_4217_CODES))
def test_a_currency_in_use_is_accepted(currency: str) -> None:
    assert _salary("1", "2", currency).currency == currency


def test_noughts_after_the_point_make_no_other_salary() -> None:
    assert _salary("40000", "50000.00") == _salary("40000.0", "50000")
    assert hash(_salary("40000", "50000.00")) == hash(_salary("40000.0", "50000"))


def test_currency_and_unit_make_another_salary() -> None:
    yearly = _salary("1", "2")
    monthly = Salary(minimum=yearly.minimum, maximum=yearly.maximum, currency="EUR", unit=SalaryUnit.MONTH)
    assert yearly != monthly
    assert yearly != _salary("1", "2", "USD")


@given(salaries(), st.decimals(min_value=Decimal("0.01"), max_value=10**6, places=2))
def test_no_salary_has_its_minimum_above_its_maximum(salary: Salary, more: Decimal) -> None:
    top = max(amount for amount in (salary.minimum, salary.maximum) if amount is not None)
    with pytest.raises(InvalidSalary, match="minimum is above the maximum"):
        Salary(minimum=top + more, maximum=top, currency=salary.currency, unit=salary.unit)


@pytest.mark.parametrize(
    ("unit", "a_year"),
    [
        (SalaryUnit.HOUR, 41_600),
        (SalaryUnit.DAY, 5_200),
        (SalaryUnit.WEEK, 1_040),
        (SalaryUnit.MONTH, 240),
        (SalaryUnit.YEAR, 20),
    ],
)
def test_pay_is_comparable_by_the_year(unit: SalaryUnit, a_year: int) -> None:
    salary = Salary(minimum=Decimal(20), maximum=None, currency="EUR", unit=unit)
    assert salary.per_year == (Decimal(a_year), None)
    assert Salary(minimum=None, maximum=Decimal(20), currency="EUR", unit=unit).per_year == (
        None,
        Decimal(a_year),
    )


@given(salaries())
def test_a_year_keeps_the_order_of_the_ends(salary: Salary) -> None:
    low, high = salary.per_year
    assert low is None or high is None or low <= high
    assert (low is None, high is None) == (salary.minimum is None, salary.maximum is None)
    assert set(UNITS_PER_YEAR) == set(SalaryUnit)


@pytest.mark.parametrize(
    ("minimum", "maximum", "amount", "is_met"),
    [
        ("40000", "50000", "50000", True),
        ("40000", "50000", "50000.01", False),
        ("40000", None, "40000", True),
        ("40000", None, "40000.01", False),
        (None, "50000", "50000", True),
    ],
)
def test_the_upper_end_or_the_only_one_meets_a_floor(
    minimum: str | None, maximum: str | None, amount: str, is_met: bool
) -> None:
    floor = SalaryFloor(amount=Decimal(amount), currency="EUR")
    assert floor.is_met_by(_salary(minimum, maximum)) is is_met
    assert not floor.is_met_by(_salary(minimum, maximum, "USD"))


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "NaN", "Infinity", "1000000000001"])
def test_a_floor_is_an_amount_in_reason(amount: str) -> None:
    with pytest.raises(InvalidSalary):
        SalaryFloor(amount=Decimal(amount), currency="EUR")


def test_a_floor_is_in_a_currency() -> None:
    with pytest.raises(UnknownCurrency):
        SalaryFloor(amount=Decimal(1), currency="eur")
