"""What an editor can still do about news that waits for its settling time."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, override

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from wagtail.admin import messages
from wagtail.log_actions import log

from adapters.newsroom import Pending, TooLate, UnreadableNews, newsroom
from cms.admin.base import PostingView
from cms.admin.forms import NoteForm
from cms.editor.phrases import instant, people, people_are
from jobs_domain.identifiers import PostingId

TOO_LATE = "It is too late: followers are being told, or the news has changed meanwhile. Nothing was done."
UNREADABLE = "The news cannot be written anew. It can be told as it is, or nobody is told. Nothing was done."


class DecisionView[F: forms.Form](PostingView[F]):
    """It shows the news. Only for who may publish the page, and as long as the news waits."""

    template_name = "cms/editor/decide.html"
    action: str
    pending: Pending

    @override
    def is_allowed(self) -> bool:
        return bool(self.page.permissions_for_user(self.editor).can_publish())

    @override
    def hindrance(self) -> HttpResponse | None:
        match newsroom().awaited(PostingId(self.page.posting_id)):
            case Pending() as pending if pending.notification_id == self.kwargs["notification_id"]:
                self.pending = pending
                return None
            case _:
                return self.too_late()

    @override
    def form_valid(self, form: F) -> HttpResponse:
        try:
            with transaction.atomic():
                told = self.decide(form)
                data = {"subject": told.subject, "followers": told.followers, "note": told.note}
                log(instance=self.page, action=self.action, user=self.editor, data=data)
        except TooLate:
            return self.too_late()
        except UnreadableNews:
            messages.error(self.request, UNREADABLE)
            return redirect(self.get_success_url())
        messages.success(self.request, self.done(told))
        return redirect(self.get_success_url())

    @abstractmethod
    def decide(self, form: F) -> Pending:
        """Raises `TooLate` and `UnreadableNews`."""

    @abstractmethod
    def done(self, told: Pending) -> str:
        """What is said to the editor then."""

    def too_late(self) -> HttpResponse:
        messages.warning(self.request, TOO_LATE)
        return redirect(self.get_success_url())

    @override
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "pending": self.pending,
            "told_at": instant(self.pending.release_at),
            "back_url": self.get_success_url(),
        }


class TellNowView(DecisionView[forms.Form]):
    form_class = forms.Form
    action = "cms.tell_now"
    page_title = "Tell followers now"
    header_icon = "mail"
    question = "Do you want to tell them now? Nothing can be changed after that."
    yes = "Yes, tell them now"
    no = "No, wait"

    @override
    def decide(self, form: forms.Form) -> Pending:
        return newsroom().tell_now(self.pending.notification_id)

    @override
    def done(self, told: Pending) -> str:
        return f"{people_are(told.followers)} being told."


class TellNobodyView(DecisionView[forms.Form]):
    form_class = forms.Form
    action = "cms.tell_nobody"
    page_title = "Tell nobody"
    header_icon = "no-view"
    question = "Do you want to tell nobody? The posting stays as it is now. This cannot be taken back."
    yes = "Yes, tell nobody"
    no = "No, tell them"

    @override
    def decide(self, form: forms.Form) -> Pending:
        return newsroom().tell_nobody(self.pending.notification_id)

    @override
    def done(self, told: Pending) -> str:
        return "Nobody is told of what has changed."


class ChangeNoteView(DecisionView[NoteForm]):
    form_class = NoteForm
    action = "cms.change_note"
    page_title = "Edit the note to followers"
    header_icon = "edit"
    question = ""
    yes = "Save the note"
    no = "Cancel"

    @override
    def get_initial(self) -> dict[str, Any]:
        return {"note": self.pending.note}

    @override
    def decide(self, form: NoteForm) -> Pending:
        return newsroom().change_note(self.pending.notification_id, form.words())

    @override
    def done(self, told: Pending) -> str:
        return f"The note is changed. {people(told.followers)} will be told at {instant(told.release_at)}."
