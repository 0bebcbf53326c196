"""Text and rich text as others can show it, without knowing this site."""

from __future__ import annotations

import re
from typing import Final

from cms.clean_html import clean

HIGH_HEADING: Final = re.compile(r"(</?)h[12]\b")
"""Those of a title and of a page; others have headings of their own above the text."""
NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 §2.2 does not allow, not even escaped."""


def rich_text(html: str) -> str:
    """HTML that is safe to show, with absolute addresses in place of Wagtail's own links."""
    return clean(HIGH_HEADING.sub(r"\1h3", legible(html)), for_elsewhere=True).strip()


def legible(text: str) -> str:
    """Without control characters and the like, which no format can carry."""
    return NOT_IN_XML.sub("", text)
