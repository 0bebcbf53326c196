"""What an editor says when many postings are changed at once."""

from __future__ import annotations

from typing import Any, override

from django import forms
from django.core.exceptions import ValidationError
from wagtail.admin.widgets import AdminDateInput, AdminTimeInput

from cms.actions.categorise_job import How
from cms.actions.extend_job import later
from cms.actions.reopen_job import NewClosing
from cms.admin.forms import NoteForm
from cms.models import Category, JobPage
from jobs_domain.changes import ChangeNote, MinorChange

MOST_DAYS = 365


class ExtendForm(NoteForm):
    closing_date = forms.DateField(
        label="New closing date",
        required=False,
        widget=AdminDateInput,
        help_text="The last day to apply, in each posting’s own time zone.",
    )
    closing_time = forms.TimeField(
        label="New closing time",
        required=False,
        widget=AdminTimeInput,
        help_text="Leave empty for the end of that day.",
    )
    days = forms.IntegerField(
        label="Or: how many days later",
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text="Counted from each posting’s own closing date; the time of day stays as it is.",
    )
    reopen = forms.BooleanField(
        label="Reopen postings whose closing date has passed",
        required=False,
        help_text="Otherwise they stay closed. Postings that somebody has closed stay closed in any case.",
    )
    field_order = ("closing_date", "closing_time", "days", "reopen", "note")

    @override
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        day, days = cleaned.get("closing_date"), cleaned.get("days")
        if day is None and days is None:
            raise ValidationError("Choose a new closing date, or say how many days later.")
        if day is not None and days is not None:
            raise ValidationError("Choose a new closing date or a number of days, not both.")
        if day is None and cleaned.get("closing_time"):
            raise ValidationError({"closing_time": "Choose the day as well as the time."})
        return cleaned

    def closing_of(self, page: JobPage) -> NewClosing | None:
        """When the posting would close; `None` if it has no closing date from which days could be counted."""
        days = self.cleaned_data["days"]
        if days is not None:
            return later(page, days=days)
        return NewClosing(day=self.cleaned_data["closing_date"], clock=self.cleaned_data["closing_time"])


class CategoriseForm(NoteForm):
    how = forms.ChoiceField(
        label="What shall be done?",
        choices=[
            (How.ADD.value, "Add these categories"),
            (How.REMOVE.value, "Remove these categories"),
            (How.SET.value, "Have these categories and no others"),
        ],
        widget=forms.RadioSelect,
    )
    categories = forms.ModelMultipleChoiceField(
        label="Categories", queryset=Category.objects.all(), widget=forms.CheckboxSelectMultiple
    )
    minor_change = forms.BooleanField(
        label="Minor change: tell nobody", required=False, help_text="For a corrected mistake."
    )
    field_order = ("how", "categories", "note", "minor_change")

    @override
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("minor_change") and cleaned.get("note"):
            raise ValidationError({"minor_change": "A minor change tells nobody: remove the note or untick this."})
        return cleaned

    def said(self) -> ChangeNote:
        return MinorChange() if self.cleaned_data["minor_change"] else self.words()
