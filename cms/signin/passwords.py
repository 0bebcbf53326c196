"""What a password must be, after NIST SP 800-63B §5.1.1.2: long, not well known, not the name; no rules about its letters."""

from __future__ import annotations

from typing import override

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import MinimumLengthValidator

from cms.signin import records


class LongEnough(MinimumLengthValidator):
    """Django tells validators of every new password, whichever screen or command it comes from; so this one notes it, too."""

    def password_changed(self, _password: str, user: User) -> None:
        records.note(records.Happened.PASSWORD_CHANGED, user)

    @override
    def get_help_text(self) -> str:
        return super().get_help_text()
