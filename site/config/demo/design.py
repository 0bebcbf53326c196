"""The page of the demo that shows every part that the public pages are made of; `docs/design-system.md` says when to use which."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from adapters import words
from adapters.web.forms import FollowForm
from cms import finding
from cms.finding.wanted import Wanted
from cms.history import Happening, History, Knot
from cms.public import postings
from jobs_domain.changes import SalaryChange, WorkplaceTypeChange
from jobs_domain.events import CloseReason
from jobs_domain.identifiers import PostingId
from jobs_domain.posting_details import WorkplaceType
from jobs_domain.salary import Salary, SalaryUnit
from jobs_domain.topics import PostingTopic

COLOURS: Final = (
    "paper surface raised ink muted line field link band band-ink band-muted signal solid alert alert-tint".split()
)
SIZES: Final = ("text-3xl", "text-2xl", "text-xl", "text-l", "text-m", "text-s", "text-xs")
CARDS: Final = 3


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    jobs = postings.in_order(finding.find(Wanted(), at=now).ids[:CARDS], at=now)
    refused = FollowForm({"address": "ana.example.org"}, topic=PostingTopic(PostingId(UUID(int=1))))
    refused.is_valid()
    context = {
        "colours": COLOURS,
        "sizes": SIZES,
        "jobs": jobs,
        "job": jobs[0] if jobs else None,
        "history": _everything_that_happens(now),
        "follow_form": refused,
        "follow_title": jobs[0].title if jobs else "",
        "follow_language": jobs[0].language if jobs else "",
        "follow_url": f"{jobs[0].url}subscribe/" if jobs else "",
    }
    return render(request, "demo/design.html", context)


def _everything_that_happens(now: datetime) -> History:
    """A knot of each kind."""
    before, after = _a_year(Decimal(41000)), _a_year(Decimal(44500))
    raised = (words.change(SalaryChange(before, after)),)
    moved = (words.change(WorkplaceTypeChange(WorkplaceType.ON_SITE, WorkplaceType.HYBRID)),)
    note = "We looked at what others pay.\n\nIt holds for everybody who has applied."
    return History(
        happenings=(
            Happening(knot=Knot.TAKEN_DOWN, at=now),
            Happening(knot=Knot.CLOSED, at=now - timedelta(days=1), reason=CloseReason.FILLED),
            Happening(knot=Knot.REOPENED, at=now - timedelta(days=3), changes=moved),
            Happening(knot=Knot.CLOSED, at=now - timedelta(days=8), reason=CloseReason.WITHDRAWN),
            Happening(knot=Knot.CHANGED, at=now - timedelta(days=12), changes=raised, rewritten=True, note=note),
            Happening(knot=Knot.CHANGED, at=now - timedelta(days=13), rewritten=True, is_minor=True),
            Happening(knot=Knot.POSTED, at=now - timedelta(days=20)),
        )
    )


def _a_year(amount: Decimal) -> Salary:
    return Salary(minimum=amount, maximum=None, currency="EUR", unit=SalaryUnit.YEAR)


urlpatterns = [path("", design, name="design")]
