"""What is said at the start of every command if a setting cannot be right."""

from ipaddress import ip_address

from django.conf import settings
from django.core.checks import CheckMessage, Error

from adapters.web import challenge


def challenge_exists(**_: object) -> list[CheckMessage]:
    try:
        challenge.chosen()
    except Exception as error:  # noqa: BLE001 - it is not our code that is made there
        return [
            Error(
                f"CHALLENGE names “{settings.CHALLENGE}”, and that cannot be used: {error}",
                hint="Name a class by its dotted path, as docs/challenge.md shows, or leave the setting empty.",
                id="adapters.E001",
            )
        ]
    return []


def is_here(host: str) -> bool:
    """Whether it is this machine, or the folder of a Unix socket."""
    if not host or host.startswith("/") or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
