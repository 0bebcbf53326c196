"""Text and rich text as others can show it, without knowing this site."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin

import nh3
from django.conf import settings
from wagtail.rich_text import expand_db_html

TAGS: Final = {"p", "br", "hr", "h3", "h4", "b", "strong", "i", "em", "ul", "ol", "li", "a"}
HIGH_HEADING: Final = re.compile(r"(</?)h[12]\b")
"""Those of a title and of a page; others have headings of their own above the text."""
NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 §2.2 does not allow, not even escaped."""


def rich_text(html: str) -> str:
    """HTML that is safe to show, with absolute addresses in place of Wagtail's own links."""
    clean = nh3.clean(
        HIGH_HEADING.sub(r"\1h3", legible(expand_db_html(html))),
        tags=TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_absolute,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    return clean.strip()


def legible(text: str) -> str:
    """Without control characters and the like, which no format can carry."""
    return NOT_IN_XML.sub("", text)


def _absolute(_tag: str, attribute: str, value: str) -> str:
    return urljoin(f"{settings.BOARD_URL}/", value) if attribute == "href" else value
