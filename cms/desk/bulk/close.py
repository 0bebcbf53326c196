"""Close many postings."""

from __future__ import annotations

from typing import override

from django.contrib.auth.base_user import AbstractBaseUser

from cms.actions import CloseJobAction
from cms.admin.forms import ReasonForm
from cms.desk.bulk.base import PostingBulkAction, postings
from cms.models import JobPage


class CloseInBulk(PostingBulkAction[ReasonForm]):
    display_name = "Close"
    action_type = "close_jobs"
    aria_label = "Close the selected postings"
    action_priority = 20
    form_class = ReasonForm
    icon = "circle-xmark"
    question = "Do you want to close these postings? They take no more applications and leave the list; their pages stay readable."
    yes = "Yes, close them"

    @override
    def obstacle(self, page: JobPage) -> str:
        return "" if page.is_open else f"It is closed already: {page.closed_words}."

    @override
    def act(self, page: JobPage, form: ReasonForm, user: AbstractBaseUser) -> None:
        reason = JobPage.ClosedReason(form.cleaned_data["reason"])
        CloseJobAction(page=page, reason=reason, note=form.words(), user=user).execute()

    @override
    def happened(self, number: int) -> str:
        return f"{postings(number)} closed."
