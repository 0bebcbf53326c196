"""What the templates of the public pages need: words about time, and the bar that only editors see."""

from __future__ import annotations

from datetime import datetime

from babel import Locale
from babel.dates import format_date
from django.conf import settings
from django.http import HttpRequest
from django.template import Context, Library
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, to_locale
from wagtail.admin.templatetags.wagtailuserbar import wagtailuserbar

from adapters import words
from adapters.web.languages import without_prefix
from cms.models import JobPage
from cms.time_left import time_left as in_words
from jobs_domain.valid_through import ValidThrough

register = Library()


@register.filter
def time_left(job: JobPage) -> str:
    """How long it can still be applied to; empty without a closing date, or when it has passed."""
    closing = job.closing
    return "" if closing is None else in_words(closing, at=timezone.now())


@register.filter
def day(instant: datetime) -> str:
    """`3 December 2026`, written like a closing date."""
    locale = Locale.parse(to_locale(get_language() or settings.LANGUAGE_CODE))
    return format_date(timezone.localtime(instant), "long", locale=locale)


@register.filter
def closing_day(closing: ValidThrough) -> str:
    return words.closing_day(closing)


@register.simple_tag(takes_context=True)
def editors_bar(context: Context) -> SafeString:
    """Wagtail's user bar with its checks. Who has no session is not asked who they are, so that what visitors get depends on no cookie."""
    request = context.get("request")
    if not isinstance(request, HttpRequest) or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return SafeString("")
    with without_prefix():
        return SafeString(wagtailuserbar(context))
