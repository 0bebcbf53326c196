"""Foreign HTML as the rich text that Wagtail's editor keeps."""

from __future__ import annotations

import re
from typing import Final

import nh3

from cms.clean_html import SCHEMES, TAGS

_HEADINGS: Final = {"h1": "h2", "h5": "h4", "h6": "h4"}
_HEADING: Final = re.compile(r"(</?)(h[156])\b", re.IGNORECASE)
_NEXT_CELL: Final = re.compile(r"</t[dh]\s*>\s*(?=<t[dh]\b)", re.IGNORECASE)
_BLOCK: Final = re.compile(
    r"<(/?)(?:div|section|article|aside|header|footer|main|address|figure|figcaption|pre|dl|dt|dd|table|caption|tr)\b[^>]*>",
    re.IGNORECASE,
)
_EMPTY: Final = re.compile(r"<p>\s*</p>")


def rich_text(html: str) -> str:
    """Headings get the nearest level there is; rows of tables and other blocks become paragraphs, so that no words run into each other."""
    known = _HEADING.sub(lambda found: found[1] + _HEADINGS[found[2].lower()], html)
    known = _BLOCK.sub(r"<\1p>", _NEXT_CELL.sub(", ", known))
    clean = nh3.clean(known, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=None)
    # the editor cannot open a text whose void elements are not closed
    return _EMPTY.sub("", clean).replace("<br>", "<br/>").replace("<hr>", "<hr/>")
