"""Registers the editors' screens with Wagtail."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLResolver, include, path
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.ui.menus.pages import PageMenuItem
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from cms.admin import log_formats
from cms.admin.menus import CloseButton, CloseMenuItem, ReopenButton, ReopenMenuItem
from cms.admin.viewsets import CategoryViewSet, CompanyViewSet

register_snippet(CompanyViewSet)
register_snippet(CategoryViewSet)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLResolver]:
    return [path("jobs/", include("cms.admin.urls"))]


@hooks.register("register_page_action_menu_item")
def close_in_editor() -> ActionMenuItem:
    return CloseMenuItem(order=21)


@hooks.register("register_page_action_menu_item")
def reopen_in_editor() -> ActionMenuItem:
    return ReopenMenuItem(order=22)


@hooks.register("register_page_listing_more_buttons")
def listing_buttons(page: Page, next_url: str | None = None, **_: object) -> Iterator[PageMenuItem]:
    yield CloseButton(page=page, next_url=next_url, priority=41)
    yield ReopenButton(page=page, next_url=next_url, priority=42)


@hooks.register("register_page_header_buttons")
def header_buttons(page: Page, next_url: str | None = None, **_: object) -> Iterator[PageMenuItem]:
    yield CloseButton(page=page, next_url=next_url, priority=61)
    yield ReopenButton(page=page, next_url=next_url, priority=62)


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    log_formats.register(actions)
