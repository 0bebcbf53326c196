"""Change the categories of many postings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import override

from django.contrib.auth.base_user import AbstractBaseUser

from cms.actions import CategoriseJobAction
from cms.actions.categorise_job import How
from cms.desk.bulk.base import PostingBulkAction, postings
from cms.desk.bulk.forms import CategoriseForm
from cms.models import JobPage


class CategoriseInBulk(PostingBulkAction[CategoriseForm]):
    display_name = "Change category"
    action_type = "categorise_jobs"
    aria_label = "Change the categories of the selected postings"
    action_priority = 70
    form_class = CategoriseForm
    icon = "tag"
    question = "Which categories do you want to add to these postings, or remove from them?"
    yes = "Yes, change them"

    @override
    def obstacle(self, page: JobPage) -> str:  # every public posting can have other categories
        return ""

    @override
    def remarks(self, page: JobPage) -> Sequence[str]:
        return [f"Now: {', '.join(page.category_names) or 'no category'}.", *super().remarks(page)]

    @override
    def tells(self, form: CategoriseForm) -> bool:
        return not form.cleaned_data["minor_change"]

    @override
    def act(self, page: JobPage, form: CategoriseForm, user: AbstractBaseUser) -> None:
        CategoriseJobAction(
            page=page,
            how=How(form.cleaned_data["how"]),
            categories=list(form.cleaned_data["categories"]),
            note=form.said(),
            user=user,
        ).execute()

    @override
    def happened(self, number: int) -> str:
        return f"{postings(number)} in other categories now."
