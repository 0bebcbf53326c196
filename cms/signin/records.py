"""What happens to accounts, noted twice: in Wagtail's own log (*Reports → Site history*), and as a line in the log for operators.

A line names people by their numbers only, so that it may be kept and sent anywhere:

    board.security: second_factor_reset user=7 by=1

Where nobody is signed in, `by` is `-`; where somebody typed the name of an account that does not exist, so is `user`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from enum import Enum
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import User
from wagtail.log_actions import get_active_log_context, log

logger = logging.getLogger("board.security")

UNKNOWN: Final = 0
"""The number of the account that does not exist."""


class Happened(Enum):
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    LOCKED_OUT = "locked_out"
    SIGNED_OUT = "signed_out"
    PASSWORD_ASKED = "password_asked"  # noqa: S105
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    SECOND_FACTOR_ADDED = "second_factor_added"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    SECOND_FACTOR_FAILED = "second_factor_failed"
    PASSKEY_FAILED = "passkey_failed"
    SECOND_FACTOR_RESET = "second_factor_reset"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    ROLES_CHANGED = "roles_changed"
    USER_MADE = "user_made"
    USER_REMOVED = "user_removed"

    @property
    def action(self) -> str:
        """Its name in Wagtail's log."""
        return f"board.{self.value}"


WARNINGS: Final = frozenset(
    {Happened.SIGN_IN_FAILED, Happened.LOCKED_OUT, Happened.SECOND_FACTOR_FAILED, Happened.PASSKEY_FAILED}
)
"""An operator may want to hear of many of them."""


def note(
    what: Happened,
    user: AbstractBaseUser | None,
    *,
    by: AbstractBaseUser | None = None,
    details: Mapping[str, str] | None = None,
) -> None:
    """`by` is who did it, if that is not who works in the admin right now. `details` are for Wagtail's log only."""
    by = by or get_active_log_context().user
    level = logging.WARNING if what in WARNINGS else logging.INFO
    logger.log(level, "%s user=%s by=%s", what.value, user.pk if user else "-", by.pk if by else "-")
    # an account that does not exist is noted as well: else it would take less time than one that does
    log(user or User(pk=UNKNOWN, username="somebody unknown"), what.action, user=by, data=dict(details or {}))
