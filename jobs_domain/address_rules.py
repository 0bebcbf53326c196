"""To which addresses the board writes if somebody asks it to; `docs/addresses.md` says it for people."""

from collections.abc import Container
from enum import Enum
from typing import Final

from jobs_domain.email_address import EmailAddress

NOBODYS_INBOX: Final = frozenset(
    # RFC 2142, of these what is for reports on a network or a service; and `root`
    "abuse noc security postmaster hostmaster usenet news webmaster www uucp ftp root"
    # custom: what only sends
    " noreply donotreply mailer-daemon nobody null devnull autoreply auto-reply bounce bounces".split()
)
"""What stands before the @. Teams follow as `jobs@`, `hr@` or `info@`: those are not among them."""
_NEVER_READ: Final = frozenset({"noreply", "donotreply"})
"""These are written in many ways: `no-reply`, `no_reply`, `do.not.reply`."""
_OF_A_LIST: Final = ("-request", "-bounces", "-owner")
"""How the addresses of a mailing list's program end (RFC 2142 §6)."""
_JOINTS: Final = str.maketrans("", "", ".-_")


class Objection(Enum):
    """Why nobody may have the board write to an address. The value says it in English, with `{}` for the domain."""

    NOT_ASCII = "We cannot write to addresses with letters like é, ß or ж before the @. Use another one."
    ROLE = "Nobody reads mail to this address in person. Use your own, or one that your team reads."
    DISPOSABLE = "{} gives out addresses that soon stop working. Use one that you keep."
    BLOCKED_DOMAIN = "This board does not write to addresses at {}. Use another one."


def objection(address: EmailAddress, *, disposable: Container[str], blocked: Container[str]) -> Objection | None:
    """The containers have domains in lower-case ASCII; each is meant with all domains below it."""
    domains = domain_and_those_above(address.domain)
    if any(domain in blocked for domain in domains):
        return Objection.BLOCKED_DOMAIN
    if not _local_part(address).isascii():
        # it may be one (RFC 6531), but our mails would not arrive: better to say so now than to be silent
        return Objection.NOT_ASCII
    if is_nobodys_inbox(address):
        return Objection.ROLE
    if any(domain in disposable for domain in domains):
        return Objection.DISPOSABLE
    return None


def is_nobodys_inbox(address: EmailAddress) -> bool:
    """Whatever is behind a `+` does not count."""
    name = _local_part(address).partition("+")[0]
    return name in NOBODYS_INBOX or name.translate(_JOINTS) in _NEVER_READ or name.endswith(_OF_A_LIST)


def domain_and_those_above(domain: str) -> tuple[str, ...]:
    """`a.b.example` is in `a.b.example`, `b.example` and `example`."""
    labels = domain.split(".")
    return tuple(".".join(labels[number:]) for number in range(len(labels)))


def _local_part(address: EmailAddress) -> str:
    return address.key.rpartition("@")[0]
