"""What was asked for, in a name of which there are few: of a route, never a path, in which there may be a token or somebody's words."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest

ROUTE: Final = "board.route"
NONE: Final = "none"
FILES: Final = "files"


def name(request: HttpRequest, route: str) -> None:
    """Say what it is, where the address patterns do not: which kind of page Wagtail serves, or which a kept page was."""
    request.META[ROUTE] = route


def route_of(request: HttpRequest) -> str:
    """`none` if no address of the board is like that."""
    named = request.META.get(ROUTE)
    if named:
        return str(named)
    if request.resolver_match is not None:
        return str(request.resolver_match.view_name)
    return FILES if request.path_info.startswith((settings.STATIC_URL, settings.MEDIA_URL)) else NONE
