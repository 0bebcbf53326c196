"""The screens' places in Wagtail's menu, each for those who may see it."""

from typing import override

from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.menu import MenuItem

from notifications.admin import access


class GuardedMenuItem(MenuItem):
    @override
    def __init__(self, label: str, view: str, *, permission: str, icon_name: str, order: int) -> None:
        super().__init__(label, reverse(f"notifications_admin:{view}"), icon_name=icon_name, order=order)
        self.permission = permission

    @override
    def is_shown(self, request: HttpRequest) -> bool:
        return access.may(request, self.permission)


def notifications() -> MenuItem:
    return GuardedMenuItem("Notifications", "index", permission=access.VIEW, icon_name="mail", order=230)


def failures() -> MenuItem:
    return GuardedMenuItem(
        "Delivery failures by domain", "failures", permission=access.VIEW, icon_name="warning", order=1200
    )


def lookups() -> MenuItem:
    return GuardedMenuItem(
        "Look-ups of addresses", "lookups", permission="notifications.view_addresslookup", icon_name="key", order=1300
    )


def timing() -> MenuItem:
    return GuardedMenuItem("Mails", "timing", permission="notifications.change_timing", icon_name="mail", order=650)


def suppressed() -> MenuItem:
    return GuardedMenuItem(
        "Blocked addresses", "suppressed", permission=access.VIEW_SUPPRESSED, icon_name="no-view", order=1250
    )


def domains() -> MenuItem:
    return GuardedMenuItem("Blocked domains", "domains", permission=access.VIEW_DOMAINS, icon_name="no-view", order=660)
