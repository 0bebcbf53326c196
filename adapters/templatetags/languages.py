"""The way from a page to the same page in another language, and words that are in another one than the page."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.template import Context, Library
from django.utils.encoding import escape_uri_path
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
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


@register.simple_tag
def lang(language: str) -> SafeString:
    """The attribute of an element with words in the language, nothing if that is the page's own (WCAG 2.2 §3.1.2)."""
    return languages.attribute(language) if language and not languages.is_spoken(language) else SafeString("")


@register.filter
def said_in(words: str, language: str) -> SafeString:
    """The words, as a part of a sentence."""
    attribute = lang(language)
    return format_html("<span{}>{}</span>", attribute, words) if attribute else conditional_escape(words)
