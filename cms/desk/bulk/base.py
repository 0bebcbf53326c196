"""One confirmation for many postings: what will be done to which of them, who will be told, and what will be left as it is, and why."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, override

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction  # type: ignore[import-untyped]  # not in the stubs
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from cms.admin.editor import editor_of
from cms.admin.forms import NoteForm
from cms.followers import number_of_people, numbers_of_followers
from cms.models import JobPage

NAMED_AT_MOST = 10
"""Of the postings that were left as they were, so many are named one by one."""


@dataclass(frozen=True, slots=True)
class Left:
    """A page that is left as it is, and why."""

    page: Page
    reason: str


@dataclass(slots=True)
class Outcome:
    """What has been done so far."""

    done: list[JobPage] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


class PostingBulkAction[F: NoteForm](PageBulkAction):  # type: ignore[misc]  # as above
    """Offered wherever Wagtail lists pages; pages that are no postings are left as they are."""

    template_name = "cms/desk/confirm_bulk.html"
    form_class: type[F]
    icon: str
    question: str
    yes: str
    no = "No, leave them as they are"

    @override
    def __init__(self, request: HttpRequest, model: type[Page]) -> None:
        super().__init__(request, model)
        self.next_url = get_valid_next_url_from_request(request) or reverse("jobs:index")  # type: ignore[no-untyped-call]  # stub gap
        self.outcome = Outcome()

    @abstractmethod
    def obstacle(self, page: JobPage) -> str:
        """Why this cannot be done to a public posting that the editor may change; empty if it can."""

    @abstractmethod
    def act(self, page: JobPage, form: F, user: AbstractBaseUser) -> None:
        """Do it to one posting. Raises a `ValueError` or `PermissionDenied` that says why not."""

    @abstractmethod
    def happened(self, number: int) -> str:
        """What has been done, in a sentence."""

    def remarks(self, page: JobPage) -> Sequence[str]:
        """What an editor should know before."""
        return ["A draft waits: it is not published."] if page.has_unpublished_changes else []

    def is_certain(self, page: JobPage) -> bool:  # noqa: ARG002  # for those that it depends on
        """Whether it will be done to the posting whatever is said in the form."""
        return True

    def tells(self, form: F) -> bool:  # noqa: ARG002  # as above
        """Whether followers hear of it."""
        return True

    @property
    def editor(self) -> AbstractBaseUser:
        user = editor_of(self.request)
        if not page_permission_policy.user_has_permission(user, "publish"):
            raise PermissionDenied
        return user

    @override
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _ = self.editor
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    @classmethod
    @override
    def get_queryset(cls, model: type[Page], object_ids: Sequence[object]) -> list[Page]:
        keys = [int(str(key)) for key in object_ids if str(key).isdecimal()]
        pages = list(Page.objects.filter(pk__in=keys, depth__gt=1).specific()) if keys else []
        if not pages:
            raise Http404("There are no such pages.")
        return pages

    def why_not(self, page: Page) -> str:
        if not isinstance(page, JobPage):
            return "It is no posting."
        if page.alias_of_id:
            return "It is a further address of another posting: choose that one."
        if not page.permissions_for_user(self.editor).can_publish():
            return "You may not publish it."
        lock = page.get_lock()
        if lock is not None and lock.for_user(self.editor):
            return f"{lock.get_locked_by(self.editor)}."
        return self.obstacle(page) if page.live else "It is not public."

    @override
    def check_perm(self, obj: Page) -> bool:
        return not self.why_not(obj)

    @override
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        postings = [item["item"] for item in context["items"]]
        certain = [page.pk for page in postings if self.is_certain(page)]
        followers = numbers_of_followers([page.posting_id for page in postings])
        for item in context["items"]:
            page = item["item"]
            item.update(followers=followers.get(page.posting_id, 0), remarks=self.remarks(page))
        for item in context["items_with_no_access"]:
            item["reason"] = self.why_not(item["item"])
        return context | {
            "action": self,
            "people": number_of_people(JobPage.objects.filter(pk__in=certain)),
            "people_at_most": number_of_people(JobPage.objects.filter(pk__in=[page.pk for page in postings])),
        }

    @override
    def object_context(self, obj: Page) -> dict[str, Any]:
        return {"item": obj}

    @override
    def prepare_action(self, objects: Sequence[Page], objects_without_access: dict[str, list[Page]]) -> None:
        for pages in objects_without_access.values():
            self.outcome.left.extend(Left(page, self.why_not(page)) for page in pages)

    @override
    def get_execution_context(self) -> dict[str, Any]:
        return {"act": self._act_on, "outcome": self.outcome}

    @classmethod
    @override
    def execute_action(
        cls, objects: Sequence[JobPage], *, act: Callable[[JobPage], None], outcome: Outcome, **_: Any
    ) -> tuple[int, int]:
        for page in objects:
            try:
                with transaction.atomic():
                    act(page)
            except (ValueError, PermissionDenied) as error:
                outcome.left.append(Left(page, str(error)))
            else:
                outcome.done.append(page)
        return len(outcome.done), 0

    def _act_on(self, page: JobPage) -> None:
        self.act(page, self._form, self.editor)

    @override
    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        if not num_parent_objects:
            return None
        return f"{self.happened(num_parent_objects)} {self._told()}"

    @override
    def form_valid(self, form: F) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        for left in self.outcome.left[:NAMED_AT_MOST]:
            messages.warning(self.request, f"“{left.page.title}” was left as it is. {left.reason}")
        if more := len(self.outcome.left[NAMED_AT_MOST:]):
            messages.warning(self.request, f"{more} more were left as they are.")
        return answer

    def _told(self) -> str:
        if not self.tells(self._form):
            return "Nobody is told."
        people = number_of_people(JobPage.objects.filter(pk__in=[page.pk for page in self.outcome.done]))
        if not people:
            return "Nobody follows, so nobody is told."
        return "1 person is told." if people == 1 else f"{people} people are told."

    @property
    def _form(self) -> F:
        form = self.cleaned_form
        if not isinstance(form, self.form_class):
            raise TypeError("Nothing has been filled in yet.")
        return form


def postings(number: int) -> str:
    return "1 posting is" if number == 1 else f"{number} postings are"
