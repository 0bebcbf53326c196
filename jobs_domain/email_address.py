"""E-mail addresses as people type them, compared as people mean them."""

import unicodedata
from dataclasses import dataclass, field
from typing import Final, override

MAX_ADDRESS_OCTETS: Final = 254  # RFC 5321 §4.5.3.1.3: a path of 256 octets less its angle brackets
MAX_LOCAL_OCTETS: Final = 64  # RFC 5321 §4.5.3.1.1
MAX_LABEL_OCTETS: Final = 63  # RFC 1035 §2.3.4
_ATOM_PUNCTUATION: Final = frozenset("!#$%&'*+-/=?^_`{|}~")  # RFC 5322 §3.2.3, atext


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
        text = unicodedata.normalize("NFC", self.value.strip())
        if not text:
            raise InvalidEmailAddress("Enter an e-mail address.")
        local, at, domain = text.rpartition("@")
        if not at:
            raise InvalidEmailAddress("An e-mail address has an @ between name and domain, like ana@example.org.")
        _check_local(local)
        labels = [_unicode_label(label) for label in unicodedata.normalize("NFKC", domain).lower().split(".")]
        if len(labels) < 2:
            raise InvalidEmailAddress("The part after the @ needs a full domain, like example.org.")
        ascii_domain = ".".join(_ascii_label(label) for label in labels)
        if ascii_domain.rpartition(".")[2].isdigit():
            raise InvalidEmailAddress("The part after the @ must be a domain name, not an IP address.")
        if len(f"{local}@{ascii_domain}".encode()) > MAX_ADDRESS_OCTETS:
            raise InvalidEmailAddress(f"An e-mail address has at most {MAX_ADDRESS_OCTETS} characters.")
        object.__setattr__(self, "value", f"{local}@{'.'.join(labels)}")
        object.__setattr__(self, "key", f"{local.lower()}@{ascii_domain}")

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
    if len(local.encode()) > MAX_LOCAL_OCTETS:
        raise InvalidEmailAddress(f"The part before the @ has at most {MAX_LOCAL_OCTETS} characters.")
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise InvalidEmailAddress("The part before the @ has a dot where none can be.")
    for character in local.replace(".", ""):
        if not (_is_letter(character) or character in _ATOM_PUNCTUATION):
            raise InvalidEmailAddress(f"The part before the @ cannot contain {_shown(character)}.")


def _unicode_label(label: str) -> str:
    """One part of a domain, as Unicode: `xn--kse-qla` becomes `käse`."""
    if label.startswith("xn--"):
        try:
            label = label[4:].encode("ascii").decode("punycode")
        except UnicodeError:
            raise InvalidEmailAddress(f"“{label}” in the domain is not a valid international name.") from None
        label = unicodedata.normalize("NFKC", label).lower()
    if not label:
        raise InvalidEmailAddress("The domain has a dot where none can be.")
    if label.startswith("-") or label.endswith("-"):
        raise InvalidEmailAddress("No part of the domain begins or ends with a hyphen.")
    for character in label:
        if not (_is_letter(character) or character == "-"):
            raise InvalidEmailAddress(f"The domain cannot contain {_shown(character)}.")
    return label


def _ascii_label(label: str) -> str:
    encoded = label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
    if len(encoded) > MAX_LABEL_OCTETS:
        raise InvalidEmailAddress(f"No part of the domain is longer than {MAX_LABEL_OCTETS} characters.")
    return encoded


def _is_letter(character: str) -> bool:
    """A letter or digit of any script, or a mark that belongs to one (RFC 5892 §2.1)."""
    return character.isalnum() or unicodedata.category(character) in {"Mn", "Mc"}


def _shown(character: str) -> str:
    return f"“{character}”" if character.isprintable() and not character.isspace() else "a space or line break"
