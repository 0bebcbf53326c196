"""The one place where HTML that somebody wrote becomes HTML that the board shows: on pages, in feeds, in structured data, by the API.

What comes in is cleaned, too, by the rules of the editor or of the import. But an old revision, or a row that was changed by hand, may hold
anything: what goes out does not rely on it.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urljoin

import nh3
from django.conf import settings
from wagtail.rich_text import expand_db_html

TAGS: Final = set("p h2 h3 h4 ul ol li b strong i em a br hr blockquote".split())
"""What the editors of rich text make, and an import keeps. None of them loads anything."""
SCHEMES: Final = {"http", "https", "mailto", "tel"}
REL: Final = "nofollow noopener"
"""Of links: the board does not vouch for them, and what they open gets no hold of its page."""


def clean(html: str, *, for_elsewhere: bool = False) -> str:
    """Rich text as Wagtail stores it, to be shown on a page of the board; or `for_elsewhere`, with absolute addresses."""
    return nh3.clean(
        expand_db_html(html),
        tags=TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_absolute if for_elsewhere else None,
        url_schemes=SCHEMES,
        link_rel=REL,
    )


def _absolute(_tag: str, attribute: str, value: str) -> str:
    return urljoin(f"{settings.BOARD_URL}/", value) if attribute == "href" else value
