"""What a posting's page says of itself to programs that read it: structured data, and how its preview looks."""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from adapters.links import absolute
from cms import mapping, structured_data
from cms.feeds import plain
from cms.models import JobPage
from cms.public.postings import LOGO
from cms.sharing.addresses import canonical
from cms.sharing.card import HEIGHT, WIDTH, Card
from cms.structured_data import Json

ESCAPED: Final = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}
"""So that no text ends the script element, or means something else in HTML or in a script."""


def posting_data(page: JobPage) -> Json | None:
    """Nothing while the posting is not open: Google asks that a job that is filled is no longer marked up as one."""
    if not page.is_open:
        return None
    return structured_data.job_posting(
        mapping.details(page),
        description=plain.rich_text(page.description),
        posted_on=page.posted_on,
        identifier=page.identifier or str(page.posting_id),
        company_website=page.company.website,
        company_logo=_logo(page),
        url=canonical(own_path(page)),
    )


def script(data: Json) -> SafeString:
    text = json.dumps(data, ensure_ascii=False).translate(ESCAPED)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped above


def preview(page: JobPage) -> SafeString:
    """Open Graph (ogp.me), which all readers of Twitter cards understand, too."""
    properties = {
        "og:type": "website",
        "og:site_name": settings.BOARD_NAME,
        "og:title": f"{page.title}, {page.company.name}",
        "og:description": description(page),
        "og:url": canonical(own_path(page)),
        "og:image": f"{absolute(reverse('public:card', args=[page.posting_id]))}?v={picture(page).mark}",
        "og:image:type": "image/png",
        "og:image:width": str(WIDTH),
        "og:image:height": str(HEIGHT),
        "og:image:alt": description(page),
    }
    tags = format_html_join("\n  ", '<meta property="{}" content="{}">', properties.items())
    return format_html('{}\n  <meta name="twitter:card" content="summary_large_image">', tags)


def picture(page: JobPage) -> Card:
    return Card(title=page.title, company=page.company.name, facts=facts(page), board=settings.BOARD_NAME)


def own_path(page: JobPage) -> str:
    """An alias is a further address of the posting whose page it mirrors."""
    parts = None if page.alias_of is None else page.alias_of.get_url_parts()
    return page.path_on_site if parts is None else parts[2] or ""


def description(page: JobPage) -> str:
    """What the picture says, in a line."""
    return " · ".join(str(part) for part in (page.title, page.company.name, *facts(page)) if part)


def facts(page: JobPage) -> tuple[str, ...]:
    """Place, pay, and until when, as far as they are known."""
    if not page.is_open:
        return (gettext("This posting is closed"),)
    return tuple(str(fact) for fact in (page.place, page.salary_words, page.closing_words) if fact)


def _logo(page: JobPage) -> str:
    logo = page.company.logo
    return "" if logo is None else urljoin(f"{settings.BOARD_URL}/", logo.get_rendition(LOGO).url)
