"""The board's addresses, and an empty view behind the same middleware. It is where files are, for which no kept page is looked for."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path

from config import urls


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns: list[URLPattern | URLResolver] = [path("media/empty/", empty), *urls.urlpatterns]
