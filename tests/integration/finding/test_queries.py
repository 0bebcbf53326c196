"""Thirty things that people type, and what must come first. The postings are invented."""

from __future__ import annotations

from itertools import takewhile
from json import loads
from pathlib import Path
from typing import Final

import pytest
from django.utils import timezone
from django.utils.text import slugify

from cms import finding
from cms.finding import texts
from cms.finding.wanted import Sort, Wanted
from cms.models import Company, JobLocation, JobPage
from jobs_domain.topics import JobSearch
from tests.integration.cms.factories import make_company, the_board

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

POSTINGS: Final = Path(__file__).with_name("postings.jsonl")


@pytest.fixture(autouse=True)
def postings(db: None) -> None:
    parent = the_board()
    companies: dict[str, Company] = {}
    for number, line in enumerate(POSTINGS.read_text().splitlines()):
        row = loads(line)
        company = companies.setdefault(row["company"], make_company(row["company"]))
        page = JobPage(
            title=row["title"],
            slug=f"{slugify(row['title'])}-{number}",
            company=company,
            description=row["description"],
            workplace_type=row["workplace"],
            live=True,
            first_published_at=timezone.now(),
        )
        page.locations.set([JobLocation(locality=row["town"], country=row["country"])])
        parent.add_child(instance=page)
    texts.mend()


def found(query: str) -> list[str]:
    """The titles on the first page."""
    wanted = Wanted(search=JobSearch(text=query), sort=Sort.BEST_MATCH)
    ids = finding.find(wanted, at=timezone.now()).ids
    titles = dict(JobPage.objects.filter(pk__in=ids).values_list("pk", "title"))
    return [titles[pk] for pk in ids]


EVERY_LEVEL: Final = 5


QUERIES: Final = (
    # one title is what was typed, and the other ranks of the same job follow
    ("baker", "Baker", EVERY_LEVEL),
    ("BAKERS", "Baker", EVERY_LEVEL),
    ("patissier", "Pâtissier", EVERY_LEVEL),
    ("Pâtissier", "Pâtissier", EVERY_LEVEL),
    ("nurse", "Registered nurse", EVERY_LEVEL),
    ("nurses", "Registered nurse", EVERY_LEVEL),
    ("data engineer", "Data engineer", EVERY_LEVEL),
    ("engineer data", "Data engineer", EVERY_LEVEL),
    ('"data engineer"', "Data engineer", EVERY_LEVEL),
    ("project manager", "Project manager", EVERY_LEVEL),
    ("driver train", "Train driver", EVERY_LEVEL),
    ("IT support", "IT support", EVERY_LEVEL),
    ("it", "IT support", EVERY_LEVEL),
    ("c++", "Software developer (C++)", EVERY_LEVEL),
    (".net", "Software developer (.NET)", EVERY_LEVEL),
    ("C++ developer", "Software developer (C++)", EVERY_LEVEL),
    ("R&D", "Researcher R&D", EVERY_LEVEL),
    ("fire safety", "Fire safety inspector", EVERY_LEVEL),
    ("gardening", "Gardener", EVERY_LEVEL),
    ("teach german adults", "Teacher of German", EVERY_LEVEL),
    ("senior baker", "Senior Baker", 1),
    ("social  worker", "Social worker", EVERY_LEVEL),
    # words of the description lead to the job
    ("rolls", "Baker", EVERY_LEVEL),
    ("nurse müller elektro", "Registered nurse", 1),
    ('"sql server"', "Software developer (.NET)", EVERY_LEVEL),
    ("forklift", "Warehouse worker", EVERY_LEVEL),
    ("django", "Python developer", EVERY_LEVEL),
    ("eclairs", "Pâtissier", EVERY_LEVEL),
    ("turbines", "Wind turbine technician", EVERY_LEVEL),
    # with the town, in any spelling, or the company
    ("baker koln", "Baker", 1),
)
"""What is typed, the job that must come first, and how many of its five ranks must come before any other."""


def test_what_must_come_first() -> None:
    assert len(QUERIES) == 30
    wrong = {query: titles for query, first, number in QUERIES if _ahead(titles := found(query), first) < number}
    assert wrong == {}


def _ahead(titles: list[str], first: str) -> int:
    """How many postings of this job are ahead of all others."""
    return len(list(takewhile(lambda title: title.endswith(first), titles)))
