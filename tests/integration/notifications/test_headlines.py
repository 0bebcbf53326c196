"""Subjects say what happened."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from jobs_domain.changes import diff
from jobs_domain.email_address import EmailAddress
from jobs_domain.posting_details import (
    ApplyByEmail,
    Description,
    EmploymentType,
    Location,
    PostingDetails,
    WorkplaceType,
)
from jobs_domain.salary import Salary, SalaryUnit
from jobs_domain.valid_through import ValidThrough
from notifications import headlines
from tests.integration.notifications.world import pay
from tests.unit.examples import DETAILS

pytestmark = pytest.mark.integration

DECEMBER = ValidThrough.at(day=date(2026, 12, 3), clock=None, zone="Europe/Berlin")


def monthly(minimum: int | None, maximum: int | None) -> Salary:
    low, high = (None if amount is None else Decimal(amount) for amount in (minimum, maximum))
    return Salary(minimum=low, maximum=high, currency="EUR", unit=SalaryUnit.MONTH)


def headline(old: PostingDetails, new: PostingDetails) -> str:
    return headlines.revised(diff(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (pay(3000, 3500), pay(3200, 3600), "Pay raised"),
        (pay(3000, 3500), pay(3000, 3600), "Pay raised"),
        (pay(3000, 3500), pay(2900, 3500), "Pay lowered"),
        (pay(3000, 3500), pay(2900, 3600), "Pay changed"),
        (monthly(3000, None), monthly(3100, None), "Pay raised"),
        (monthly(None, 3000), monthly(None, 2900), "Pay lowered"),
        (monthly(3000, None), monthly(3100, 3500), "Pay changed"),
        (pay(3000, 3500), replace(pay(30000, 35000), currency="USD"), "Pay changed"),
        (pay(3000, 3500), replace(pay(30000, 35000), unit=SalaryUnit.YEAR), "Pay changed"),
        (None, pay(3000, 3500), "Pay now stated"),
        (pay(3000, 3500), None, "Pay no longer stated"),
    ],
)
def test_a_salary_is_raised_lowered_or_just_different(old: Salary | None, new: Salary | None, expected: str) -> None:
    assert headline(replace(DETAILS, salary=old), replace(DETAILS, salary=new)) == expected


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (replace(DETAILS, title="Head Baker"), "Title changed"),
        (replace(DETAILS, hiring_organization="Buns & Co"), "Company changed"),
        (replace(DETAILS, valid_through=DECEMBER), "Closing date moved to 3 December 2026"),
        (replace(DETAILS, valid_through=None), "No closing date any more"),
        (replace(DETAILS, locations=(Location(country="FR", locality="Paris"),)), "Place changed"),
        (replace(DETAILS, workplace_type=WorkplaceType.REMOTE), "Now remote"),
        (replace(DETAILS, workplace_type=WorkplaceType.HYBRID), "Now hybrid"),
        (replace(DETAILS, employment_types=frozenset({EmploymentType.INTERN})), "Type of employment changed"),
        (replace(DETAILS, apply_to=ApplyByEmail(EmailAddress("a@b.example"))), "New way to apply"),
        (replace(DETAILS, categories=frozenset({"Bread"})), "Category changed"),
        (replace(DETAILS, description=Description.of(html="<p>Buns!</p>", summary="Buns!")), "Description changed"),
        (replace(DETAILS, title="Head Baker", salary=None, categories=frozenset()), "3 changes"),
    ],
)
def test_every_kind_of_change_has_its_words(new: PostingDetails, expected: str) -> None:
    assert headline(DETAILS, new) == expected


def test_a_first_closing_date_is_set_not_moved() -> None:
    noon = ValidThrough.at(day=date(2026, 12, 3), clock=time(12), zone="Europe/Berlin")
    assert headline(replace(DETAILS, valid_through=None), replace(DETAILS, valid_through=noon)) == (
        "Closing date set to 3 December 2026"
    )
