"""`manage.py import_postings`: what comes in, what is refused and why, and that nothing is told twice."""

import io
import json
import re
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, ReferenceIndex

from adapters.codec import decode_event
from adapters.models import OutboxEvent, PostingRecord
from cms import importing
from cms.importing.json_values import InvalidJobPosting
from cms.importing.schema_org import read
from cms.models import Category, Company, JobPage
from cms.scheduling import publish_scheduled
from jobs_domain.changes import SalaryChange, TitleChange
from jobs_domain.events import PostingRevised
from jobs_domain.posting_details import ApplyByEmail, ApplyOnline, EmploymentType, WorkplaceType

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

type Posting = dict[str, object]


def posting(number: int = 1, **changed: object) -> Posting:
    return {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "identifier": {"@type": "PropertyValue", "name": "Bread & Co", "value": str(number)},
        "title": f"Baker {number}",
        "description": "<p>Bake <strong>bread</strong>.</p>",
        "hiringOrganization": {"@type": "Organization", "name": "Bread & Co", "email": "jobs@bread.example"},
        "industry": "Food",
        "employmentType": "FULL_TIME",
        "datePosted": "2026-03-01",
        "validThrough": "2126-03-31",
        "jobLocation": {
            "@type": "Place",
            "address": {"addressLocality": "Brooklyn", "addressRegion": "NY", "addressCountry": "US"},
        },
        "baseSalary": {"currency": "USD", "value": {"minValue": 40000, "maxValue": 52000.5, "unitText": "YEAR"}},
        "url": "https://bread.example/1",
    } | changed


class Result(NamedTuple):
    code: int
    out: str
    errors: str


def run(file: Path | str, *options: str) -> Result:
    out, errors = StringIO(), StringIO()
    code = 0
    try:
        call_command(
            "import_postings", str(file), "--time-zone", "America/New_York", *options, stdout=out, stderr=errors
        )
    except SystemExit as stop:
        code = int(str(stop.code))
    return Result(code, out.getvalue(), errors.getvalue())


def lines(folder: Path, *postings: Posting | str) -> Path:
    file = folder / "postings.jsonl"
    file.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in postings))
    return file


def events() -> list[str]:
    return list(OutboxEvent.objects.order_by("id").values_list("name", flat=True))


def test_a_posting_arrives_with_all_that_it_says(tmp_path: Path, client: Client) -> None:
    result = run(lines(tmp_path, posting()))
    assert (result.code, result.errors) == (0, "")
    assert "1 created" in result.out
    job = JobPage.objects.get()
    assert (job.title, job.company.name, job.category_names) == ("Baker 1", "Bread & Co", ["Food"])
    assert job.company.contact_address == "jobs@bread.example"
    assert job.identifier == "Bread & Co: 1"
    assert job.salary_words == "US$40,000.00–52,000.50 a year"
    assert job.place == "Brooklyn, NY, United States"
    assert job.first_published_at == datetime(2026, 3, 1, 5, tzinfo=UTC)
    page = client.get(job.url or "").content.decode()
    assert "Bake <strong>bread</strong>." in page.replace("<b>", "<strong>").replace("</b>", "</strong>")


def test_the_language_is_told_or_stays_as_it_is(tmp_path: Path) -> None:
    run(
        lines(
            tmp_path, posting(1), posting(2, inLanguage="de-AT", hiringOrganization="Brot"), posting(3, inLanguage="EN")
        )
    )
    in_order = JobPage.objects.order_by("identifier")
    assert list(in_order.values_list("language", flat=True)) == ["en", "de", "en"]
    assert list(Company.objects.order_by("name").values_list("name", "language")) == [
        ("Bread & Co", "en"),
        ("Brot", "de"),
    ]
    in_order.filter(title="Baker 1").update(language="fr")
    assert "1 unchanged" in run(lines(tmp_path, posting(1))).out
    result = run(lines(tmp_path, posting(1, title="Miller")))
    assert "1 updated" in result.out
    assert list(in_order.values_list("language", flat=True)) == ["fr", "de", "en"]
    assert "1 updated" in run(lines(tmp_path, posting(1, title="Miller", inLanguage="nl"))).out
    assert JobPage.objects.get(title="Miller").language == "nl"


def test_a_language_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    result = run(lines(tmp_path, posting(inLanguage="Klingon")))
    assert result.code == 1
    assert "“inLanguage” is 'Klingon', not the code of a language" in result.errors


def test_a_date_without_time_means_the_end_of_that_day_in_the_zone_of_the_posting(tmp_path: Path) -> None:
    run(
        lines(
            tmp_path,
            posting(1),
            posting(2, jobLocation={"address": {"addressLocality": "Berlin", "addressCountry": "Germany"}}),
            posting(3, validThrough="2126-03-31T18:00:00-04:00"),
            posting(4, validThrough="2126-03-31T18:00"),
        )
    )
    instants = list(JobPage.objects.order_by("identifier").values_list("valid_through", flat=True))
    assert instants == [
        datetime(2126, 4, 1, 4, tzinfo=UTC),
        datetime(2126, 3, 31, 22, tzinfo=UTC),
        datetime(2126, 3, 31, 22, tzinfo=UTC),
        datetime(2126, 3, 31, 22, tzinfo=UTC),
    ]


def test_importing_the_same_again_changes_nothing_and_tells_nobody(tmp_path: Path) -> None:
    file = lines(tmp_path, *(posting(number) for number in range(5)))
    assert "5 created" in run(file).out
    before = events()
    saved = list(JobPage.objects.values_list("last_published_at", flat=True))
    assert "5 unchanged" in run(file).out
    assert events() == before
    assert list(JobPage.objects.values_list("last_published_at", flat=True)) == saved


def test_a_changed_posting_is_updated_and_tells_what_changed(tmp_path: Path) -> None:
    run(lines(tmp_path, posting(1), posting(2)))
    raised = {"currency": "USD", "value": {"minValue": 45000, "maxValue": 52000.5, "unitText": "YEAR"}}
    result = run(lines(tmp_path, posting(1, title="Night Baker", baseSalary=raised), posting(2)))
    assert "1 updated, 1 unchanged" in result.out
    last = OutboxEvent.objects.order_by("id").last()
    assert last is not None
    event = decode_event(last.name, last.format_version, last.payload)
    assert isinstance(event, PostingRevised)
    assert [type(change) for change in event.changes] == [TitleChange, SalaryChange]
    assert events().count("PostingRevised") == 1


def test_changed_places_and_categories_are_updated(tmp_path: Path) -> None:
    run(lines(tmp_path, posting()))
    moved = {"address": {"addressLocality": "Queens", "addressRegion": "NY", "addressCountry": "US"}}
    run(lines(tmp_path, posting(industry=["Food", "Crafts"], jobLocation=moved)))
    job = JobPage.objects.get()
    assert job.place == "Queens, NY, United States"
    assert job.category_names == ["Crafts", "Food"]
    assert "1 unchanged" in run(lines(tmp_path, posting(industry=["Crafts", "Food"], jobLocation=moved))).out


def test_a_wrong_line_is_reported_with_number_and_reason_and_the_rest_is_imported(tmp_path: Path) -> None:
    file = lines(
        tmp_path,
        posting(1),
        "{not json",
        posting(2, title=""),
        "",
        posting(3, baseSalary={"currency": "XXX", "value": {"minValue": 1, "maxValue": 2, "unitText": "YEAR"}}),
        posting(4, validThrough="soon"),
        posting(1, title="Once more"),
        '"a text"',
        posting(5),
    )
    result = run(file)
    assert result.code == 1
    assert "2 created, 6 not imported" in result.out
    reported = dict(line.removeprefix("line ").split(": ", 1) for line in result.errors.strip().splitlines())
    assert list(reported) == ["2", "3", "5", "6", "7", "8"]
    assert "not JSON" in reported["2"]
    assert "“title” is missing" in reported["3"]
    assert "XXX" in reported["5"]
    assert "validThrough" in reported["6"]
    assert "line 1" in reported["7"]
    assert "not a JSON object" in reported["8"]


def test_a_dry_run_reports_and_writes_nothing(tmp_path: Path) -> None:
    result = run(lines(tmp_path, posting(1), posting(2, title="")), "--dry-run")
    assert result.code == 1
    assert "Nothing was written" in result.out
    assert "1 created" in result.out
    assert not JobPage.objects.exists()
    assert not Company.objects.exists()
    assert not Category.objects.exists()
    assert events() == []


def test_a_json_array_is_read_as_well(tmp_path: Path) -> None:
    file = tmp_path / "postings.json"
    file.write_text(json.dumps([posting(1), posting(2)], indent=2))
    assert "2 created" in run(file).out


def test_standard_input_is_read_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(posting()).encode())))
    assert "1 created" in run("-").out


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandError, match=r"nowhere\.jsonl"):
        run("nowhere.jsonl")


def test_an_array_in_one_long_line_is_read_as_well(tmp_path: Path) -> None:
    file = tmp_path / "postings.json"
    file.write_text(json.dumps([posting(number, description="<p>Bake.</p>" * 8_000) for number in range(12)]))
    assert file.stat().st_size > importing.LONGEST_LINE
    assert "12 created" in run(file).out


def test_an_array_that_is_too_large_is_refused_whole_and_says_what_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cms.management.commands.import_postings.LARGEST_ARRAY", 3_000)
    file = tmp_path / "postings.json"
    file.write_text(json.dumps([posting(number) for number in range(12)]))
    with pytest.raises(CommandError, match="one JSON object per line"):
        run(file)
    assert not JobPage.objects.exists()


def test_a_broken_array_is_refused_whole(tmp_path: Path) -> None:
    file = tmp_path / "postings.json"
    file.write_text('[{"title": ')
    with pytest.raises(CommandError, match="array"):
        run(file)


def test_what_an_editor_took_down_stays_down(tmp_path: Path) -> None:
    run(lines(tmp_path, posting(1), posting(2)))
    JobPage.objects.get(identifier="Bread & Co: 1").unpublish()
    result = run(lines(tmp_path, posting(1, title="Night Baker"), posting(2)))
    assert "1 unchanged, 1 left alone" in result.out
    assert not JobPage.objects.get(identifier="Bread & Co: 1").live


def test_what_an_editor_closed_stays_closed(tmp_path: Path) -> None:
    run(lines(tmp_path, posting()))
    job = JobPage.objects.get()
    job.closed_reason = "FILLED"
    job.save()
    run(lines(tmp_path, posting(title="Night Baker")))
    assert JobPage.objects.get().closed_reason == "FILLED"
    assert PostingRecord.objects.get().state == "CLOSED"


def test_the_tree_the_search_and_the_references_are_whole_afterwards(tmp_path: Path) -> None:
    run(lines(tmp_path, *(posting(number, title="Baker") for number in range(30))))
    assert not any(Page.find_problems())
    slugs = set(JobPage.objects.values_list("slug", flat=True))
    assert {"baker", "baker-2", "baker-30"} <= slugs
    assert JobPage.objects.search("bread").count() == 30
    company = Company.objects.get()
    assert ReferenceIndex.get_references_to(company).count() == 30
    parent = JobPage.objects.all()[0].get_parent()
    assert parent is not None
    assert parent.numchild == 30


def test_an_imported_page_can_be_edited_like_any_other(tmp_path: Path, admin_client: Client) -> None:
    run(lines(tmp_path, posting()))
    job = JobPage.objects.get()
    response = admin_client.get(f"/admin/pages/{job.pk}/edit/")
    assert response.status_code == 200
    job.title = "Night Baker"
    job.save_revision().publish()
    assert events() == ["PostingPublished", "PostingRevised"]


def test_line_breaks_and_rules_can_be_edited(tmp_path: Path, admin_client: Client) -> None:
    run(lines(tmp_path, posting(description="<p>Bake<br>bread.<br />Sell it.</p><hr><p>Eat the rest.</p>")))
    job = JobPage.objects.get()
    assert admin_client.get(f"/admin/pages/{job.pk}/edit/").status_code == 200
    again = run(lines(tmp_path, posting(description="<p>Bake<br>bread.<br />Sell it.</p><hr><p>Eat the rest.</p>")))
    assert "1 unchanged" in again.out


def test_html_cannot_carry_scripts_onto_the_board(tmp_path: Path, client: Client) -> None:
    hostile = (
        '<p onclick="x()">Bake<script>alert(1)</script><img src=x onerror=alert(1)>'
        '<a href="javascript:alert(1)">here</a> <iframe src="//evil.example"></iframe></p>'
    )
    run(lines(tmp_path, posting(description=hostile, title="<script>alert(1)</script>")))
    page = client.get(JobPage.objects.get().url or "").content.decode()
    assert re.findall("<script.*?>", page) == ['<script type="application/ld+json">']
    assert "onerror" not in page
    assert "onclick" not in page
    assert "javascript:" not in page
    assert "evil.example" not in page


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"@type": "Event"}, "JobPosting"),
        ({"identifier": None}, "identifier"),
        ({"identifier": {"value": ""}}, "value"),
        ({"title": ["Baker"]}, "“title” must be a text"),
        ({"title": "B" * 256}, "at most 255"),
        ({"title": "Baker\u0000"}, "NUL"),
        ({"title": "Baker\ud800"}, "surrogate"),
        ({"description": None}, "“description” is missing"),
        ({"description": "<script>alert(1)</script>"}, "nothing in it that can be shown"),
        ({"industry": ["Food", "B" * 101]}, "“industry” has 101 characters; at most 100"),
        ({"occupationalCategory": "B" * 101}, "at most 100"),
        ({"hiringOrganization": None}, "hiringOrganization"),
        ({"hiringOrganization": {"name": "B", "email": "nobody"}}, "@"),
        ({"employmentType": "SLAVERY"}, "FULL_TIME"),
        ({"jobLocation": "Berlin"}, "jobLocation"),
        ({"jobLocation": {"address": {"addressLocality": "Berlin"}}}, "addressCountry"),
        ({"jobLocation": {"address": {"addressCountry": "Atlantis"}}}, "Atlantis"),
        ({"baseSalary": 40000}, "MonetaryAmount"),
        ({"baseSalary": {"currency": "EUR", "value": {"minValue": "much", "unitText": "YEAR"}}}, "much"),
        ({"baseSalary": {"currency": "EUR", "value": {"minValue": 9, "maxValue": 8, "unitText": "YEAR"}}}, "above"),
        ({"baseSalary": {"currency": "EUR", "value": {"minValue": 9, "unitText": "MOON"}}}, "MOON"),
        ({"baseSalary": {"currency": "EUR", "value": {"minValue": 1e300, "unitText": "YEAR"}}}, "number"),
        ({"datePosted": "yesterday"}, "yesterday"),
        ({"validThrough": "2026-02-30"}, "2026-02-30"),
        ({"url": "javascript:alert(1)"}, "https://"),
    ],
)
def test_what_is_wrong_is_named(changed: Posting, message: str) -> None:
    with pytest.raises(InvalidJobPosting, match=message):
        read(posting() | changed, zone="UTC")


def test_the_many_ways_to_say_the_same() -> None:
    said = read(
        posting()
        | {
            "identifier": 4711,
            "hiringOrganization": "Bread & Co",
            "employmentType": ["Full-time", "intern"],
            "jobLocation": [{"address": {"addressCountry": {"name": "germany"}}}],
            "baseSalary": {"currency": "eur", "value": 20, "unitText": "hour"},
            "industry": ["Food", "Crafts"],
        },
        zone="UTC",
    )
    assert said.identifier == "4711"
    assert said.company.name == "Bread & Co"
    assert said.employment_types == {EmploymentType.FULL_TIME, EmploymentType.INTERN}
    assert [place.country for place in said.locations] == ["DE"]
    assert said.zone == "Europe/Berlin"
    assert said.salary is not None
    assert said.salary.minimum == said.salary.maximum == 20
    assert said.categories == {"Food", "Crafts"}


@pytest.mark.parametrize(
    ("changed", "workplace"),
    [
        ({}, WorkplaceType.ON_SITE),
        ({"jobLocationType": "TELECOMMUTE"}, WorkplaceType.HYBRID),
        ({"jobLocationType": "TELECOMMUTE", "jobLocation": None}, WorkplaceType.REMOTE),
    ],
)
def test_telecommuting_is_remote_or_with_a_place_hybrid(changed: Posting, workplace: WorkplaceType) -> None:
    assert read(posting() | changed, zone="UTC").workplace_type is workplace


def test_an_address_to_apply_to_goes_before_a_page() -> None:
    by_mail = read(posting() | {"applicationContact": {"email": "apply@bread.example"}}, zone="UTC")
    assert isinstance(by_mail.apply_to, ApplyByEmail)
    assert isinstance(read(posting(), zone="UTC").apply_to, ApplyOnline)


def test_a_minimum_of_nothing_is_none() -> None:
    salary = read(
        posting() | {"baseSalary": {"currency": "USD", "value": {"minValue": 0, "maxValue": 9, "unitText": "HOUR"}}},
        zone="UTC",
    ).salary
    assert salary is not None
    assert salary.minimum is None
    assert salary.maximum == 9


@pytest.mark.parametrize(
    "line",
    [
        json.dumps(posting(2, baseSalary={"currency": "USD", "value": {"minValue": "NaN", "unitText": "YEAR"}})),
        json.dumps(posting(2, baseSalary={"currency": "USD", "value": {"minValue": float("inf"), "unitText": "YEAR"}})),
        json.dumps(posting(2, validThrough="0001-01-01T00:00:00+14:00")),
        json.dumps(posting(2, validThrough="9999-12-31T23:59:59-12:00")),
        json.dumps(posting(2, datePosted="0001-01-01", jobLocation={"address": {"addressCountry": "DE"}})),
        "9" * 5000,
        "[" * 100_000,
        "\u0000",
        json.dumps(posting(2, description="é" * 300_000)),
        " " * 3_000_000 + "{}",
        json.dumps(posting(2, more=[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]])),
        json.dumps(posting(2) | {f"field {number}": number for number in range(2_000)}),
        json.dumps(posting(2, industry=[f"Trade {number}" for number in range(51)])),
        json.dumps(
            posting(2, jobLocation=[{"address": {"addressCountry": "DE", "postalCode": str(n)}} for n in range(51)])
        ),
    ],
    ids=[
        "no number",
        "endless",
        "too early",
        "too late",
        "posted too early",
        "huge number",
        "deep",
        "no text",
        "long",
        "very long",
        "rather deep",
        "many fields",
        "many categories",
        "many places",
    ],
)
def test_absurd_values_stop_no_other_line(tmp_path: Path, line: str) -> None:
    result = run(lines(tmp_path, posting(1), line, posting(3)))
    assert result.code == 1
    assert result.errors.startswith("line 2: ")
    assert "2 created, 1 not imported" in result.out


def test_an_editors_draft_goes_on_waiting(tmp_path: Path) -> None:
    run(lines(tmp_path, posting()))
    job = JobPage.objects.get()
    job.description, job.change_note = "<p>Bake much more bread.</p>", "More bread."
    job.save_revision()
    assert "1 updated" in run(lines(tmp_path, posting(title="Night Baker"))).out
    job = JobPage.objects.get()
    draft = job.get_latest_revision_as_object()
    assert (job.title, job.has_unpublished_changes) == ("Night Baker", True)
    assert isinstance(draft, JobPage)
    assert (draft.description, draft.change_note) == ("<p>Bake much more bread.</p>", "More bread.")


def test_a_scheduled_publication_still_happens(tmp_path: Path) -> None:
    run(lines(tmp_path, posting()))
    job = JobPage.objects.get()
    job.title = "Baker of the Future"
    job.go_live_at = timezone.now() + timedelta(days=1)
    job.save_revision().publish()
    assert "1 updated" in run(lines(tmp_path, posting(title="Night Baker"))).out
    assert JobPage.objects.get().title == "Night Baker"
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        publish_scheduled()
    assert JobPage.objects.get().title == "Baker of the Future"


def test_a_dry_run_keeps_nobody_waiting_between_its_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite an open transaction keeps everybody else from writing."""
    monkeypatch.setattr(importing, "BATCH", 2)
    before = len(connection.savepoint_ids)
    open_between: list[int] = []
    report = importing.import_postings(
        [json.dumps(posting(number)) for number in range(5)],
        zone="UTC",
        dry_run=True,
        watch=lambda _done: open_between.append(len(connection.savepoint_ids) - before),
    )
    assert report.outcomes.total() == 5
    assert open_between == [0, 0, 0]
    assert not JobPage.objects.exists()
