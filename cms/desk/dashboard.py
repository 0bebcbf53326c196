"""How the board stands, on Wagtail's home page, for those who work on postings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Self, override
from urllib.parse import urlencode

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, Exists, Model, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce
from django.forms import Media
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import (
    LockedPagesPanel,
    RecentEditsPanel,
    UserObjectsInWorkflowModerationPanel,
    WorkflowObjectsToModeratePanel,
)
from wagtail.models import Page, PageLogEntry, WorkflowState

from adapters import clock, daily
from adapters.daily import Counted
from adapters.newsroom import newsroom
from cms.admin.editor import editor_of
from cms.desk import sign_ups
from cms.desk.chart import Chart, Day
from cms.desk.listing import visible_pages, visible_postings
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


@dataclass(frozen=True, slots=True)
class Look:
    """What the home page has to show to somebody, found in one query.

    `moderated` says whether anything is in moderation, `edited` and `locked` whether the editor has edited and locked pages.
    """

    open: int
    closing: int
    waiting: int
    moderated: bool
    edited: bool
    locked: bool

    @classmethod
    def of(cls, user: AbstractBaseUser, today: date) -> Self | None:
        """`None` for somebody without rights on any board: who has none sees no numbers of it."""
        kinds = ContentType.objects.get_for_models(JobIndexPage, JobPage).values()
        on_a_board = visible_pages(user).filter(content_type__in=[kind.pk for kind in kinds])
        found = on_a_board.annotate(
            open=_number(_open(user)),
            closing=_number(_open(user).filter(**_this_week(today))),
            waiting=_number(_in_moderation(user)),
            moderated=Exists(WorkflowState.objects.active()),
            edited=Exists(PageLogEntry.objects.filter(user=user, action="wagtail.edit")),
            has_locked=Exists(Page.objects.filter(locked=True, locked_by=user)),
        )
        rows = found.values_list("open", "closing", "waiting", "moderated", "edited", "has_locked")[:1]
        return next((cls(*row) for row in rows), None)

    def is_empty(self, panel: Component) -> bool:
        """Whether one of Wagtail's panels would ask the database, and then show nothing."""
        match panel:
            case WorkflowObjectsToModeratePanel() | UserObjectsInWorkflowModerationPanel():
                return not self.moderated
            case RecentEditsPanel():
                return not self.edited
            case LockedPagesPanel():
                return not self.locked
            case _:
                return False


class BoardPanel(Component):
    name = "board"
    order = 100
    template_name = "cms/desk/board_panel.html"

    def __init__(self, look: Look, today: date, trouble_url: str) -> None:
        self.look = look
        self.today = today
        self.trouble_url = trouble_url

    @override
    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        last = self.today
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
            "figures": [*self._postings(), *_audience(followers, self.trouble_url)],
            "charts": [followers, messages],
            "rows": zip(followers.days, messages.days, strict=True),
        }

    @property
    @override
    def media(self) -> Media:
        return Media(css={"all": ["cms/desk.css"]})

    def _postings(self) -> Sequence[Figure]:
        takes_applications = [("state", standing.value) for standing in TAKES_APPLICATIONS]
        period = [("closing_date_from", self.today.isoformat()), ("closing_date_to", (self.today + A_WEEK).isoformat())]
        listing, moderation = reverse("jobs:index"), reverse("wagtailadmin_reports:workflow")
        return [
            Figure(self.look.open, "open postings", f"{listing}?{urlencode(takes_applications)}"),
            Figure(self.look.closing, "closing this week", f"{listing}?{urlencode(takes_applications + period)}"),
            Figure(
                self.look.waiting, "waiting for moderation", f"{moderation}?status={WorkflowState.STATUS_IN_PROGRESS}"
            ),
        ]


def arrange_panels(request: HttpRequest, panels: list[Component]) -> None:
    """The board's comes first; Wagtail's stay where they have something to show."""
    today = timezone.localdate()
    look = Look.of(editor_of(request), today)
    if look is not None:
        board = BoardPanel(look, today, _where_trouble_is_seen(request))
        panels[:] = [board, *(panel for panel in panels if not look.is_empty(panel))]
    if request.user.has_perm(sign_ups.VIEW):
        panels.append(sign_ups.SignUpsPanel(request))


def _open(user: AbstractBaseUser) -> QuerySet[JobPage]:
    return visible_postings(user).open(at=clock.now())


def _this_week(today: date) -> Mapping[str, date]:
    return {"closing_date__gte": today, "closing_date__lte": today + A_WEEK}


def _in_moderation(user: AbstractBaseUser) -> QuerySet[WorkflowState]:
    keys = visible_postings(user).order_by().values(key=Cast("pk", output_field=CharField()))
    of_postings = WorkflowState.objects.filter(content_type=ContentType.objects.get_for_model(JobPage))
    return of_postings.filter(status=WorkflowState.STATUS_IN_PROGRESS, object_id__in=keys)


def _number[M: Model](rows: QuerySet[M]) -> Coalesce:
    """How many rows there are, as a part of another query."""
    counted = rows.order_by().values(all=Value(1)).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), Value(0))


def leave_out_other_numbers(_request: HttpRequest, items: list[Component]) -> None:
    """How many pages and images there are says nothing about a board, and takes five queries."""
    items.clear()


def _where_trouble_is_seen(request: HttpRequest) -> str:
    """The notifications' list, whose app is known by name only; empty for somebody who may not see it."""
    may_see = request.user.has_perm("notifications.view_notification")
    return f"{reverse('notifications_admin:index')}?{urlencode({'state': 'TROUBLE'})}" if may_see else ""


def _audience(followers: Chart, trouble_url: str) -> Sequence[Figure]:
    report = reverse("cms_desk:followers")
    return [
        Figure(followers.total_up, f"followers gained in {DAYS} days", report),
        Figure(followers.total_down, f"followers lost in {DAYS} days", report),
        Figure(newsroom().in_trouble(), "messages in trouble", trouble_url),
    ]
