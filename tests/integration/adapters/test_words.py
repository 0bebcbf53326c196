"""What readers are told of values, changes and addresses that are none."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest
from django.utils.translation import override

from adapters import words
from jobs_domain.changes import LocationsChange
from jobs_domain.email_address import EmailAddress, Flaw, InvalidEmailAddress
from jobs_domain.posting_details import Location
from jobs_domain.salary import Salary, SalaryUnit
from jobs_domain.valid_through import ValidThrough

pytestmark = pytest.mark.integration

BERLIN = Location(country="DE", locality="Berlin")


@pytest.mark.parametrize(
    ("minimum", "maximum", "currency", "expected"),
    [
        ("60000", "75000", "EUR", "€60,000–75,000 a year"),
        ("14.50", "16", "GBP", "£14.50–16.00 a year"),
        ("60000", "60000", "EUR", "€60,000 a year"),
        ("60000", None, "CHF", "from CHF 60,000 a year"),
        (None, "75000", "USD", "up to US$75,000 a year"),
    ],
)
def test_a_salary_is_said_shortly(minimum: str | None, maximum: str | None, currency: str, expected: str) -> None:
    salary = Salary(
        minimum=None if minimum is None else Decimal(minimum),
        maximum=None if maximum is None else Decimal(maximum),
        currency=currency,
        unit=SalaryUnit.YEAR,
    )
    assert words.salary(salary) == expected


def test_a_closing_date_is_said_in_its_own_zone() -> None:
    end_of_day = ValidThrough.at(day=date(2026, 12, 3), clock=None, zone="Europe/Berlin")
    assert words.closing(end_of_day) == "3 December 2026, end of day (Berlin time)"
    at_six = ValidThrough.at(day=date(2026, 12, 3), clock=time(18), zone="America/New_York")
    assert words.closing(at_six) == "3 December 2026, 18:00 (New York time)"


@pytest.mark.parametrize(
    ("zone", "english", "german"),
    [
        ("Europe/Brussels", "Brussels time", "Ortszeit Brüssel"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time", "Ortszeit Buenos Aires"),
        ("UTC", "UTC", "UTC"),
    ],
)
def test_a_time_zone_is_named_for_its_city(zone: str, english: str, german: str) -> None:
    assert words.zone(zone) == english
    with override("de"):
        assert words.zone(zone) == german


def test_a_changed_street_can_be_seen() -> None:
    change = words.change(LocationsChange((BERLIN,), (replace(BERLIN, street="Weg 1", postal_code="10115"),)))
    assert (change.old, change.new) == ("Berlin, Germany", "Weg 1, 10115 Berlin, Germany")


@pytest.mark.parametrize("flaw", Flaw)
def test_every_flaw_of_an_address_has_words(flaw: Flaw) -> None:
    assert str(words.FLAWS[flaw]) == flaw.value
    error = InvalidEmailAddress(flaw, "x")
    assert words.what_is_wrong(error) == str(error)


def test_a_flaw_names_the_part_that_is_meant() -> None:
    with pytest.raises(InvalidEmailAddress) as caught:
        EmailAddress("a(na@example.org")
    assert words.what_is_wrong(caught.value) == "The part before the @ cannot contain “(”."
