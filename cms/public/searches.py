"""Following a search of the list."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from adapters.searching import searching
from adapters.web.follow import Followed, follow, sent
from adapters.web.languages import kept_in_language
from cms.finding import address
from cms.finding.wanted import Wanted
from cms.models import JobIndexPage
from cms.searching import up_to_date
from jobs_domain.topics import JobSearch


@csrf_exempt
@never_cache
def follow_search(request: HttpRequest) -> HttpResponse:
    """The query is that of the list. All postings cannot be followed: what leads here without a criterion leads back to the list.

    The form has no token, for that would need a cookie; `follow` looks at where it comes from.
    """
    search = _search(request)
    return _to_the_list() if search is None else follow(request, _followed(search))


@never_cache
def sent_search(request: HttpRequest) -> HttpResponse:
    search = _search(request)
    return _to_the_list() if search is None else sent(request, _followed(search))


def _search(request: HttpRequest) -> JobSearch | None:
    search = address.read(request.GET).search
    return None if search is None else up_to_date(search)


def _followed(search: JobSearch) -> Followed:
    found, query = searching().in_words(search), address.write(Wanted(search=search, sort=address.usual_sort(search)))
    return Followed(
        topic=search,
        title=found.name,
        language="",
        is_open=True,
        back_url=kept_in_language(found.path),
        follow_url=f"{reverse('public:follow_search')}?{query}",
        sent_url=f"{reverse('public:sent_search')}?{query}",
    )


def _to_the_list() -> HttpResponse:
    board = JobIndexPage.first_live()
    if board is None:
        raise Http404
    response: HttpResponseRedirect = redirect(board.get_url() or "/")
    response.status_code = HTTPStatus.SEE_OTHER
    return response
