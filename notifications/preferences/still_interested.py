"""The pages on which somebody says, asked by a mail, whether they still want all that they follow.

Their links work for as long as the mail is kept: the one is to leave, and all that the other can do is to let things be.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from adapters import clock
from adapters.tokens import InvalidToken, Purpose, read
from adapters.web.languages import kept_in_language
from adapters.web.token_page import token_page
from notifications import interest, questions
from notifications.preferences import pages
from notifications.questions import Asked


@token_page
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, token: str) -> HttpResponse:
    asked = _asked(Purpose.KEEP, token)
    if asked is None:
        return pages.invalid(request)
    if request.method == "POST" and asked.address is not None:
        interest.note_sign(asked.address.key, at=clock.now())
    if asked.address is None or not interest.followed_by(asked.address.key).exists():
        return _page(request, "nothing_left", HTTPStatus.GONE)
    return _page(request, "kept" if request.method == "POST" else "keep")


@token_page
@require_http_methods(["GET", "HEAD", "POST"])
def leave_all(request: HttpRequest, token: str) -> HttpResponse:
    """Also the address of one-click unsubscribing (RFC 8058), whose `POST` comes from the mail provider."""
    asked = _asked(Purpose.END_ALL, token)
    if asked is None:
        return pages.invalid(request)
    if request.method != "POST":
        return _page(request, "leave_all")
    asked.leave()
    return _page(request, "left_all")


def _asked(purpose: Purpose, token: str) -> Asked | None:
    try:
        return questions.find(read(purpose, token))
    except InvalidToken:
        return None


def _page(request: HttpRequest, name: str, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    context = {"action_url": request.path, "board_url": kept_in_language("/")}
    return render(request, f"notifications/preferences/{name}.html", context, status=status)
