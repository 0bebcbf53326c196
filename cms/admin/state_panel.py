"""Says at the top of the editor how the posting stands in public, which may differ from the draft in the form."""

from __future__ import annotations

from typing import Any, override

from django.template import Context
from wagtail.admin.panels import HelpPanel
from wagtail.models import Page


class StatePanel(HelpPanel):
    class BoundPanel(HelpPanel.BoundPanel):
        @override
        def is_shown(self) -> bool:
            page = self.instance
            return super().is_shown() and isinstance(page, Page) and page.pk is not None and page.live

        @override
        def get_context_data(self, parent_context: Context | dict[str, Any] | None = None) -> dict[str, Any]:
            from cms.followers import number_of_followers
            from cms.models import JobPage

            context: dict[str, Any] = super().get_context_data(parent_context)  # type: ignore[arg-type]  # narrower than Component's
            live = JobPage.objects.get(pk=self.instance.pk if self.instance is not None else 0)
            return context | {"posting": live, "followers": number_of_followers(live)}
