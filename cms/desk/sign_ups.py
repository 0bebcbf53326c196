"""How many sign up, confirm and are refused, on Wagtail's home page, for those who keep abuse away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, override

from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.db.models import QuerySet
from django.forms import Media
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from adapters import clock, hourly
from adapters.hourly import REFUSALS, Counted
from cms.desk.chart import Chart, Hour

VIEW: Final = "adapters.view_hourlycount"
HOURS: Final = 48
DAYS: Final = 7
FRESH_SECONDS: Final = 60
WORDS: Final[Mapping[Counted, str]] = {
    Counted.CLIENT_TOO_OFTEN: "one client asked too often",
    Counted.ADDRESS_TOO_OFTEN: "one address was asked for too often",
    Counted.TRAPPED: "a robot filled in what people do not see",
    Counted.TOO_QUICK: "quicker than a person",
    Counted.NO_STAMP: "a form that was not opened here",
    Counted.CHALLENGE: "the challenge was not met",
    Counted.MALFORMED: "no e-mail address",
    Counted.NOT_ASCII: "letters before the @ that our mails do not get to",
    Counted.ROLE: "an address that is nobody's inbox",
    Counted.DISPOSABLE: "a disposable address",
    Counted.BLOCKED_DOMAIN: "a blocked domain",
    Counted.FROM_ELSEWHERE: "sent from another site",
}
LINKS: Final = (
    ("notifications.view_suppression", "notifications_admin:suppressed", "Blocked addresses"),
    ("adapters.view_blockeddomain", "notifications_admin:domains", "Blocked domains"),
)


class SignUpsPanel(Component):
    name = "sign_ups"
    order = 110
    template_name = "cms/desk/sign_ups_panel.html"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @override
    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        hours, totals = _numbers()
        refused = [(WORDS[what], totals[what]) for what in REFUSALS if totals.get(what)]
        asked, confirmed = totals.get(Counted.ASKED, 0), totals.get(Counted.CONFIRMED, 0)
        return {
            "days": DAYS,
            "asked": asked,
            "confirmed": confirmed,
            "rate": round(100 * confirmed / asked) if asked else None,
            "refused": sum(number for _, number in refused),
            "refusals": sorted(refused, key=lambda each: -each[1]),
            "chart": Chart(
                name="sign-ups",
                title="Sign-ups",
                up="asked",
                down="refused",
                days=hours,
                unit="hours",
                last="this hour",
            ),
            "links": [
                (reverse(view), label) for permission, view, label in LINKS if self.request.user.has_perm(permission)
            ],
        }

    @property
    @override
    def media(self) -> Media:
        return Media(css={"all": ["cms/desk.css"]})


def grantable() -> QuerySet[Permission]:
    """What an administrator can give to a group."""
    return Permission.objects.filter(content_type__app_label="adapters", codename=VIEW.partition(".")[2])


def _numbers() -> tuple[Sequence[Hour], Mapping[Counted, int]]:
    """Up to a minute old, so that whoever opens the home page again and again does not have them counted each time."""
    now = clock.now()
    key = f"board.sign_ups.{hourly.beginning(now).timestamp():.0f}"
    found: tuple[Sequence[Hour], Mapping[Counted, int]] | None = cache.get(key)
    if found is None:
        found = _hours(), hourly.totals(now - timedelta(days=DAYS))
        cache.set(key, found, timeout=FRESH_SECONDS)
    return found


def _hours() -> Sequence[Hour]:
    """Each once, although there are zones whose clocks go back by half of one."""
    now = clock.now()
    begun = dict.fromkeys(hourly.beginning(now - timedelta(hours=back)) for back in reversed(range(HOURS)))
    hours = list(begun)
    counted = hourly.counts(hours[0], hours[-1])
    return [
        Hour(
            timezone.localtime(hour),
            counted.get((hour, Counted.ASKED), 0),
            sum(counted.get((hour, what), 0) for what in REFUSALS),
        )
        for hour in hours
    ]
