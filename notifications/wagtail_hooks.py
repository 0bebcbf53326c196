"""Registers the screens of the notifications with Wagtail."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLResolver, include, path
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from notifications.admin import access, log_formats, menus


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLResolver]:
    return [path("notifications/", include("notifications.admin.urls"))]


@hooks.register("register_admin_menu_item")
def notifications_item() -> MenuItem:
    return menus.notifications()


@hooks.register("register_reports_menu_item")
def failures_item() -> MenuItem:
    return menus.failures()


@hooks.register("register_reports_menu_item")
def lookups_item() -> MenuItem:
    return menus.lookups()


@hooks.register("register_reports_menu_item")
def suppressed_item() -> MenuItem:
    return menus.suppressed()


@hooks.register("register_settings_menu_item")
def domains_item() -> MenuItem:
    return menus.domains()


@hooks.register("register_settings_menu_item")
def timing_item() -> MenuItem:
    return menus.timing()


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    return access.grantable()


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    log_formats.register(actions)
