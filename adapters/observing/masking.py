"""The last defence of logs against personal data. The first is not to log it.

Whatever a library, a server or an exception says: addresses of people, and what only they may have, do not leave the process.
"""

import re
from typing import Final

MASK: Final = "…"

_ADDRESS: Final = re.compile(
    r"""(?:\\?"[^"\\]*\\?"|[^\s"<>()\[\],;:\\@＠]+)"""  # the local part, which may be quoted (RFC 5321 §4.1.2)
    r"""(?:[@＠]|%40)"""
    r"""(?:\[[^\]\s]*\]|[^\s"'<>()\[\],;:\\]+)"""
)
_TOKEN: Final = re.compile(r"[\w-]{20,}(?:\.[\w-]{4,12})?\.[\w-]{40,}", re.ASCII)
"""Those of `adapters.tokens`, and Django's own signatures."""
_SECRET: Final = re.compile(r"(?=[\w-]*[0-9])(?=[\w-]*[A-Za-z])[\w-]{40,}", re.ASCII)
"""Long, and not a word: a session's key, a hash by which an address is told again. No id of ours is as long."""


def masked(text: str) -> str:
    """The text without addresses of e-mail, tokens and hashes."""
    if "@" in text or "%40" in text or "＠" in text:
        text = _ADDRESS.sub(MASK, text)
    return _SECRET.sub(MASK, _TOKEN.sub(MASK, text))
