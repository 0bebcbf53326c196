"""What is fuzzed, and what must hold whatever comes. A target gets bytes and raises for a fault; everything else is in order.

The same targets are run by hypothesis (`test_targets.py`) and by atheris (`__main__.py`).
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.http import QueryDict
from django.test import RequestFactory, override_settings

from adapters import codec, tokens
from adapters.tokens import ExpiredToken, InvalidToken, Purpose
from adapters.web import languages
from adapters.web.client_address import client_of
from adapters.web.same_origin import comes_from_elsewhere
from cms import clean_html, importing, rich_text
from cms.feeds import plain
from cms.finding import address, words
from cms.importing import rich_text as imported_text
from cms.importing import schema_org
from cms.importing.json_values import InvalidJobPosting
from jobs_domain.email_address import MAX_ADDRESS_OCTETS, EmailAddress, InvalidEmailAddress
from notifications import bounces, leaving
from tests.fuzzing.markup import check_markup

ROOT: Final = Path(__file__).parents[1] / "integration"
MOST_SECONDS: Final = 2.0
"""Of processor time for one input."""


REFERENCE: Final = re.compile("(?:link|embed)type", re.IGNORECASE)
"""Wagtail looks up what is referred to in the database, and here is none."""


@dataclass(frozen=True, slots=True)
class Target:
    """`seeds` are inputs that it understands; `pieces` what they are made of."""

    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    pieces: tuple[bytes, ...] = ()

    def __call__(self, data: bytes) -> None:
        with soon():
            self.run(data)


class TooSlow(AssertionError):
    """An input kept the processor busy for longer than `MOST_SECONDS`."""


@contextmanager
def soon() -> Iterator[None]:
    began = time.process_time()
    yield
    if (taken := time.process_time() - began) > MOST_SECONDS:
        raise TooSlow(f"{taken:.1f} s")


def _text(data: bytes) -> str:
    """Any text, halves of surrogate pairs included."""
    return data.decode("utf-8", "surrogatepass" if b"\xed" in data else "replace")


def text_of(data: bytes) -> str:
    try:
        return _text(data)
    except UnicodeDecodeError:
        return data.decode("latin-1")


def import_a_line(data: bytes) -> None:
    """A line is a posting that the database takes, or refused with a reason."""
    try:
        posting = schema_org.read(importing.parsed(data), zone="Europe/Berlin")
    except InvalidJobPosting:
        return
    assert 0 < len(posting.title) <= 255
    assert 0 < len(posting.company.name) <= 200
    assert 0 < len(posting.identifier) <= 120
    assert all(0 < len(name) <= 100 for name in posting.categories)
    assert posting.description.strip()
    assert imported_text.rich_text(posting.description) == posting.description
    check_markup(posting.description, clean_html.TAGS)
    for text in (posting.title, posting.company.name, posting.identifier, posting.description, *posting.categories):
        text.encode()
        assert "\0" not in text


def show_rich_text(data: bytes) -> None:
    """What is stored, however it came there, is safe where it is shown, and read without a fault."""
    html = REFERENCE.sub("kind", plain.legible(data.decode(errors="replace")))
    check_markup(plain.rich_text(html), clean_html.TAGS)
    check_markup(imported_text.rich_text(html), clean_html.TAGS)
    assert len(rich_text.summary(html)) <= rich_text.SUMMARY_LENGTH
    rich_text.text(html)
    rich_text.canonical(html)


def decode_an_event(data: bytes) -> None:
    """What is stored is an event, which is stored again as the same one, or it is unreadable."""
    try:
        stored = json.loads(data)
    except (ValueError, RecursionError):
        return
    if not isinstance(stored, dict):
        return
    for name in codec.EVENT_TYPES if "name" not in stored else [str(stored["name"])]:
        for version in (1, codec.FORMAT_VERSION):
            try:
                event = codec.decode_event(name, version, stored.get("payload", stored))
            except codec.UnreadableEvent:
                continue
            again = json.loads(json.dumps(codec.encode_event(event)))
            assert codec.decode_event(name, codec.FORMAT_VERSION, again) == event


def read_a_token(data: bytes) -> None:
    token = text_of(data)
    for purpose in Purpose:
        for read in (tokens.read, tokens.read_all, tokens.read_short, tokens.read_dated):
            with suppress(InvalidToken, ExpiredToken):
                read(purpose, token)
                raise AssertionError(f"{read.__name__} takes {token!r} for a token")


def read_a_search(data: bytes) -> None:
    """Whatever is asked has one address, and that says the same."""
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=None):
        wanted = address.read(QueryDict(data))
    again = address.write(wanted)
    assert address.read(QueryDict(again)) == wanted
    assert address.write(address.read(QueryDict(again))) == again


def read_words(data: bytes) -> None:
    text = text_of(data)
    found = words.terms(text)
    assert sum(map(len, found.phrases)) <= words.MAX_TERMS
    assert all(0 < len(word) <= words.MAX_WORD for phrase in found.phrases for word in phrase)
    assert all(word.isprintable() and " " not in word for word in words.words(text))


def read_an_address(data: bytes) -> None:
    """An address survives being shown, sent and read again."""
    try:
        found = EmailAddress(text_of(data))
    except InvalidEmailAddress:
        return
    assert EmailAddress(str(found)) == EmailAddress(found.for_the_wire) == EmailAddress(found.key) == found
    assert len(found.for_the_wire.encode()) <= MAX_ADDRESS_OCTETS
    assert not set(found.value) & set('\r\n\0 ,;:<>()[]\\"')


def read_a_mail(data: bytes) -> None:
    """A report is clean whatever it says, and a wish to leave names what it wants to leave."""
    for report in bounces.reports_in(data):
        assert report.words.isprintable()
        assert all(EmailAddress(key).key == key for key in report.recipients)
    with override_settings(LEAVE_ADDRESS="leave@board.example.org"):
        for token in leaving.tokens_in(data):
            assert token.isalnum()
            with suppress(InvalidToken):
                tokens.read_short(Purpose.END, token)


def read_headers(data: bytes) -> None:
    """What a request says of who sent it, and in which language they read."""
    text = data.decode("latin-1")
    request = RequestFactory().get(
        "/", headers={"X-Forwarded-For": text, "Origin": text, "Host": "testserver"}, REMOTE_ADDR="192.0.2.1"
    )
    with override_settings(TRUSTED_PROXIES=["192.0.2.0/24", "10.0.0.0/8"]):
        assert client_of(request)
    comes_from_elsewhere(request)
    assert languages.negotiated(text) in languages.codes().values()
    languages.split(f"/{text}")


def _lines(name: str) -> tuple[bytes, ...]:
    return tuple((ROOT / name).read_bytes().splitlines())


def _pieces(text: str) -> tuple[bytes, ...]:
    return tuple(piece.encode() for piece in text.split())


REPORTS: Final = tuple(path.read_bytes() for path in sorted((ROOT / "notifications").glob("**/*.eml")))
POSTING: Final = json.dumps(
    {
        "@type": "JobPosting",
        "identifier": {"name": "Bread & Co", "value": 1},
        "title": "Baker",
        "description": "<p>Bake <strong>bread</strong>.</p>",
        "hiringOrganization": {"name": "Bread & Co", "email": "jobs@bread.example", "sameAs": "https://bread.example"},
        "industry": ["Food"],
        "employmentType": "FULL_TIME",
        "datePosted": "2026-03-01",
        "validThrough": "2126-03-31T18:00:00Z",
        "jobLocation": {"address": {"addressLocality": "Brooklyn", "addressRegion": "NY", "addressCountry": "US"}},
        "baseSalary": {"currency": "USD", "value": {"minValue": 40000, "maxValue": 52000.5, "unitText": "YEAR"}},
        "url": "https://bread.example/1",
        "inLanguage": "en",
    }
).encode()

TARGETS: Final[Mapping[str, Target]] = {
    "importer": Target(
        import_a_line,
        (POSTING, *_lines("finding/postings.jsonl")[:5]),
        _pieces(
            'null true -1 1e999 NaN Infinity "" [] {} "@type" "TELECOMMUTE" "\\u0000" "\\ud800" <script> 0001-01-01 9999-12-31T23:59:60'
        ),
    ),
    "rich-text": Target(
        show_rich_text,
        (
            b"<p>Bake <b>bread</b>.</p>",
            b'<a linktype="page" id="1">here</a>',
            b'<embed embedtype="media" url="https://a.example/1"/>',
        ),
        _pieces(
            "<script> </script> <svg> <math> <style> <!-- --> <![CDATA[ ]]> <table> <td> <h1> <a href= javascript: onclick= &#x6a; <br/> <p"
        ),
    ),
    "codec": Target(
        decode_an_event,
        (*_lines("adapters/stored_events_v1.jsonl"), *_lines("adapters/stored_events_v2.jsonl")),
        _pieces('null true -1 1e999 NaN "" [] {} "type" "JobSearch" "TitleChange" 2026-03-02T09:30:00+00:00 "UTC"'),
    ),
    "tokens": Target(
        read_a_token,
        (b"ERERERERQRGBEREREREREQ.c2lnbmF0dXJl", b"a" * tokens.SHORT),
        _pieces(". : = - _ ==== \u0131 \u017f"),
    ),
    "search": Target(
        read_a_search,
        (b"q=baker+ghent&category=food&workplace=remote&salary=50000&currency=EUR&since=7&sort=closing&page=2",),
        _pieces("& = %00 %ff %ED%A0%80 q= page= salary= currency= EUR 1,250.000 %C2%A0 + ; \u2028"),
    ),
    "words": Target(
        read_words, ("C++ / C# (.NET) “R&D” Köln's".encode(),), _pieces("“ ” \" ' ++ # .net ß ﬁ İ \u0301 , ; / | _")
    ),
    "addresses": Target(
        read_an_address,
        (b"Ana@Example.org", b"ana@xn--kse-qla.example", "änne@käse.example".encode()),
        _pieces("@ . - xn-- ß İ \u0301 ． ＠"),
    ),
    "mails": Target(
        read_a_mail,
        (*REPORTS, f"To: leave+{'a' * tokens.SHORT}@board.example.org\n\n".encode()),
        _pieces(
            "Content-Type:multipart/report;boundary=b --b Final-Recipient:rfc822;a@b.example Status:5.1.1 Action:failed"
            " =?utf-8?q?=ff?= charset=x"
        ),
    ),
    "headers": Target(
        read_headers,
        (b"de-AT,de;q=0.9,en;q=0.8,*;q=0.1", b"198.51.100.7, 10.0.0.1", b"[2001:db8::1]:443", b"https://testserver"),
        _pieces("q= ; , * -- :: [ ] % 10.0.0.1 http:// ::ffff:1.2.3.4"),
    ),
}
