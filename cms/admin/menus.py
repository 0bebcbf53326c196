"""“Close” and “Reopen” in the editor's menu and in the listing, each where it can be done."""

from __future__ import annotations

from typing import Any, override

from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.ui.menus.pages import PageMenuItem
from wagtail.models import Page

from cms.actions.close_job import can_close, may_close
from cms.actions.reopen_job import can_reopen
from cms.models import JobPage


class CloseMenuItem(ActionMenuItem):
    name = "action-close-job"
    label = "Close…"
    icon_name = "circle-xmark"

    @override
    def is_shown(self, context: dict[str, Any]) -> bool:
        return _offers_close(context.get("page"), context["request"].user)

    @override
    def get_url(self, parent_context: dict[str, Any]) -> str:
        return reverse("cms_jobs:close", args=[parent_context["page"].pk])


class ReopenMenuItem(ActionMenuItem):
    name = "action-reopen-job"
    label = "Reopen…"
    icon_name = "rotate"

    @override
    def is_shown(self, context: dict[str, Any]) -> bool:
        return _offers_reopen(context.get("page"), context["request"].user)

    @override
    def get_url(self, parent_context: dict[str, Any]) -> str:
        return reverse("cms_jobs:reopen", args=[parent_context["page"].pk])


class CloseButton(PageMenuItem):
    label = "Close…"
    icon_name = "circle-xmark"
    url_name = "cms_jobs:close"

    @override
    def is_shown(self, user: AbstractBaseUser) -> bool:
        return _offers_close(self.page, user)


class ReopenButton(PageMenuItem):
    label = "Reopen…"
    icon_name = "rotate"
    url_name = "cms_jobs:reopen"

    @override
    def is_shown(self, user: AbstractBaseUser) -> bool:
        return _offers_reopen(self.page, user)


class ListedCloseButton(CloseButton):
    """In a list, whose pages were just read from the database: no further look at each of them is needed."""

    @override
    def is_shown(self, user: AbstractBaseUser) -> bool:
        page = self.page
        return can_close(page) and may_close(page, user) if isinstance(page, JobPage) else super().is_shown(user)


class ListedReopenButton(ReopenButton):
    @override
    def is_shown(self, user: AbstractBaseUser) -> bool:
        page = self.page
        return can_reopen(page) and may_close(page, user) if isinstance(page, JobPage) else super().is_shown(user)


def _offers_close(page: Page | None, user: AbstractBaseUser) -> bool:
    live = _as_it_is_live(page)
    return live is not None and can_close(live) and may_close(live, user)


def _offers_reopen(page: Page | None, user: AbstractBaseUser) -> bool:
    live = _as_it_is_live(page)
    return live is not None and can_reopen(live) and may_close(live, user)


def _as_it_is_live(page: Page | None) -> JobPage | None:
    """The editor holds the draft, whose closing date may be another."""
    if page is None or not page.live or not issubclass(page.specific_class or Page, JobPage):
        return None
    return JobPage.objects.filter(pk=page.pk).first()
