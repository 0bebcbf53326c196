"""The panels beside the form. A script keeps them current while the form is edited; without it they show what was loaded."""

from __future__ import annotations

from typing import Any, override

from django.http import HttpRequest
from wagtail.admin.ui.side_panels import BaseSidePanel

from cms.editor.contents import Contents
from cms.models import JobPage


class _LivePanel(BaseSidePanel):
    def __init__(self, page: JobPage, request: HttpRequest, *, contents: Contents, url: str) -> None:
        super().__init__(page, request)
        self.contents = contents
        self.url = url

    @override
    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:  # type: ignore[override]  # stub gap: narrower than Component's
        return super().get_context_data(parent_context) | {"contents": self.contents, "panel_url": self.url}

    class Media:
        css = {"all": ["cms/editor.css"]}  # noqa: RUF012  # as in Django's own classes
        js = ["cms/editor.js"]  # noqa: RUF012


class FollowersPanel(_LivePanel):
    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = "Toggle followers"
        icon_name = "mail"
        has_counter = False

    name = "followers"
    title = "Followers"
    template_name = "cms/editor/followers_panel.html"
    order = 150


class AdvicePanel(_LivePanel):
    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = "Toggle advice"
        icon_name = "clipboard-list"

        @override
        def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:  # type: ignore[override]  # stub gap: narrower than Component's
            panel = self.panel
            hints = panel.contents.hints if isinstance(panel, AdvicePanel) else 0
            return super().get_context_data(parent_context) | {"count": hints}

    name = "advice"
    title = "Advice"
    template_name = "cms/editor/advice_panel.html"
    order = 160
