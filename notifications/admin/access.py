"""Who may do what with notifications."""

from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from wagtail.permission_policies import ModelPermissionPolicy

from adapters.models import BlockedDomain
from notifications.models import AddressLookup, Notification, Suppression, Timing

NOTIFICATIONS: Final = ModelPermissionPolicy(Notification)
TIMING: Final = ModelPermissionPolicy(Timing)
LOOKUPS: Final = ModelPermissionPolicy(AddressLookup)
SUPPRESSED: Final = ModelPermissionPolicy(Suppression)
DOMAINS: Final = ModelPermissionPolicy(BlockedDomain)

VIEW: Final = "notifications.view_notification"
RETRY: Final = "notifications.retry_deliveries"
DECIDE: Final = "notifications.decide_news"
SEE_ADDRESSES: Final = "notifications.see_addresses"
VIEW_SUPPRESSED: Final = "notifications.view_suppression"
BLOCK: Final = "notifications.add_suppression"
RELEASE: Final = "notifications.delete_suppression"
VIEW_DOMAINS: Final = "adapters.view_blockeddomain"

GRANTED: Final = (
    "view_notification",
    "retry_deliveries",
    "decide_news",
    "see_addresses",
    "change_timing",
    "view_addresslookup",
    "view_suppression",
    "add_suppression",
    "delete_suppression",
)
GRANTED_OF_DOMAINS: Final = ("view_blockeddomain", "add_blockeddomain", "delete_blockeddomain")


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
    ours = Q(content_type__app_label="notifications", codename__in=GRANTED)
    of_domains = Q(content_type__app_label="adapters", codename__in=GRANTED_OF_DOMAINS)
    return Permission.objects.filter(ours | of_domains)
