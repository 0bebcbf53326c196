"""What `manage.py check` finds wrong with the settings of mails."""

from django.conf import settings
from django.core.checks import CheckMessage, Error

from notifications.leaving import LONGEST_NAME, mailbox


def leave_address(**_: object) -> list[CheckMessage]:
    if not settings.LEAVE_ADDRESS or mailbox(settings.LEAVE_ADDRESS) is not None:
        return []
    return [
        Error(
            f"LEAVE_ADDRESS is no address to which a token can be added: {settings.LEAVE_ADDRESS}",
            hint=f"Write one such as leave@example.org: letters, digits, dots and hyphens before the @, {LONGEST_NAME} at most.",
            id="notifications.E001",
        )
    ]
