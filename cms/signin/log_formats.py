"""How what happens to accounts reads in the site's history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, override

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models.audit_log import BaseLogEntry

from cms.signin.records import Happened

KINDS: Final = {
    "password": gettext_lazy("the password"),
    "totp": gettext_lazy("an app that makes codes"),
    "webauthn": gettext_lazy("a passkey"),
    "recovery_codes": gettext_lazy("a recovery code"),
}
WORDS: Final[Mapping[Happened, Promise]] = {
    Happened.SIGNED_IN: gettext_lazy("Signed in"),
    Happened.SIGN_IN_FAILED: gettext_lazy("Sign-in failed"),
    Happened.LOCKED_OUT: gettext_lazy("Locked out after too many tries"),
    Happened.SIGNED_OUT: gettext_lazy("Signed out"),
    Happened.PASSWORD_ASKED: gettext_lazy("Asked for a new password"),
    Happened.PASSWORD_CHANGED: gettext_lazy("Password set"),
    Happened.SECOND_FACTOR_ADDED: gettext_lazy("Second factor added"),
    Happened.SECOND_FACTOR_REMOVED: gettext_lazy("Second factor removed"),
    Happened.SECOND_FACTOR_FAILED: gettext_lazy("Wrong code"),
    Happened.PASSKEY_FAILED: gettext_lazy("Passkey refused"),
    Happened.SECOND_FACTOR_RESET: gettext_lazy("Second factor reset"),
    Happened.RECOVERY_CODES_MADE: gettext_lazy("New recovery codes"),
    Happened.ROLES_CHANGED: gettext_lazy("Roles changed"),
    Happened.USER_MADE: gettext_lazy("User made"),
    Happened.USER_REMOVED: gettext_lazy("User removed"),
}


class _AccountFormatter(LogFormatter):
    @override
    def format_message(self, log_entry: BaseLogEntry) -> str:
        details: dict[str, str] = log_entry.data or {}
        said = str(self.label)
        if kind := details.get("kind"):
            said = f"{said}: {KINDS[kind]}"
        if by := details.get("by"):
            said = f"{said}: {', '.join(str(KINDS[each]) for each in by.split())}"
        if roles := details.get("added"):
            said = _("Roles given: %(roles)s") % {"roles": roles}
        if roles := details.get("removed"):
            said = _("Roles taken: %(roles)s") % {"roles": roles}
        return said


def register(actions: LogActionRegistry) -> None:
    for what, words in WORDS.items():
        formatter = type("_Formatter", (_AccountFormatter,), {"label": words})
        actions.register_action(what.action)(formatter)  # type: ignore[misc]  # stub gap: with one argument it is a decorator
