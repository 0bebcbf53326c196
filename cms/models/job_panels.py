"""The form of a job in the editor."""

from __future__ import annotations

from typing import Final, override

from django import forms
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, Panel, TitleFieldPanel


class BesidePublishing(MultiFieldPanel):
    """Fields of the form that the editor's template shows beside the button that publishes, and so on every tab."""

    class BoundPanel(MultiFieldPanel.BoundPanel):
        @override
        def is_shown(self) -> bool:
            return False


CONTENT_PANELS: Final[list[Panel]] = [
    TitleFieldPanel("title", placeholder="Job title", help_text="As people search for it, without abbreviations."),
    MultiFieldPanel(
        [
            FieldPanel("company"),
            FieldPanel("description"),
            FieldPanel("language"),
            FieldPanel("employment_types"),
            FieldPanel("categories", widget=forms.CheckboxSelectMultiple),
        ],
        heading="Job",
    ),
    MultiFieldPanel(
        [FieldPanel("workplace_type"), InlinePanel("locations", heading="Places", label="Place")],
        heading="Place",
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("salary_minimum"), FieldPanel("salary_maximum")]),
            FieldRowPanel([FieldPanel("salary_currency"), FieldPanel("salary_unit")]),
        ],
        heading="Pay",
        help_text="Followers are told when it changes. Leave the amounts empty to say nothing about pay.",
    ),
    MultiFieldPanel([FieldPanel("apply_url"), FieldPanel("apply_email")], heading="Apply"),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("closing_date"), FieldPanel("closing_time")]),
            FieldPanel("time_zone"),
        ],
        heading="Dates",
        help_text=(
            "From this moment the posting takes no more applications; its page stays readable. To close it earlier, "
            "use “Close” in the menu beside “Publish”."
        ),
    ),
    BesidePublishing(
        [FieldPanel("change_note", widget=forms.Textarea(attrs={"rows": 1})), FieldPanel("minor_change")],
        heading="Change note",
    ),
]
PROMOTE_PANELS: Final[list[Panel]] = [FieldPanel("identifier")]
