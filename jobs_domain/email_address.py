"""E-mail addresses as people type them, compared as people mean them."""

import unicodedata
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, override

MAX_ADDRESS_OCTETS: Final = 254  # RFC 5321 §4.5.3.1.3: a path of 256 octets less its angle brackets
MAX_LOCAL_OCTETS: Final = 64  # RFC 5321 §4.5.3.1.1
MAX_LABEL_OCTETS: Final = 63  # RFC 1035 §2.3.4
_ATOM_PUNCTUATION: Final = frozenset("!#$%&'*+-/=?^_`{|}~")  # RFC 5322 §3.2.3, atext
_INVISIBLE: Final = (
    frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
    | frozenset(map(chr, range(0xFE00, 0xFE10)))
    | frozenset(map(chr, range(0xE0100, 0xE01F0)))
)
"""Letters and marks that show nothing (Default_Ignorable_Code_Point, RFC 5892 §2.3)."""


class Flaw(Enum):
    """What keeps a text from being an address; the value says it in English, with `{}` for the part of the text that is meant."""

    EMPTY = "Enter an e-mail address."
    TOO_LONG = "An e-mail address has at most {} characters; letters like ä count as two or more."
    NO_AT = "An e-mail address has an @ between name and domain, like ana@example.org."
    NO_FULL_DOMAIN = "The part after the @ needs a full domain, like example.org."
    IP_ADDRESS = "The part after the @ must be a domain name, not an IP address."
    NO_LOCAL_PART = "Something is missing before the @."
    LOCAL_DOT = "The part before the @ has a dot where none can be."
    LOCAL_CHARACTER = "The part before the @ cannot contain “{}”."
    LOCAL_INVISIBLE = "The part before the @ cannot contain a space, a line break or another invisible character."
    LOCAL_TOO_LONG = "The part before the @ has at most {} characters; letters like ä count as two or more."
    DOMAIN_DOT = "The domain has a dot where none can be."
    DOMAIN_HYPHEN = "No part of the domain begins or ends with a hyphen."
    DOMAIN_CHARACTER = "The domain cannot contain “{}”."
    DOMAIN_INVISIBLE = "The domain cannot contain a space, a line break or another invisible character."
    DOMAIN_NOT_INTERNATIONAL = "“{}” in the domain is not a valid international name."
    DOMAIN_TOO_LONG = "No part of the domain is longer than {} characters."


class InvalidEmailAddress(ValueError):
    """The text is not an address that mail can be sent to; the message says why, and `flaw` and `part` say it for other languages."""

    def __init__(self, flaw: Flaw, part: object = "") -> None:
        self.flaw, self.part = flaw, str(part)
        super().__init__(flaw.value.format(self.part))


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """A mail address in dot-atom form (RFC 5321 §4.1.2), with international domains and local parts (RFC 6531).

    `value` keeps the local part as typed and the domain in lower-case Unicode. Two addresses are equal if their `key` is:
    lower case throughout and the domain in its ASCII form, so `Ana@Example.org` and `ana@example.org` are one person
    and `käse.example` is `xn--kse-qla.example`.

    Raises `InvalidEmailAddress` on construction.
    """

    value: str = field(compare=False)
    key: str = field(init=False)

    def __post_init__(self) -> None:
        text = self.value.strip()
        if not text:
            raise InvalidEmailAddress(Flaw.EMPTY)
        if len(text) > MAX_ADDRESS_OCTETS:  # first of all: what follows takes time that grows faster than the text
            raise InvalidEmailAddress(Flaw.TOO_LONG, MAX_ADDRESS_OCTETS)
        text = unicodedata.normalize("NFC", text)
        local, at, domain = text.rpartition("@")
        if not at:
            raise InvalidEmailAddress(Flaw.NO_AT)
        _check_local(local)
        labels = _labels(domain)
        ascii_domain = _ascii(labels)
        key = f"{_compared(local)}@{ascii_domain}"
        if _octets(f"{local}@{ascii_domain}", key) > MAX_ADDRESS_OCTETS:
            raise InvalidEmailAddress(Flaw.TOO_LONG, MAX_ADDRESS_OCTETS)
        object.__setattr__(self, "value", f"{local}@{'.'.join(labels)}")
        object.__setattr__(self, "key", key)

    @property
    def for_the_wire(self) -> str:
        """The address as SMTP wants it: the local part as typed, the domain in ASCII (RFC 5890 §2.3.2.1)."""
        return f"{self.value.rpartition('@')[0]}@{self.domain}"

    @property
    def domain(self) -> str:
        """The domain in lower-case ASCII."""
        return self.key.rpartition("@")[2]

    @override
    def __str__(self) -> str:
        return self.value


def ascii_domain(text: str) -> str:
    """A domain as it is compared, in lower-case ASCII. Raises `InvalidEmailAddress`."""
    text = text.strip()
    if len(text) > MAX_ADDRESS_OCTETS:
        raise InvalidEmailAddress(Flaw.TOO_LONG, MAX_ADDRESS_OCTETS)
    return _ascii(_labels(unicodedata.normalize("NFC", text)))


def _check_local(local: str) -> None:
    if not local:
        raise InvalidEmailAddress(Flaw.NO_LOCAL_PART)
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise InvalidEmailAddress(Flaw.LOCAL_DOT)
    for character in local.replace(".", ""):
        if not (_is_letter(character) or character in _ATOM_PUNCTUATION):
            raise _unfit(character, Flaw.LOCAL_CHARACTER, Flaw.LOCAL_INVISIBLE)
    if _octets(local, _compared(local)) > MAX_LOCAL_OCTETS:
        raise InvalidEmailAddress(Flaw.LOCAL_TOO_LONG, MAX_LOCAL_OCTETS)


def _labels(domain: str) -> list[str]:
    parts = _folded(domain).split(".")
    if len(parts) < 2:
        raise InvalidEmailAddress(Flaw.NO_FULL_DOMAIN)
    return [_unicode_label(part) for part in parts]


def _ascii(labels: list[str]) -> str:
    domain = ".".join(_ascii_label(label) for label in labels)
    if domain.rpartition(".")[2].isdigit():
        raise InvalidEmailAddress(Flaw.IP_ADDRESS)
    return domain


def _unicode_label(label: str) -> str:
    """One part of a domain, as Unicode: `xn--kse-qla` becomes `käse`."""
    if label.startswith("xn--"):
        label = _decoded(label)
    if not label:
        raise InvalidEmailAddress(Flaw.DOMAIN_DOT)
    if label.startswith("-") or label.endswith("-"):
        raise InvalidEmailAddress(Flaw.DOMAIN_HYPHEN)
    for character in label:
        if not (_is_letter(character) or character == "-"):
            raise _unfit(character, Flaw.DOMAIN_CHARACTER, Flaw.DOMAIN_INVISIBLE)
    return label


def _decoded(label: str) -> str:
    """The Unicode form of a label that begins with `xn--`; both must be convertible into each other (RFC 5890 §2.3.2.1)."""
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, OverflowError):  # the latter of digits that stand for more than there are characters
        decoded = ""
    if decoded.startswith("xn--") or _folded(decoded) != decoded or _encoded(decoded) != label:
        raise InvalidEmailAddress(Flaw.DOMAIN_NOT_INTERNATIONAL, label)
    return decoded


def _encoded(label: str) -> str:
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")


def _ascii_label(label: str) -> str:
    encoded = _encoded(label)
    if len(encoded) > MAX_LABEL_OCTETS:
        raise InvalidEmailAddress(Flaw.DOMAIN_TOO_LONG, MAX_LABEL_OCTETS)
    return encoded


def _lower(text: str) -> str:
    """Lower case, character by character: the same for `Σ` wherever it stands in a word. Not normalised."""
    return "".join(map(str.lower, text))


def _compared(local: str) -> str:
    return unicodedata.normalize("NFC", _lower(local))


def _octets(typed: str, compared: str) -> int:
    """The length of the longer one in UTF-8: lower case can take more octets (`Ⱥ`, `İ`), and the key of an address is one, too."""
    return max(len(typed.encode()), len(compared.encode()))


def _folded(domain: str) -> str:
    """The domain as it is compared; lower case can be composed where upper case is not (`H̱` is two characters, `ẖ` one)."""
    return unicodedata.normalize("NFKC", _lower(unicodedata.normalize("NFKC", domain)))


def _is_letter(character: str) -> bool:
    """A letter or digit of any script, or a mark that belongs to one (RFC 5892 §2.1), that can be seen."""
    return (character.isalnum() or unicodedata.category(character) in {"Mn", "Mc"}) and character not in _INVISIBLE


def _unfit(character: str, visible: Flaw, invisible: Flaw) -> InvalidEmailAddress:
    if character.isprintable() and not character.isspace() and character not in _INVISIBLE:
        return InvalidEmailAddress(visible, character)
    return InvalidEmailAddress(invisible)
