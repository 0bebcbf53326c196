"""The screens on which an editor confirms what is done to a posting."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, override

from django.http import HttpResponse, HttpResponseRedirect
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from cms.actions import CannotCloseJob, CannotReopenJob, CloseJobAction, ReopenJobAction
from cms.actions.close_job import ONLY_OPEN, can_close, may_close
from cms.actions.reopen_job import ONLY_CLOSED, can_reopen
from cms.admin.base import PostingView
from cms.admin.forms import CloseForm, JobActionForm, ReopenForm
from cms.followers import number_of_followers
from cms.models import JobPage


class JobActionView[F: JobActionForm](PostingView[F]):
    """It says who will be told. Only for who may publish the page."""

    template_name = "cms/admin/confirm_action.html"
    impossible: str

    @override
    def is_allowed(self) -> bool:
        return may_close(self.page, self.editor)

    @override
    def hindrance(self) -> HttpResponse | None:
        """An old tab may ask for what has been done."""
        return None if self.can_be_done() else self.refused(ValueError(self.impossible))

    @abstractmethod
    def can_be_done(self) -> bool: ...

    @override
    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"page": self.page}

    @override
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "page": self.page,
            "followers": number_of_followers(self.page),
            "next_url": self.get_success_url(),
        }

    @override
    def get_success_url(self) -> str:
        wanted: str = get_valid_next_url_from_request(self.request)  # type: ignore[no-untyped-call]  # stub gap
        return wanted or super().get_success_url()

    def done(self, happened: str) -> HttpResponse:
        told = number_of_followers(self.page)
        people = "Nobody follows it." if not told else f"{told} follower{' is' if told == 1 else 's are'} told."
        messages.success(self.request, f"{happened} {people}")
        return HttpResponseRedirect(self.get_success_url())

    def refused(self, error: ValueError) -> HttpResponse:
        messages.warning(self.request, str(error))
        return HttpResponseRedirect(self.get_success_url())


class CloseJobView(JobActionView[CloseForm]):
    form_class = CloseForm
    page_title = "Close"
    header_icon = "circle-xmark"
    question = (
        "Do you want to close this posting? It takes no more applications and leaves the list; its page stays readable."
    )
    yes = "Yes, close it"
    no = "No, leave it open"
    impossible = ONLY_OPEN

    @override
    def can_be_done(self) -> bool:
        return can_close(self.page)

    @override
    def form_valid(self, form: CloseForm) -> HttpResponse:
        reason = JobPage.ClosedReason(form.cleaned_data["reason"])
        try:
            CloseJobAction(page=self.page, reason=reason, note=form.words(), user=self.editor).execute()
        except CannotCloseJob as error:
            return self.refused(error)
        return self.done(f"“{self.page.title}” is closed.")


class ReopenJobView(JobActionView[ReopenForm]):
    form_class = ReopenForm
    page_title = "Reopen"
    header_icon = "rotate"
    question = "Do you want to reopen this posting? It takes applications again and is back in the list."
    yes = "Yes, reopen it"
    no = "No, leave it closed"
    impossible = ONLY_CLOSED

    @override
    def can_be_done(self) -> bool:
        return can_reopen(self.page)

    @override
    def form_valid(self, form: ReopenForm) -> HttpResponse:
        try:
            ReopenJobAction(page=self.page, closing=form.closing(), note=form.words(), user=self.editor).execute()
        except CannotReopenJob as error:
            return self.refused(error)
        return self.done(f"“{self.page.title}” is open again.")
