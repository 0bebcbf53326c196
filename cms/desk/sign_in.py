"""Who is signed in, with what Wagtail asks about them on each of its screens."""

from __future__ import annotations

from typing import Final, override

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.db.models import Model

from cms.signin.rules import how_they_sign_in

CACHE: Final = "_perm_cache"
"""Where Django keeps what it was told, for as long as the request lasts."""


class EditorBackend(ModelBackend):
    """As Django's own, in fewer queries: the person and their profile in one, and all their rights in another.

    The first says, too, how they must sign in and with what they can: `cms/signin/standing.py` asks that of each request.
    """

    @override
    def get_user(self, user_id: int) -> User | None:
        people = User.objects.select_related("wagtail_userprofile").annotate(**how_they_sign_in())
        user = people.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    @override
    def get_all_permissions(self, user_obj: User | AnonymousUser, obj: Model | None = None) -> set[str]:
        if isinstance(user_obj, AnonymousUser) or not user_obj.is_active or user_obj.is_superuser or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        if CACHE not in vars(user_obj):
            named = Permission.objects.order_by().values_list("content_type__app_label", "codename")
            theirs = named.filter(user=user_obj).union(named.filter(group__user=user_obj))
            vars(user_obj)[CACHE] = {f"{app}.{codename}" for app, codename in theirs}
        found: set[str] = vars(user_obj)[CACHE]
        return found
