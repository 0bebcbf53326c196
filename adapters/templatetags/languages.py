"""The way from a page to the same page in another language."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.template import Context, Library
from django.utils.encoding import escape_uri_path
from django.utils.translation import get_language

from adapters.web import languages

register = Library()


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """`lang` is how the language is called in HTML, `name` how those who speak it call it."""

    lang: str
    name: str
    url: str
    is_current: bool


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[LanguageLink]:
    """The page that is shown, in each language, with the query of its address. None if it answers a form: it cannot be opened again."""
    request = context.get("request")
    if not isinstance(request, HttpRequest) or request.method not in {"GET", "HEAD"}:
        return []
    here = escape_uri_path(request.path_info)
    query = request.META.get("QUERY_STRING", "")
    return [
        LanguageLink(
            lang=code,
            name=str(name),
            url=f"/{languages.short(code)}{here}{f'?{query}' if query else ''}",
            is_current=code == get_language(),
        )
        for code, name in settings.LANGUAGES
    ]
