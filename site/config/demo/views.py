"""The demo's inbox: every mail that the board has sent, as its reader sees it."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from config.demo import mailbox

PER_PAGE = 50


@never_cache
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    page = Paginator(list(mailbox.mails()), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "demo/inbox.html", {"mails": page})


@never_cache
@require_safe
def message(request: HttpRequest, key: str) -> HttpResponse:
    return render(request, "demo/mail.html", {"mail": _mail(key)})


@never_cache
@require_safe
@xframe_options_sameorigin
def html_part(request: HttpRequest, key: str) -> HttpResponse:  # noqa: ARG001
    """The HTML of a mail, shown in a frame without scripts; its links open in the whole window."""
    html = _mail(key).html
    head, tag, rest = html.partition("<head>")
    return HttpResponse(f'{head}{tag}<base target="_top">{rest}' if tag else html)


def _mail(key: str) -> mailbox.Mail:
    mail = mailbox.mail(key)
    if mail is None:
        raise Http404("There is no such mail.")
    return mail
