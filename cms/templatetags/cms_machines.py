"""What public pages say to programs, in their `head`."""

from __future__ import annotations

from django.http import HttpRequest
from django.template import Context, Library
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cms.models import JobPage
from cms.sharing.addresses import alternates
from cms.sharing.addresses import canonical as canonical_address
from cms.sharing.markup import own_path, posting_data, preview, script

register = Library()


@register.simple_tag
def structured_data(page: JobPage) -> SafeString:
    """schema.org/JobPosting; nothing while the posting is not open."""
    data = posting_data(page)
    return SafeString("") if data is None else script(data)


@register.simple_tag
def sharing(page: JobPage) -> SafeString:
    """How the page looks where its address is shared."""
    return preview(page)


@register.simple_tag(takes_context=True)
def canonical(context: Context, shown: JobPage | str = "") -> SafeString:
    """The one address of what is shown, and its addresses in all languages.

    `shown` is a posting, or a path with what belongs to it of the query; else it is the path of the request.
    """
    request = context.get("request")
    here = request.path if isinstance(request, HttpRequest) else "/"
    path = own_path(shown) if isinstance(shown, JobPage) else shown or here
    links = format_html_join("\n  ", '<link rel="alternate" hreflang="{}" href="{}">', alternates(path))
    return format_html('<link rel="canonical" href="{}">\n  {}', canonical_address(path), links)
