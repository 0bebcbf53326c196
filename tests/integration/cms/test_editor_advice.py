"""Hints for a better posting."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms import load
from cms.editor.advice import advice, why_not_a_host
from cms.editor.likeness import Other, copied_from, likeness, rows_of_words
from cms.models import JobPage, TextPrint
from jobs_domain.email_address import EmailAddress
from jobs_domain.posting_details import ApplyByEmail, ApplyOnline, PostingDetails
from jobs_domain.salary import Salary, SalaryUnit
from jobs_domain.valid_through import ValidThrough
from tests.integration.cms.factories import make_closed_job, make_company, make_job
from tests.integration.cms.panel import panel
from tests.unit.examples import DETAILS

pytestmark = pytest.mark.integration

TODAY = date(2026, 11, 2)
A_TUESDAY = ValidThrough.at(day=date(2026, 12, 1), clock=None, zone="Europe/Brussels")
GOOD = replace(DETAILS, valid_through=A_TUESDAY, apply_to=ApplyOnline("https://bread.example/apply"))


def paying(minimum: int, maximum: int | None) -> Salary:
    return Salary(
        minimum=Decimal(minimum),
        maximum=None if maximum is None else Decimal(maximum),
        currency="EUR",
        unit=SalaryUnit.MONTH,
    )


def closing(day: date, clock: time | None = None) -> PostingDetails:
    return replace(GOOD, valid_through=ValidThrough.at(day=day, clock=clock, zone="Europe/Brussels"))


def test_a_good_posting_needs_none() -> None:
    assert list(advice(GOOD, today=TODAY)) == []


@pytest.mark.parametrize(
    ("details", "words"),
    [
        (replace(GOOD, title="SENIOR BAKER (M/F)"), "in capitals"),
        (replace(GOOD, title="SENIOR BAKER (m/f)"), "in capitals"),
        (replace(GOOD, title="BÄCKEREI-FACHKRAFT [m/w/d]"), "in capitals"),
        (replace(GOOD, salary=paying(0, 0)), "The salary is nothing"),
        (replace(GOOD, salary=paying(0, None)), "The salary is nothing"),
        (replace(GOOD, salary=None), "no salary"),
        (replace(GOOD, valid_through=None), "no closing date"),
        (closing(date(2026, 12, 5)), "a Saturday"),
        (closing(date(2026, 12, 6)), "a Sunday"),
        (closing(date(2026, 12, 6), time(12)), "a Sunday"),
        (closing(date(2027, 2, 1)), "over 90 days ahead"),
        (replace(GOOD, apply_to=None), "where to apply"),
        (replace(GOOD, apply_to=ApplyOnline("https://localhost/apply")), "page to apply on cannot be right"),
        (replace(GOOD, apply_to=ApplyByEmail(EmailAddress("jobs@bread.con"))), "perhaps “.com” is meant"),
    ],
    ids=str,
)
def test_each_hint(details: PostingDetails, words: str) -> None:
    (hint,) = advice(details, today=TODAY)
    assert words in hint


@pytest.mark.parametrize(
    "details",
    [
        replace(GOOD, title="SRE"),
        replace(GOOD, title="SRE (m/f/d)"),
        replace(GOOD, title="Baker (PART-TIME)"),
        replace(GOOD, title="(LIBRARIAN)"),
        replace(GOOD, salary=paying(0, 3000)),
        replace(GOOD, title="Baker at ACME"),
        replace(GOOD, title="面包师傅招聘启事"),
        closing(date(2027, 1, 29)),
        closing(date(2026, 12, 4)),
        replace(GOOD, apply_to=ApplyByEmail(EmailAddress("jobs@käse.example"))),
    ],
    ids=str,
)
def test_no_hint(details: PostingDetails) -> None:
    assert list(advice(details, today=TODAY)) == []


@pytest.mark.parametrize(
    "host",
    [
        "example.org",
        "jobs.bread.example",
        "käse.de",
        "xn--kse-qla.de",
        "a.co",
        "x.museum",
        "EXAMPLE.ORG",
        "example.org.",
    ],
)
def test_a_host(host: str) -> None:
    assert why_not_a_host(host) == ""


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("", "no full name"),
        ("intranet", "no full name"),
        ("192.0.2.1", "a number"),
        ("2001:db8::1", "a number"),
        ("bread..example", "no valid name"),
        ("-bread.org", "no valid name"),
        ("bread-.org", "no valid name"),
        ("bread_sons.org", "no valid name"),
        ("a" * 64 + ".org", "no valid name"),
        ("jobs.lan", "cannot be reached"),
        ("jobs.invalid", "cannot be reached"),
        ("bread.ogr", "“.org” is meant"),
        ("bread.c", "there is no “.c”"),
        ("bread.c0m", "there is no “.c0m”"),
    ],
)
def test_no_host(host: str, why: str) -> None:
    assert why in why_not_a_host(host)


def test_texts_are_compared_by_their_words() -> None:
    text = rows_of_words("<p>We bake bread at night and sell it in the morning, every day but Monday.</p>")
    same = rows_of_words(
        "<h3>WE bake</h3><p>bread at night and <b>sell</b> it in the morning, every day but Monday.</p>"
    )
    near = rows_of_words("<p>We bake bread at night and sell it in the morning, every day but Sunday.</p>")
    other = rows_of_words("<p>You repair bicycles in a workshop by the river, with tools of your own.</p>")
    assert likeness(text, same) == 1
    assert 0.7 < likeness(text, near) < 1
    assert likeness(text, other) == 0
    assert likeness(rows_of_words(""), rows_of_words("<p></p>")) == 0
    assert likeness(rows_of_words("You bake."), rows_of_words("<p>you bake.</p>")) == 1


ALIKE = "nearly that of another open posting"
TEXT = """<p>We bake bread for three towns, at night and by hand, from flour that is milled next door. You knead, shape and bake, you
keep the oven and the leaven, and you teach our two apprentices what you know. You have learnt the trade and like to rise early.</p>"""
UNLIKE = """<p>You cook in a hospital for four hundred people who cannot choose what they eat, which is why it has to be good. You plan
the week with the dietician, order from farms nearby and lead a kitchen of nine people who stay with us for a long time.</p>"""


@pytest.mark.django_db
class TestCopiedText:
    def test_of_whatever_company_and_under_whatever_title(self, publisher: Client) -> None:
        make_job("Confectioner", company=make_company("Levain"), description=TEXT)
        said = panel(publisher, make_job("Baker", description=TEXT))
        assert ALIKE in said
        assert ">Confectioner</a>" in said

    def test_of_a_short_one(self, publisher: Client) -> None:
        make_job("Cook", company=make_company("Levain"))
        assert ALIKE in panel(publisher, make_job("Baker"))

    def test_with_some_words_changed(self, publisher: Client) -> None:
        near = TEXT.replace("three towns", "four towns")
        make_job("Confectioner", company=make_company("Levain"), description=TEXT)
        assert ALIKE in panel(publisher, make_job("Baker", description=near))

    def test_the_one_that_is_most_like_it(self, publisher: Client) -> None:
        near = TEXT.replace("three towns", "four towns")
        for title, text in {"Near": near, "Same": TEXT, "Near, too": near}.items():
            make_job(title, description=text)
        assert ">Same</a>" in panel(publisher, make_job("Baker", description=TEXT))

    def test_an_old_one_among_many_that_share_a_part(self, publisher: Client) -> None:
        """Companies say the same of themselves in each of their postings."""
        make_job("Confectioner", description=TEXT)
        for number in range(8):
            own = " ".join(f"{word}{number}" for word in UNLIKE.split()[:30])
            make_job(f"Job {number}", description=f"{TEXT}<p>{own}</p>")
        assert ">Confectioner</a>" in panel(publisher, make_job("Baker", description=TEXT))

    def test_as_the_text_is_now(self, publisher: Client) -> None:
        other, job = make_job("Confectioner", description=TEXT), make_job("Baker", description=UNLIKE)
        assert ALIKE not in panel(publisher, job)
        other.description = UNLIKE
        other.save_revision()
        assert ALIKE not in panel(publisher, job)
        other.save_revision().publish()
        assert ALIKE in panel(publisher, job)

    def test_not_of_itself(self, publisher: Client) -> None:
        assert "nearly that of" not in panel(publisher, make_job())

    def test_not_of_a_closed_one_nor_of_others(self, publisher: Client) -> None:
        make_closed_job(slug="closed", description=TEXT)
        make_job("Draft", description=TEXT, published=False)
        make_job("Cook", description=UNLIKE)
        assert "nearly that of" not in panel(publisher, make_job("Baker", description=TEXT))

    def test_in_one_query_that_reads_few_texts_however_many_there_are(self) -> None:
        load.generate(postings=300, followers=1)
        job = JobPage.objects.open(at=timezone.now()).order_by("pk")[0]
        with CaptureQueriesContext(connection) as queries:
            assert copied_from(job) is None
        assert len(queries) == 1
        copy = make_job("Copy", description=job.description, company=make_company())
        assert copied_from(copy) == Other(job.pk, job.title)

    def test_those_from_before_are_known(self) -> None:
        job = make_job("Confectioner", description=TEXT)
        TextPrint.objects.all().delete()
        import_module("cms.migrations.0005_text_prints").take_prints(apps, connection.schema_editor())
        assert copied_from(make_job("Baker", description=TEXT)) == Other(job.pk, "Confectioner")


@pytest.mark.django_db
def test_a_title_that_is_too_long(publisher: Client) -> None:
    assert "more than 255 characters" in panel(publisher, make_job(), title="Baker " * 43)
    assert "more than 255 characters" not in panel(publisher, make_job(), title="Baker")


def test_a_closing_date_that_has_passed_is_mentioned_and_nothing_else_of_it() -> None:
    passed = replace(GOOD, valid_through=ValidThrough.at(day=TODAY - timedelta(days=1), clock=None, zone="UTC"))
    (hint,) = advice(passed, today=TODAY)
    assert "has passed" in hint


def test_what_is_mistyped_is_not_said_to_be_missing() -> None:
    nothing = replace(GOOD, salary=None, valid_through=None, apply_to=None)
    hints = list(advice(nothing, today=TODAY, unreadable=("Pay", "Closing date", "How to apply")))
    assert len(hints) == 3
    assert not [hint for hint in hints if "There is no" in hint or "does not say" in hint]
