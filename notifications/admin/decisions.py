"""What can still be done about news that waits for its settling time, also when its posting has no page any more."""

from abc import ABC, abstractmethod
from typing import Any, Final, override

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from adapters import clock
from adapters.newsroom import Pending, TooLate, UnreadableNews, newsroom
from jobs_domain.changes import MAX_NOTE_LENGTH, NoteToFollowers
from jobs_domain.identifiers import PostingId
from notifications.admin import access, words
from notifications.models import Audience, Notification

TOO_LATE: Final = "It is too late: followers are being told, or the news has changed meanwhile. Nothing was done."
UNREADABLE: Final = "The news cannot be written anew. It can be told as it is, or nobody is told. Nothing was done."


def pending(notification: Notification) -> Pending | None:
    """The news, if it still waits."""
    if notification.posting_id is None or notification.audience != Audience.FOLLOWERS or notification.withheld:
        return None
    if notification.fanned_out_up_to or notification.fanned_out_at or notification.release_at <= clock.now():
        return None
    match newsroom().awaited(PostingId(notification.posting_id)):
        case Pending(notification_id=notification.pk) as news:
            return news
        case _:
            return None


class NoteForm(forms.Form):
    note = forms.CharField(
        label="What should followers read about this change?",
        help_text="They get it by e-mail, with the list of what has changed. May be empty.",
        required=False,
        max_length=MAX_NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class DecisionView[F: forms.Form](WagtailAdminTemplateMixin, FormView[F], ABC):
    """`GET` shows the news and asks, `POST` does it."""

    template_name = "notifications/admin/decide.html"
    action: str
    question: str
    yes: str
    no: str
    notification: Notification
    pending: Pending

    @override
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        access.demand(request, access.VIEW, access.DECIDE)
        self.notification = get_object_or_404(Notification, pk=kwargs["pk"])
        waiting = pending(self.notification)
        if waiting is None:
            return self.too_late()
        self.pending = waiting
        return super().dispatch(request, *args, **kwargs)

    @override
    def form_valid(self, form: F) -> HttpResponse:
        try:
            with transaction.atomic():
                told = self.decide(form)
                data = {"subject": told.subject, "followers": told.followers, "note": told.note}
                log(instance=self.notification, action=self.action, user=access.somebody(self.request), data=data)
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
    def get_success_url(self) -> str:
        return reverse("notifications_admin:one", args=[self.notification.pk])

    @override
    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("notifications_admin:index"), "label": "Notifications"},
            {"url": self.get_success_url(), "label": "Notification"},
            {"url": "", "label": self.page_title},
        ]

    @override
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "pending": self.pending,
            "followers": words.followers(self.pending.followers),
            "question": self.question,
            "yes": self.yes,
            "no": self.no,
            "back_url": self.get_success_url(),
        }


class TellNowView(DecisionView[forms.Form]):
    form_class = forms.Form
    action = "notifications.tell_now"
    page_title = "Tell followers now"
    header_icon = "mail"
    question = "Do you want to tell them now? Nothing can be changed after that."
    yes = "Yes, tell them now"
    no = "No, wait"

    @override
    def decide(self, form: forms.Form) -> Pending:
        return newsroom().tell_now(self.notification.pk)

    @override
    def done(self, told: Pending) -> str:
        return f"{words.followers(told.followers)} {'is' if told.followers == 1 else 'are'} being told."


class TellNobodyView(DecisionView[forms.Form]):
    form_class = forms.Form
    action = "notifications.tell_nobody"
    page_title = "Tell nobody"
    header_icon = "no-view"
    question = "Do you want to tell nobody? The posting stays as it is now. This cannot be taken back."
    yes = "Yes, tell nobody"
    no = "No, tell them"

    @override
    def decide(self, form: forms.Form) -> Pending:
        return newsroom().tell_nobody(self.notification.pk)

    @override
    def done(self, told: Pending) -> str:
        return "Nobody is told of what has changed."


class ChangeNoteView(DecisionView[NoteForm]):
    form_class = NoteForm
    action = "notifications.change_note"
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
        return newsroom().change_note(self.notification.pk, NoteToFollowers(form.cleaned_data["note"]))

    @override
    def done(self, told: Pending) -> str:
        return f"The note is changed. It goes to {words.followers(told.followers)}."
