"""Wagtail's choosers without the script within the page that each comes with; `cms/static/cms/start.js` starts them."""

from __future__ import annotations

import json

from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.admin.widgets import BaseChooser
from wagtail.admin.widgets.workflows import AdminTaskChooser


def render(
    chooser: BaseChooser,
    name: str,
    value: int | str | Model | None,
    attrs: dict[str, str] | None = None,
    renderer: object = None,  # noqa: ARG001 - Django gives it, and Wagtail has no use for it
) -> SafeString:
    """As Wagtail's own `BaseChooser.render`, but for its last line. Raises `TypeError` without an `id` among `attrs`."""
    if attrs is None or "id" not in attrs:
        raise TypeError("A chooser cannot be rendered without an id.")
    chosen = chooser.get_value_data(value)
    return format_html(
        '{}<template data-controller="start" data-start-with-value="{}" data-start-id-value="{}" data-start-options-value="{}"></template>',
        SafeString(chooser.render_html(name, chosen, attrs)),
        "createTaskChooser" if isinstance(chooser, AdminTaskChooser) else chooser.js_constructor,
        attrs["id"],
        json.dumps(chooser.get_js_init_options(attrs["id"], name, chosen)),
    )


def start_without_scripts() -> None:
    """For all choosers, Wagtail's own forms' included, which name their widgets themselves. Its templates can be replaced, this cannot."""
    setattr(BaseChooser, "render", render)  # noqa: B010
