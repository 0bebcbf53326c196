"""What an editor says when closing or reopening a posting."""

from __future__ import annotations

from typing import Any, override

from django import forms
from django.core.exceptions import ValidationError
from wagtail.admin.widgets import AdminDateInput, AdminTimeInput

from adapters import clock
from cms.actions.reopen_job import NewClosing, closing_in_zone
from cms.models import JobPage
from jobs_domain.changes import MAX_NOTE_LENGTH, NoteToFollowers
from jobs_domain.valid_through import InvalidClosingDate


class NoteForm(forms.Form):
    note = forms.CharField(
        label="What should followers read about this?",
        help_text="They get it by e-mail. May be empty.",
        required=False,
        max_length=MAX_NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def words(self) -> NoteToFollowers:
        return NoteToFollowers(self.cleaned_data["note"])


class ReasonForm(NoteForm):
    reason = forms.ChoiceField(
        label="Why?",
        choices=[
            (JobPage.ClosedReason.FILLED, "Filled: somebody was found"),
            (JobPage.ClosedReason.WITHDRAWN, "Withdrawn: the job is no longer offered"),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ("reason", "note")


class JobActionForm(NoteForm):
    @override
    def __init__(self, *args: Any, page: JobPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page


class CloseForm(ReasonForm, JobActionForm):
    pass


class ReopenForm(JobActionForm):
    closing_date = forms.DateField(
        label="New closing date",
        widget=AdminDateInput,
        help_text="The old one has passed. The last day on which people can apply.",
    )
    closing_time = forms.TimeField(
        label="New closing time",
        required=False,
        widget=AdminTimeInput,
        help_text="Leave empty for the end of that day.",
    )
    field_order = ("closing_date", "closing_time", "note")

    @override
    def __init__(self, *args: Any, page: JobPage, **kwargs: Any) -> None:
        super().__init__(*args, page=page, **kwargs)
        if not _has_passed(page):
            del self.fields["closing_date"], self.fields["closing_time"]

    @override
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        try:
            closing = self.closing()
            if closing is not None and closing_in_zone(self.page, closing).has_passed(at=clock.now()):
                raise ValidationError({"closing_date": "This has passed, too: choose a moment to come."})
        except InvalidClosingDate as error:
            raise ValidationError(
                {"closing_time" if cleaned.get("closing_time") else "closing_date": str(error)}
            ) from error
        return cleaned

    def closing(self) -> NewClosing | None:
        day = self.cleaned_data.get("closing_date")
        return None if day is None else NewClosing(day=day, clock=self.cleaned_data.get("closing_time"))


def _has_passed(page: JobPage) -> bool:
    return page.valid_through is not None and clock.now() >= page.valid_through
