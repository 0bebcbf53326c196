"""For the editors' screens."""

from __future__ import annotations

from django import template
from wagtail.models import Page

from cms.followers import number_of_followers
from cms.models import JobPage

register = template.Library()


@register.inclusion_tag("cms/admin/followers.html")
def followers_told(page: Page) -> dict[str, object]:
    """Says how many people will be told if the page is taken down; nothing for a page that is no public posting."""
    specific = page.specific
    return {"followers": number_of_followers(specific) if isinstance(specific, JobPage) and specific.live else None}
