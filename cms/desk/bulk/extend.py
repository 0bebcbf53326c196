"""Give many postings more time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import override

from django.contrib.auth.base_user import AbstractBaseUser

from cms.actions import CannotExtendJob, ExtendJobAction, ReopenJobAction
from cms.actions.reopen_job import NewClosing
from cms.desk.bulk.base import PostingBulkAction, postings
from cms.desk.bulk.forms import ExtendForm
from cms.desk.columns import closing_words
from cms.models import JobPage


class ExtendInBulk(PostingBulkAction[ExtendForm]):
    display_name = "Extend closing date"
    action_type = "extend_jobs"
    aria_label = "Extend the closing date of the selected postings"
    action_priority = 60
    form_class = ExtendForm
    icon = "date"
    question = "Until when do you want to keep these postings open?"
    yes = "Yes, extend them"

    @override
    def obstacle(self, page: JobPage) -> str:
        if page.closed_reason:
            return f"It is closed: {page.closed_words}."
        return (
            "" if page.closing_date is not None else "It has no closing date: it stays open until somebody closes it."
        )

    @override
    def remarks(self, page: JobPage) -> Sequence[str]:
        if page.is_open:
            return [f"Open until {closing_words(page)}.", *super().remarks(page)]
        return [f"Closed since {closing_words(page)}: only if you tick “Reopen” below.", *super().remarks(page)]

    @override
    def is_certain(self, page: JobPage) -> bool:
        return page.is_open

    @override
    def act(self, page: JobPage, form: ExtendForm, user: AbstractBaseUser) -> None:
        closing = _closing(page, form)
        if page.is_open:
            ExtendJobAction(page=page, closing=closing, note=form.words(), user=user).execute()
        elif form.cleaned_data["reopen"]:
            ReopenJobAction(page=page, closing=closing, note=form.words(), user=user).execute()
        else:
            raise CannotExtendJob("Its closing date has passed, and “Reopen” was not ticked.")

    @override
    def happened(self, number: int) -> str:
        return f"{postings(number)} open for longer."


def _closing(page: JobPage, form: ExtendForm) -> NewClosing:
    try:
        closing = form.closing_of(page)
    except OverflowError:
        raise CannotExtendJob("That is too far away.") from None
    if closing is None:
        raise CannotExtendJob("It has no closing date and stays open until somebody closes it.")
    return closing
