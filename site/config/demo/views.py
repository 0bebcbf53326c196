"""The demo's inbox: every mail that the board has sent, as its reader sees it."""

from typing import Final

from csp.constants import HEADER, NONE, SELF, UNSAFE_INLINE
from csp.utils import build_policy
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from config.demo import mailbox

PER_PAGE = 50
OF_A_MAIL: Final = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-same-origin", "allow-top-navigation-by-user-activation", "allow-forms"],
}
"""A mail has its styles within; whoever wrote it, it can do no more than look so."""


@never_cache
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    page = Paginator(list(mailbox.mails()), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "demo/inbox.html", {"mails": page})


@never_cache
@require_safe
def message(request: HttpRequest, key: str) -> HttpResponse:
    response = render(request, "demo/mail.html", {"mail": _mail(key)})
    response.headers[HEADER] = build_policy(settings.PUBLIC_POLICY | {"frame-src": [SELF]})
    return response


@never_cache
@require_safe
@xframe_options_sameorigin
def html_part(request: HttpRequest, key: str) -> HttpResponse:  # noqa: ARG001
    """The HTML of a mail, shown in a frame without scripts; its links open in the whole window."""
    html = _mail(key).html
    head, tag, rest = html.partition("<head>")
    shown = f'{head}{tag}<base target="_top">{rest}' if tag else html
    return HttpResponse(shown, headers={HEADER: build_policy(OF_A_MAIL)})


def _mail(key: str) -> mailbox.Mail:
    mail = mailbox.mail(key)
    if mail is None:
        raise Http404("There is no such mail.")
    return mail
