"""Ask to follow a posting or a search."""

from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render

from adapters import following
from adapters.web import asking, languages
from adapters.web.forms import FollowForm
from adapters.web.same_origin import comes_from_elsewhere, forbidden
from jobs_domain.identifiers import LanguageCode
from jobs_domain.topics import JobSearch, Topic


@dataclass(frozen=True, slots=True)
class Followed:
    """What the pages need to know of the posting or search; `language` is that of its title. The addresses are paths on this site.

    A search is always open. `back_url` is where one reads what is followed.
    """

    topic: Topic
    title: str
    language: str
    is_open: bool
    back_url: str
    follow_url: str
    sent_url: str


def follow(request: HttpRequest, followed: Followed) -> HttpResponse:
    """`GET` shows the form, `POST` takes it. The answer is the same whether or not the address is known.

    Raises `CannotFollow` for a posting that is not public.
    """
    if request.method in {"GET", "HEAD"}:
        return _form_page(request, followed, FollowForm(topic=followed.topic), HTTPStatus.OK)
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    if comes_from_elsewhere(request):
        return forbidden(request)
    form = FollowForm(request.POST, topic=followed.topic)
    return asking.answer(
        request,
        form,
        page=lambda status: _form_page(request, followed, form, status),
        act=lambda address: following.ask(
            address=address, topic=followed.topic, wishes=form.wishes(LanguageCode(languages.active()))
        ),
        sent=lambda _: _sent(followed),
    )


def sent(request: HttpRequest, followed: Followed) -> HttpResponse:
    """Tells to look into the inbox; the same page for everybody."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    context = {
        "back_url": followed.back_url,
        "followed_title": followed.title,
        "followed_language": followed.language,
        "is_search": isinstance(followed.topic, JobSearch),
    }
    return render(request, "adapters/follow_sent.html", context)


def _sent(followed: Followed) -> HttpResponse:
    response = HttpResponseRedirect(followed.sent_url)
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def _form_page(request: HttpRequest, followed: Followed, form: FollowForm, status: HTTPStatus) -> HttpResponse:
    context = {
        "follow_form": form,
        "follow_url": followed.follow_url,
        "follow_title": followed.title,
        "follow_language": followed.language,
        "follow_closed": not followed.is_open,
        "back_url": followed.back_url,
        "is_search": isinstance(followed.topic, JobSearch),
    }
    return render(request, "adapters/follow_page.html", context, status=status)
