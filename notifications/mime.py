"""Letters as bytes (RFC 5322, MIME): what messages share is encoded once, and each message fills in what it has of its own.

Both bodies are quoted-printable (RFC 2045 §6.7). In them, each personal value stands on lines of its own between soft line breaks: so
its length breaks no limit, and nothing in it can end a line, begin a header or look like the boundary.
"""

import re
from binascii import b2a_qp
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Final
from urllib.parse import quote

from notifications.letters import Letter, Message
from notifications.personal import Personal, pieces

MAX_LINE: Final = 998
"""RFC 5322 §2.1.1, in octets and without CRLF."""
LINE: Final = 76
"""RFC 2045 §6.7 (5) and RFC 2047 §2: the most for a line of a body, and for a header line with encoded words."""
LONGEST_LINK: Final = MAX_LINE - len("List-Unsubscribe: ")
LETTERS_KEPT: Final = 16

_CRLF: Final = b"\r\n"
_SOFT_BREAK: Final = b"=\r\n"
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ADDRESS: Final = re.compile(r"[^\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff<>(),;:\"\[\]\\]+")
_URL: Final = "".join(sorted(set(map(chr, range(0x21, 0x7F))) - set('<>"\\^`{|}')))
"""What may stand in an address of the web (RFC 3986), and the per cent sign."""
_ENCODED_WORD: Final = re.compile(r"=\?(?=[^?]*\?[bq]\?)", re.IGNORECASE)
"""The beginning of one: some readers decode it wherever it stands."""
_PHRASE: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/")
"""What stands for itself in an encoded word of any header (RFC 2047 §5 (3))."""
_ATOMS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


class CannotBeSent(ValueError):
    """This message cannot be written down or addressed as mail; the text says why. It is nobody else's concern."""


def guarded(value: str) -> str:
    """For a header. Raises `CannotBeSent` if it holds a line break or another control character."""
    if _CONTROLS.search(value):
        raise CannotBeSent("A header would hold a line break or another control character.")
    return value


def addressed(address: str) -> str:
    """For an envelope and a header: an address in dot-atom form (RFC 5321 §4.1.2, RFC 6531 §3.3). Raises `CannotBeSent`."""
    if not _ADDRESS.fullmatch(address) or len(address) > MAX_LINE // 4:
        raise CannotBeSent("The address cannot stand in an envelope.")
    return address


def linked(url: str) -> str:
    """A link for a header, in angle brackets (RFC 2369 §2), short enough for one line. Raises `CannotBeSent`."""
    link = f"<{_ENCODED_WORD.sub('=%3F', quote(guarded(url), safe=_URL))}>"
    if len(link) > LONGEST_LINK:
        raise CannotBeSent("The link is too long for a header.")
    return link


def leave_header(message: Message) -> str:
    """The value of `List-Unsubscribe` (RFC 2369 §2), on one line, which some that act on it insist on. Raises `CannotBeSent`."""
    header = ", ".join(map(linked, message.leave_links))
    if len(header) > LONGEST_LINK:
        raise CannotBeSent("The links are too long for a header.")
    return header


@dataclass(frozen=True, slots=True)
class Compiled:
    """A letter in pieces of bytes; those named in `holes` are each message's own, written as the function says."""

    letter: Letter
    parts: tuple[bytes, ...]
    holes: tuple[tuple[int, Callable[[Message], bytes]], ...]
    bodies: tuple[tuple[Personal, tuple[int, ...], tuple[int, ...]], ...]
    """Where in the text and where in the HTML something personal stands."""

    def fill(self, message: Message) -> bytes:
        """The message as it travels, its lines ended by CRLF. Raises `CannotBeSent`."""
        parts = list(self.parts)
        for place, write in self.holes:
            parts[place] = write(message)
        for personal, in_text, in_html in self.bodies:
            value = message.personal[personal]
            encoded = in_body(value)
            for place in in_text:
                parts[place] = encoded
            escaped = escape(value)
            if escaped != value:
                encoded = in_body(escaped)
            for place in in_html:
                parts[place] = encoded
        return b"".join(parts)


@dataclass(slots=True)
class Letters:
    """The letters that were compiled last."""

    kept: OrderedDict[object, Compiled] = field(default_factory=OrderedDict)

    def fill(self, message: Message) -> bytes:
        """Raises `CannotBeSent`."""
        letter = message.letter
        key = letter.notification_id, letter.language
        compiled = self.kept.get(key)
        if compiled is None or (compiled.letter is not letter and compiled.letter != letter):
            compiled = self.kept[key] = compiled_letter(letter)
            self.kept.move_to_end(key)
            if len(self.kept) > LETTERS_KEPT:
                self.kept.popitem(last=False)
        return compiled.fill(message)


def compiled_letter(letter: Letter) -> Compiled:
    """Raises `CannotBeSent`."""
    # “=_” cannot occur in quoted-printable text: this is a boundary whatever the letter says (RFC 2045 §6.7)
    boundary = f"=_{letter.notification_id.hex}".encode()
    made = _Pieces()
    made.add(_from(letter))
    made.add(b"To: ")
    made.hole(_to)
    made.add(_CRLF + _unstructured("Subject", letter.subject) + b"Date: ")
    made.hole(_Clock().write)
    made.add(b"\r\nMessage-ID: ")
    made.hole(_message_id)
    made.add(b"\r\nAuto-Submitted: auto-generated\r\n")  # RFC 3834 §5: no out-of-office replies, please
    if letter.list_id:
        made.add(f"List-Id: <{addressed(letter.list_id)}>\r\nList-Unsubscribe: ".encode("ascii"))  # RFC 2919, RFC 2369
        made.hole(_leave_links)
        made.add(b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")  # RFC 8058 §3.1
    made.add(b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary="' + boundary + b'"\r\n')
    for kind, content in (("plain", letter.text), ("html", letter.html)):
        made.add(b"\r\n--" + boundary + f"\r\nContent-Type: text/{kind}; charset=utf-8\r\n".encode())
        made.add(b"Content-Transfer-Encoding: quoted-printable\r\n\r\n")
        made.body(kind, pieces(content, letter.notification_id))
    made.add(b"\r\n--" + boundary + b"--\r\n")
    return made.compiled(letter)


def in_body(value: str) -> bytes:
    """A value on lines of its own (RFC 2045 §6.7)."""
    if value.isprintable():
        return b"=\r\n" + _quoted(value, goes_on=True) + b"=\r\n"
    octets = [b"=%02X" % octet for octet in _utf8(value)]
    lines = [b"".join(octets[start : start + LINE // 3 - 1]) for start in range(0, len(octets), LINE // 3 - 1)]
    return b"=\r\n" + b"=\r\n".join(lines) + b"=\r\n"


@dataclass(slots=True)
class _Pieces:
    """What comes next to each other and is not a hole becomes one piece."""

    parts: list[bytes] = field(default_factory=lambda: [b""])
    holes: list[tuple[int, Callable[[Message], bytes]]] = field(default_factory=list)
    bodies: dict[Personal, dict[str, list[int]]] = field(default_factory=dict)

    def add(self, content: bytes) -> None:
        self.parts[-1] += content

    def hole(self, write: Callable[[Message], bytes]) -> None:
        self.holes.append((self._place(), write))

    def body(self, kind: str, content: list[str | Personal]) -> None:
        for number, piece in enumerate(content):
            if isinstance(piece, Personal):
                self.bodies.setdefault(piece, {}).setdefault(kind, []).append(self._place())
            else:
                self.add(_body(piece, goes_on=number < len(content) - 1))

    def compiled(self, letter: Letter) -> Compiled:
        bodies = ((part, tuple(at.get("plain", ())), tuple(at.get("html", ()))) for part, at in self.bodies.items())
        return Compiled(letter, tuple(self.parts), tuple(self.holes), tuple(bodies))

    def _place(self) -> int:
        self.parts += [b"", b""]
        return len(self.parts) - 2


def _body(text: str, *, goes_on: bool) -> bytes:
    """`goes_on` if more follows in the last line."""
    *lines, last = re.split(r"\r\n|\r|\n", text)
    return b"".join([*(_quoted(line) + _CRLF for line in lines), _quoted(last, goes_on=goes_on)])


def _quoted(line: str, *, goes_on: bool = False) -> bytes:
    """Without line breaks but soft ones. There is room for a soft break after it if it goes on."""
    if goes_on:  # as if one more character followed
        return b2a_qp(_utf8(line) + b"-", istext=False)[:-1].replace(b"=\n", _SOFT_BREAK)
    return b2a_qp(_utf8(line), istext=False).replace(b"=\n", _SOFT_BREAK)


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise CannotBeSent("The text holds half a character.") from error


def _to(message: Message) -> bytes:
    """In UTF-8 if need be (RFC 6532 §3.2): such a message may travel only where SMTPUTF8 is spoken."""
    return addressed(message.recipient).encode()


def _message_id(message: Message) -> bytes:
    return guarded(message.message_id).encode()


def _leave_links(message: Message) -> bytes:
    return leave_header(message).encode("ascii")


@dataclass(slots=True)
class _Clock:
    """The date, written anew each second."""

    second: datetime | None = None
    written: bytes = b""

    def write(self, _message: Message) -> bytes:
        now = datetime.now(UTC).replace(microsecond=0)
        if now != self.second:
            self.second, self.written = now, format_datetime(now).encode()  # RFC 5322 §3.3
        return self.written


def _from(letter: Letter) -> bytes:
    name, address = guarded(letter.sender_name), f"<{addressed(letter.sender)}>"
    if not name:
        return f"From: {letter.sender}\r\n".encode()
    plain = name if _ATOMS.fullmatch(name) else '"' + name.replace("\\", r"\\").replace('"', r"\"") + '"'
    fits = _stands_as_it_is(name) and len(f"From: {plain}") <= LINE
    header = f"From: {plain}".encode("ascii") if fits else _encoded("From", name)
    last_line = header.rpartition(_CRLF)[2]
    return header + (b" " if len(last_line) + 1 + len(address) <= LINE else b"\r\n ") + address.encode() + _CRLF


def _unstructured(name: str, value: str) -> bytes:
    """A header of text (RFC 5322 §2.2.1) whose first line is never blank, as those are that begin with a word too long for them."""
    words = guarded(value).split(" ")
    if not _stands_as_it_is(value) or max(map(len, words)) > LINE - len(name) - len(": "):
        return _encoded(name, value) + _CRLF
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > LINE:
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines).encode("ascii") + _CRLF


def _stands_as_it_is(value: str) -> bool:
    """Not if it looks like an encoded word, or has spaces that get lost."""
    return value.isascii() and "=?" not in value and " ".join(value.split()) == value


def _encoded(name: str, value: str) -> bytes:
    """The header in encoded words (RFC 2047 §2): one a line, none longer than 75 octets, each of whole characters."""
    head, tail = b"=?utf-8?q?", b"?="
    lines = [name.encode() + b": " + head]
    for character in _encoded_characters(value):
        if len(lines[-1]) + len(character) + len(tail) > LINE:
            lines[-1] += tail
            lines.append(b" " + head)
        lines[-1] += character
    return _CRLF.join(lines) + tail


def _encoded_characters(value: str) -> Iterator[bytes]:
    for character in value:
        yield b"".join(
            bytes((octet,)) if octet in _PHRASE else b"_" if octet == ord(" ") else b"=%02X" % octet
            for octet in character.encode()
        )


def needs_smtputf8(message: Message) -> bool:
    """RFC 6531"""
    return not (message.recipient.isascii() and message.letter.sender.isascii())
