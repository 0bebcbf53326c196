"""Registers the editors' screens with Wagtail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.contrib.auth.models import Permission, User
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import URLResolver, include, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.menus.pages import PageMenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet

from adapters.observing import routes
from cms import rich_references
from cms.admin import account, log_formats, noted
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
from cms.signin import log_formats as signin_log_formats
from cms.signin import menus as signin_menus
from cms.signin import others_accounts

register_snippet(CompanyViewSet)
register_snippet(CategoryViewSet)


@hooks.register("before_serve_page")
def name_what_is_served(page: Page, request: HttpRequest, args: Sequence[object], _kwargs: object) -> None:
    """A routable page is served by one of its views."""
    view = getattr(args[0], "__name__", "") if args else ""
    routes.name(request, ".".join(filter(None, (page._meta.model_name, view))))


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLResolver]:
    return [path("jobs/", include("cms.admin.urls")), path("jobs/", include("cms.desk.urls"))]


@hooks.register("register_admin_urls")
def editor_urls() -> list[URLResolver]:
    return [path("jobs/", include("cms.editor.urls"))]


@hooks.register("register_admin_urls")
def signin_urls() -> list[URLResolver]:
    return [path("users/", include("cms.signin.admin_urls"))]


@hooks.register("register_account_menu_item")
def second_factor_item(request: HttpRequest) -> dict[str, object]:
    return signin_menus.account_item(request)


@hooks.register("register_user_listing_buttons")
def second_factor_button(user: User, request_user: User) -> Iterator[Button]:
    return signin_menus.listing_buttons(user, request_user)


@hooks.register("before_create_user")
def nobody_makes_administrators(request: HttpRequest) -> None:
    others_accounts.before_making(request)


@hooks.register("before_edit_user")
def nobody_takes_over_administrators(request: HttpRequest, user: User) -> HttpResponseRedirect | None:
    return others_accounts.before_changing(request, user)


@hooks.register("before_delete_user")
def nobody_removes_administrators(request: HttpRequest, user: User) -> None:
    others_accounts.before_doing(request, [user])


@hooks.register("before_bulk_action")
def nor_many_at_once(request: HttpRequest, _action: str, objects: Sequence[object], _of: object) -> None:
    others_accounts.before_doing(request, objects)


@hooks.register("after_bulk_action")
def note_bulk_actions(_request: HttpRequest, action: str, objects: Sequence[Model], _of: object) -> None:
    noted.after_bulk_action(action, objects)


@hooks.register("insert_global_admin_js")
def starter_of_widgets() -> SafeString:
    return format_html('<script src="{}"></script>', static("cms/start.js"))


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
    signin_log_formats.register(actions)


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

hooks.register("get_avatar_url", account.picture_of)
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
