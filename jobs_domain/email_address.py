"""E-mail addresses as people type them, compared as people mean them."""

import unicodedata
from dataclasses import dataclass, field
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


class InvalidEmailAddress(ValueError):
    """The text is not an address that mail can be sent to; the message says why."""


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
            raise InvalidEmailAddress("Enter an e-mail address.")
        if len(text) > MAX_ADDRESS_OCTETS:  # first of all: what follows takes time that grows faster than the text
            raise InvalidEmailAddress(f"An e-mail address has at most {MAX_ADDRESS_OCTETS} characters.")
        text = unicodedata.normalize("NFC", text)
        local, at, domain = text.rpartition("@")
        if not at:
            raise InvalidEmailAddress("An e-mail address has an @ between name and domain, like ana@example.org.")
        _check_local(local)
        parts = _folded(domain).split(".")
        if len(parts) < 2:
            raise InvalidEmailAddress("The part after the @ needs a full domain, like example.org.")
        labels = [_unicode_label(part) for part in parts]
        ascii_domain = ".".join(_ascii_label(label) for label in labels)
        if ascii_domain.rpartition(".")[2].isdigit():
            raise InvalidEmailAddress("The part after the @ must be a domain name, not an IP address.")
        if len(f"{local}@{ascii_domain}".encode()) > MAX_ADDRESS_OCTETS:
            raise InvalidEmailAddress(f"An e-mail address has at most {MAX_ADDRESS_OCTETS} characters.")
        object.__setattr__(self, "value", f"{local}@{'.'.join(labels)}")
        object.__setattr__(self, "key", f"{unicodedata.normalize('NFC', _lower(local))}@{ascii_domain}")

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


def _check_local(local: str) -> None:
    if not local:
        raise InvalidEmailAddress("Something is missing before the @.")
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise InvalidEmailAddress("The part before the @ has a dot where none can be.")
    for character in local.replace(".", ""):
        if not (_is_letter(character) or character in _ATOM_PUNCTUATION):
            raise InvalidEmailAddress(f"The part before the @ cannot contain {_shown(character)}.")
    if len(local.encode()) > MAX_LOCAL_OCTETS:
        raise InvalidEmailAddress(f"The part before the @ has at most {MAX_LOCAL_OCTETS} characters.")


def _unicode_label(label: str) -> str:
    """One part of a domain, as Unicode: `xn--kse-qla` becomes `käse`."""
    if label.startswith("xn--"):
        label = _decoded(label)
    if not label:
        raise InvalidEmailAddress("The domain has a dot where none can be.")
    if label.startswith("-") or label.endswith("-"):
        raise InvalidEmailAddress("No part of the domain begins or ends with a hyphen.")
    for character in label:
        if not (_is_letter(character) or character == "-"):
            raise InvalidEmailAddress(f"The domain cannot contain {_shown(character)}.")
    return label


def _decoded(label: str) -> str:
    """The Unicode form of a label that begins with `xn--`; both must be convertible into each other (RFC 5890 §2.3.2.1)."""
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        decoded = ""
    if decoded.startswith("xn--") or _folded(decoded) != decoded or _encoded(decoded) != label:
        raise InvalidEmailAddress(f"“{label}” in the domain is not a valid international name.")
    return decoded


def _encoded(label: str) -> str:
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")


def _ascii_label(label: str) -> str:
    encoded = _encoded(label)
    if len(encoded) > MAX_LABEL_OCTETS:
        raise InvalidEmailAddress(f"No part of the domain is longer than {MAX_LABEL_OCTETS} characters.")
    return encoded


def _lower(text: str) -> str:
    """Lower case, character by character: the same for `Σ` wherever it stands in a word. Not normalised."""
    return "".join(map(str.lower, text))


def _folded(domain: str) -> str:
    """The domain as it is compared; lower case can be composed where upper case is not (`H̱` is two characters, `ẖ` one)."""
    return unicodedata.normalize("NFKC", _lower(unicodedata.normalize("NFKC", domain)))


def _is_letter(character: str) -> bool:
    """A letter or digit of any script, or a mark that belongs to one (RFC 5892 §2.1), that can be seen."""
    return (character.isalnum() or unicodedata.category(character) in {"Mn", "Mc"}) and character not in _INVISIBLE


def _shown(character: str) -> str:
    if character.isprintable() and not character.isspace() and character not in _INVISIBLE:
        return f"“{character}”"
    return "a space, a line break or another invisible character"
