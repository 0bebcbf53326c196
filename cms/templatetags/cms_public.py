"""What the templates of the public pages need: words about time, numbers, and the bar that only editors see."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.http import HttpRequest
from django.template import Context, Library
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from wagtail.admin.templatetags.wagtailuserbar import wagtailuserbar

from adapters import clock, words
from adapters.web.languages import without_prefix
from cms.clean_html import clean
from cms.models import JobPage
from cms.time_left import time_left as in_words
from jobs_domain.valid_through import ValidThrough

register = Library()


@register.filter
def time_left(job: JobPage) -> str:
    """How long it can still be applied to; empty without a closing date, or when it has passed."""
    closing = job.closing
    return "" if closing is None else in_words(closing, at=clock.now())


@register.filter
def day(value: date) -> str:
    """`3 December 2026`, written like a closing date; of an instant the day in its own zone."""
    return words.day(value)


@register.filter
def moment(value: datetime) -> str:
    return words.moment(value)


@register.filter
def number(value: int) -> str:
    """`2,080`, in German `2.080`."""
    return number_format(value, force_grouping=True)


@register.filter
def closing_day(closing: ValidThrough) -> str:
    return words.closing_day(closing)


@register.filter
def prose(html: str) -> SafeString:
    """Rich text, as far as it is harmless."""
    return SafeString(clean(html))


@register.simple_tag(takes_context=True)
def editors_bar(context: Context) -> SafeString:
    """Wagtail's user bar with its checks. Who has no session is not asked who they are, so that what visitors get depends on no cookie."""
    request = context.get("request")
    if not isinstance(request, HttpRequest) or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return SafeString("")
    with without_prefix():
        return SafeString(wagtailuserbar(context))
