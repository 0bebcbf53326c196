"""What the public pages show to editors."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.template import Context, Library
from django.utils.safestring import SafeString
from wagtail.admin.templatetags.wagtailuserbar import wagtailuserbar

register = Library()


@register.simple_tag(takes_context=True)
def editors_bar(context: Context) -> SafeString:
    """Wagtail's user bar with its checks. Who has no session is not asked who they are, so that what visitors get depends on no cookie."""
    request = context.get("request")
    if not isinstance(request, HttpRequest) or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return SafeString("")
    return SafeString(wagtailuserbar(context))
