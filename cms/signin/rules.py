"""Who needs a second factor, who has one, and which sessions count, as parts of a query for accounts."""

from __future__ import annotations

from typing import Final

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import Combinable

from cms.models import SignInRules

FACTORS: Final = ("totp", "webauthn")
"""Recovery codes are no factor: they stand in for one."""


def has_second_factor() -> Exists:
    return Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS))


def needs_second_factor() -> Combinable | Q:
    roles = SignInRules.objects.values("groups")
    by_role = Exists(Group.objects.filter(user=OuterRef("pk"), pk__in=roles))
    return by_role | (Q(is_superuser=True) & Q(Exists(SignInRules.objects.filter(superusers=True))))


def how_they_sign_in() -> dict[str, Combinable | Q]:
    return {
        "has_second_factor": has_second_factor(),
        "needs_second_factor": needs_second_factor(),
        "stamp": F("session_stamp__value"),
    }
