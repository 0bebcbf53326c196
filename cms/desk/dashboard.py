"""How the board stands, on Wagtail's home page, for those who work on postings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, override
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, Q
from django.db.models.functions import Cast
from django.forms import Media
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.models import WorkflowState
from wagtail.permissions import page_permission_policy

from adapters import daily
from adapters.daily import Counted
from adapters.newsroom import newsroom
from cms.desk.chart import Chart, Day
from cms.desk.editor import editor_of
from cms.desk.listing import visible_postings
from cms.desk.standing import TAKES_APPLICATIONS
from cms.models import JobIndexPage, JobPage

DAYS: Final = 30
A_WEEK: Final = timedelta(days=6)
"""With today, seven days."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, what it counts, and where it is looked into; no address if there is no such place."""

    number: int
    words: str
    url: str = ""


class BoardPanel(Component):
    name = "board"
    order = 100
    template_name = "cms/desk/board_panel.html"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @override
    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        last = timezone.localdate()
        first = last - timedelta(days=DAYS - 1)
        counted = daily.counts(first, last)
        days = [first + timedelta(days=number) for number in range(DAYS)]

        def chart(name: str, title: str, up: tuple[Counted, str], down: tuple[Counted, str]) -> Chart:
            told = [Day(day, counted.get((day, up[0]), 0), counted.get((day, down[0]), 0)) for day in days]
            return Chart(name=name, title=title, up=up[1], down=down[1], days=told)

        followers = chart(
            "followers", "Followers", (Counted.FOLLOWERS_GAINED, "gained"), (Counted.FOLLOWERS_LOST, "lost")
        )
        messages = chart("messages", "Messages", (Counted.MAILS_SENT, "sent"), (Counted.MAILS_FAILED, "failed"))
        return {
            "figures": [*self._postings(last), *_audience(followers)],
            "charts": [followers, messages],
            "rows": zip(followers.days, messages.days, strict=True),
        }

    @property
    @override
    def media(self) -> Media:
        return Media(css={"all": ["cms/desk.css"]})

    def _postings(self, today: date) -> Sequence[Figure]:
        postings = visible_postings(editor_of(self.request)).open(at=timezone.now())
        this_week = Q(closing_date__gte=today, closing_date__lte=today + A_WEEK)
        found = postings.aggregate(open=Count("pk"), closing=Count("pk", filter=this_week))
        takes_applications = [("state", standing.value) for standing in TAKES_APPLICATIONS]
        period = [("closing_date_from", today.isoformat()), ("closing_date_to", (today + A_WEEK).isoformat())]
        listing, moderation = reverse("jobs:index"), reverse("wagtailadmin_reports:workflow")
        return [
            Figure(found["open"], "open postings", f"{listing}?{urlencode(takes_applications)}"),
            Figure(found["closing"], "closing this week", f"{listing}?{urlencode(takes_applications + period)}"),
            Figure(
                self._waiting(), "waiting for moderation", f"{moderation}?status={WorkflowState.STATUS_IN_PROGRESS}"
            ),
        ]

    def _waiting(self) -> int:
        keys = visible_postings(editor_of(self.request)).order_by().values(key=Cast("pk", output_field=CharField()))
        of_postings = WorkflowState.objects.filter(content_type=ContentType.objects.get_for_model(JobPage))
        return of_postings.filter(status=WorkflowState.STATUS_IN_PROGRESS, object_id__in=keys).count()


def works_on_postings(request: HttpRequest) -> bool:
    """Whether the user may do anything on a board; who may not sees no numbers of it."""
    visible = page_permission_policy.explorable_instances(editor_of(request))
    return JobIndexPage.objects.filter(pk__in=visible.order_by().values("pk")).exists()


def add_panel(request: HttpRequest, panels: list[Component]) -> None:
    if works_on_postings(request):
        panels.append(BoardPanel(request))


def leave_out_other_numbers(_request: HttpRequest, items: list[Component]) -> None:
    """How many pages and images there are says nothing about a board, and takes five queries."""
    items.clear()


def _audience(followers: Chart) -> Sequence[Figure]:
    report = reverse("cms_desk:followers")
    return [
        Figure(followers.total_up, f"followers gained in {DAYS} days", report),
        Figure(followers.total_down, f"followers lost in {DAYS} days", report),
        Figure(newsroom().in_trouble(), "messages in trouble"),
    ]
