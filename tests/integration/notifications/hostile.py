"""Texts made to break out of where they belong, and how to see that they did not."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final, override
from urllib.parse import urlencode

from django.core.mail import EmailMultiAlternatives
from django.test import Client
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.integration.notifications.world import html
from tests.unit.strategies import hostile_texts

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

EVIL: Final = "x-evil"
PIECES: Final = (
    f"<{EVIL}>",
    f"</p><{EVIL} a='",
    f'"><{EVIL}>',
    f"' {EVIL}='1",
    f'" {EVIL}="1',
    f"` {EVIL}=`",
    f"<!-- <{EVIL}> -->",
    f"</textarea></title></script></style><{EVIL}>",
    f"<script>{EVIL}</script>",
    "javascript:alert(1)",
    f"\r\n{EVIL}: 1",
    f"\n{EVIL}: 1",
    f"\r{EVIL}: 1",
    f"\u2028{EVIL}: 1",
    f"%0d%0a{EVIL}:%201",
    "\r\nBcc: evil@evil.example",
    "\r\n\r\nA new body",
    "\r\n.\r\nMAIL FROM:<evil@evil.example>",
    "evil@evil.example, ",
    " <evil@evil.example>",
    f"{{{{ {EVIL} }}}}{{% load {EVIL} %}}",
    "%(name)s{0}{name}",
    "&lt;&#60;&",
    "\0",
    "\u202e\u2066\u200f",
    "\ud800",
    "\ud83d",
    "'; DROP TABLE adapters_subscriptionrecord; --",
    "//evil.example/",
    "https://evil.example/",
    "../../",
)
ADDRESS: Final = "ana@example.org"
KNOWN_HEADERS: Final = frozenset(
    "auto-submitted content-type date feedback-id from list-id list-unsubscribe list-unsubscribe-post message-id mime-version subject to"
    " content-transfer-encoding precedence x-auto-response-suppress reply-to".split()
)


def texts() -> SearchStrategy[str]:
    pieces = st.sampled_from(PIECES) | hostile_texts(max_size=3)
    joined = st.lists(pieces, max_size=4).map("".join)
    return joined | st.tuples(st.sampled_from(PIECES), st.integers(200, 3_000)).map(lambda drawn: drawn[0] * drawn[1])


def addresses() -> SearchStrategy[str]:
    """Some of them are addresses, with something at one of their ends or in between; some are none."""
    around = st.builds(lambda before, after: f"{before}{ADDRESS}{after}", texts(), texts())
    within = st.builds(lambda name, domain: f"{name}@{domain}.example", texts(), texts())
    legal = st.text("abc!#$%&'*+/=?^_`{|}~", min_size=1, max_size=20).map(lambda name: f"{name}@example.org")
    return st.just(ADDRESS) | around | within | legal | texts()


def forms(*names: str) -> SearchStrategy[dict[str, str]]:
    """Each field is there or not, with what it should hold or something else; and some that the form does not have."""
    usual = st.sampled_from(["", "on", "DAILY", "IMMEDIATE", "WEEKLY", "de", "8", "Europe/Berlin"])
    others = {name: usual | texts() for name in (*names, "next", "return", "bcc", "subject")}
    return st.fixed_dictionaries({"address": addresses()}, optional=others)


def post(client: Client, path: str, form: dict[str, str]) -> Answer:
    """As bytes that no browser need have made."""
    return client.post(path, urlencode(form, errors="surrogatepass"), content_type="application/x-www-form-urlencoded")


def check_answer(answer: Answer) -> None:
    assert answer.status_code < 500
    assert not any(EVIL in name.lower() for name in answer.headers)
    assert answer.headers.get("Location", "/").startswith("/")
    assert not answer.headers.get("Location", "/").startswith("//")
    check_html(answer.content.decode())


def check_mail(message: EmailMultiAlternatives, recipient: str) -> None:
    """That it goes to this one address, has no foreign header, and is escaped."""
    assert message.recipients() == [recipient]
    whole = message.message()
    assert {name.lower() for name in whole.keys()} <= KNOWN_HEADERS  # noqa: SIM118 - a header may be there twice
    assert len(whole.get_all("To") or ()) == len(whole.get_all("Subject") or ()) == 1
    assert whole["To"] == recipient
    check_html(html(message))


def check_html(page: str) -> None:
    """That nothing of what was sent became an element, an attribute or a link of its own."""
    reader = _Reader()
    reader.feed(page)
    reader.close()


class _Reader(HTMLParser):
    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert EVIL not in tag
        assert not any(EVIL in name for name, _ in attrs)
        for name, value in attrs:
            if name in {"href", "src", "action"}:
                assert not (value or "").startswith(("javascript:", "//evil", "https://evil"))

    @override
    def handle_data(self, data: str) -> None:
        assert not (EVIL in data and self._is_in_a_script)

    @property
    def _is_in_a_script(self) -> bool:
        return self.cdata_elem is not None

    @override
    def handle_comment(self, data: str) -> None:
        assert EVIL not in data
