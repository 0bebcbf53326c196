"""Who may do what with notifications."""

from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.permission_policies import ModelPermissionPolicy

from notifications.models import AddressLookup, Notification, Timing

NOTIFICATIONS: Final = ModelPermissionPolicy(Notification)
TIMING: Final = ModelPermissionPolicy(Timing)
LOOKUPS: Final = ModelPermissionPolicy(AddressLookup)

VIEW: Final = "notifications.view_notification"
RETRY: Final = "notifications.retry_deliveries"
DECIDE: Final = "notifications.decide_news"
SEE_ADDRESSES: Final = "notifications.see_addresses"

GRANTED: Final = (
    "view_notification",
    "retry_deliveries",
    "decide_news",
    "see_addresses",
    "change_timing",
    "view_addresslookup",
)


def may(request: HttpRequest, *permissions: str) -> bool:
    return request.user.has_perms(permissions)


def demand(request: HttpRequest, *permissions: str) -> None:
    """Raises `PermissionDenied`."""
    if not may(request, *permissions):
        raise PermissionDenied


def somebody(request: HttpRequest) -> AbstractBaseUser:
    """Wagtail lets nobody come here who is not logged in. Raises `PermissionDenied`."""
    if not isinstance(request.user, AbstractBaseUser):
        raise PermissionDenied
    return request.user


def grantable() -> QuerySet[Permission]:
    """What an administrator can give to a group."""
    return Permission.objects.filter(content_type__app_label="notifications", codename__in=GRANTED)
