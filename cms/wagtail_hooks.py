"""Registers the editors' screens with Wagtail."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLResolver, include, path
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.menus.pages import PageMenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet

from cms import rich_references
from cms.admin import log_formats
from cms.admin.menus import (
    CloseButton,
    CloseMenuItem,
    ListedCloseButton,
    ListedReopenButton,
    ReopenButton,
    ReopenMenuItem,
)
from cms.admin.viewsets import CategoryViewSet, CompanyViewSet
from cms.desk import dashboard, reports, sign_ups
from cms.desk.bulk import CategoriseInBulk, CloseInBulk, ExtendInBulk
from cms.desk.listing import board_viewset, postings_viewset

register_snippet(CompanyViewSet)
register_snippet(CategoryViewSet)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLResolver]:
    return [path("jobs/", include("cms.admin.urls")), path("jobs/", include("cms.desk.urls"))]


@hooks.register("register_admin_urls")
def editor_urls() -> list[URLResolver]:
    return [path("jobs/", include("cms.editor.urls"))]


@hooks.register("register_page_action_menu_item")
def close_in_editor() -> ActionMenuItem:
    return CloseMenuItem(order=21)


@hooks.register("register_page_action_menu_item")
def reopen_in_editor() -> ActionMenuItem:
    return ReopenMenuItem(order=22)


@hooks.register("register_page_listing_more_buttons")
def listing_buttons(page: Page, next_url: str | None = None, **_: object) -> Iterator[PageMenuItem]:
    yield ListedCloseButton(page=page, next_url=next_url, priority=41)
    yield ListedReopenButton(page=page, next_url=next_url, priority=42)


@hooks.register("register_page_header_buttons")
def header_buttons(page: Page, next_url: str | None = None, **_: object) -> Iterator[PageMenuItem]:
    yield CloseButton(page=page, next_url=next_url, priority=61)
    yield ReopenButton(page=page, next_url=next_url, priority=62)


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    log_formats.register(actions)


@hooks.register("register_rich_text_features", order=1000)
def references(features: FeatureRegistry) -> None:
    rich_references.register(features)


@hooks.register("register_admin_viewset")
def lists_of_postings() -> list[ViewSet]:
    return [postings_viewset, board_viewset]


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    return sign_ups.grantable()


for bulk_action in (CloseInBulk, ExtendInBulk, CategoriseInBulk):
    hooks.register("register_bulk_action", bulk_action)

hooks.register("construct_homepage_panels", dashboard.arrange_panels)
hooks.register("construct_homepage_summary_items", dashboard.leave_out_other_numbers)


@hooks.register("register_reports_menu_item")
def unfollowed_report() -> MenuItem:
    return reports.menu_item(reports.UnfollowedView, order=810)


@hooks.register("register_reports_menu_item")
def long_open_report() -> MenuItem:
    return reports.menu_item(reports.LongOpenView, order=820)


@hooks.register("register_reports_menu_item")
def followers_report() -> MenuItem:
    return reports.menu_item(reports.FollowersView, order=830)
