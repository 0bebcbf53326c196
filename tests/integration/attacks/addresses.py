"""Every address that is not below the admin, found by asking Django's resolver, so that none is forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from django.urls import URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from adapters.tokens import Purpose, sign
from cms.models import JobPage
from jobs_domain.identifiers import SubscriptionId
from notifications.preferences.links import manage_url, move_url

ADMIN: Final = "admin/"
PARAMETER: Final = re.compile(r"<(?:\w+:)?(\w+)>")

REGULAR_EXPRESSIONS: Final[Mapping[str, Sequence[str]]] = {
    r"documents/^(\d+)/(.*)$": ["documents/1/cv.pdf", "documents/999999999999999999999/x"],
    "api/": ["api/nothing"],
    r"^((?:[\w\-]+/)*)$": [
        *("", "jobs/", "jobs/baker/", "jobs/baker/subscribe/", "jobs/baker/subscribe/sent/"),
        *("jobs/cook/", "jobs/cook/subscribe/", "jobs/miller/", "nothing/"),
    ],
}
"""Examples for routes that are no plain ones."""

VALUES: Final[Mapping[str, Sequence[str]]] = {
    "slug": ["bread-sons", "baking"],
    "format": ["atom", "json"],
    "part": ["1"],
    "path": ["images/logo.png"],
    "key": ["1"],
}
"""What may stand for a parameter, whatever the route. Tokens and ids come from what is on the board."""


class Unknown(LookupError):
    """A route that was added since: an example has to be added here, too."""


def routes() -> Iterator[tuple[str, bool]]:
    """Each with whether it is a plain one (`path`)."""
    yield from ((route, plain) for route, plain in _below(get_resolver(), "") if not route.startswith(ADMIN))


def examples(job: JobPage, follower: SubscriptionId) -> dict[str, list[str]]:
    """By route. Raises `Unknown`."""
    tokens = {
        "confirm": sign(Purpose.CONFIRM, follower),
        "renew": sign(Purpose.CONFIRM, follower),
        "end": sign(Purpose.END, follower),
        "keep": sign(Purpose.KEEP, follower),
        "leave-all": sign(Purpose.END_ALL, follower),
        "manage": manage_url(follower).rstrip("/").rpartition("/")[2],
        "move": move_url(follower).rstrip("/").rpartition("/")[2],
    }
    found: dict[str, list[str]] = {}
    for route, is_plain in routes():
        if not is_plain:
            if route not in REGULAR_EXPRESSIONS:
                raise Unknown(f"REGULAR_EXPRESSIONS has no example for {route}")
            found[route] = [f"/{path}" for path in REGULAR_EXPRESSIONS[route]]
            continue
        words = route.split("/")
        known = {
            **VALUES,
            "token": [tokens[words[1]]] if len(words) > 1 and words[1] in tokens else [],
            "posting_id": [str(job.posting_id)],
        }
        found[route] = [f"/{path}" for path in _filled(route, known)]
    return found


def with_broken_segment(route: str, segment: str) -> str:
    """A plain route with the same in place of all its parameters."""
    return "/" + PARAMETER.sub(lambda _: segment, route)


def _filled(route: str, values: Mapping[str, Sequence[str]]) -> list[str]:
    names = PARAMETER.findall(route)
    if missing := [name for name in names if not values.get(name)]:
        raise Unknown(f"VALUES has nothing for {missing} of {route}")
    most = max((len(values[name]) for name in names), default=1)
    return [
        PARAMETER.sub(lambda found: values[found[1]][number % len(values[found[1]])], route)  # noqa: B023 - used at once
        for number in range(most)
    ]


def _below(above: URLResolver, path: str) -> Iterator[tuple[str, bool]]:
    for each in above.url_patterns:
        if isinstance(each, URLResolver):
            yield from _below(each, path + str(each.pattern))
        else:
            yield path + str(each.pattern), isinstance(each.pattern, RoutePattern)
