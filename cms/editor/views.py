"""Wagtail's editor with what this board adds for job postings. All other pages are edited as ever."""

from __future__ import annotations

from typing import Any, override

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.generic.base import View
from wagtail.admin import messages
from wagtail.admin.forms.pages import WagtailAdminPageForm
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.admin.views.pages.workflow import WorkflowAction
from wagtail.models import Page, PagePermissionTester

from cms.admin.editor import editor_of
from cms.editor import typed
from cms.editor.contents import Contents, contents
from cms.editor.outlook import Outlook, outlook
from cms.editor.publishing import (
    USED_NOTE,
    Answer,
    Question,
    ends_with_approval,
    publication_of,
    question,
    verb,
    was_published_with,
)
from cms.editor.side_panels import AdvicePanel, FollowersPanel
from cms.editor.skeletons import BLANK, SKELETONS
from cms.editor.typed import Typed
from cms.models import JobIndexPage, JobPage


class JobEditor(EditView):
    """Before followers are told of a change without a note, or what somebody else has published is replaced, the editor is asked."""

    question: Question | None = None
    verb = ""

    @override
    def get_template_names(self) -> list[str]:
        names = super().get_template_names()
        is_whole_screen = names == ["wagtailadmin/pages/edit.html"]
        return ["cms/editor/edit.html"] if is_whole_screen and isinstance(self.page, JobPage) else names

    @override
    def form_valid(self, form: WagtailAdminPageForm) -> HttpResponseBase | None:
        if not isinstance(self.page, JobPage):
            return super().form_valid(form)
        note_was_used = self._leave_out_a_used_note(self.page, form)
        if not self._publishes:
            if note_was_used and not self.expects_json_response:
                messages.warning(self.request, USED_NOTE)
            return super().form_valid(form)
        look = self._outlook()
        self.verb = verb(is_scheduled=look.is_scheduled, is_approval=self.action_name != "publish")
        note = self.page.change_note.strip()
        if self._is_published_meanwhile:
            return self._ask(Question.PUBLISHED_MEANWHILE)
        if asked := question(answer=self._answer, note=note, is_quiet=look.asks_for_note):
            return self._ask(asked)
        if self._answer == Answer.NOT_THIS_NOTE:
            self.page.change_note = note = ""
        response = super().form_valid(form)
        if note and look.why_nobody:
            messages.warning(self.request, f"Nobody gets your note: {look.why_nobody}.")
        return response

    @override
    def get_side_panels(self) -> MediaContainer:
        panels = super().get_side_panels()
        if isinstance(self.page, JobPage) and not self.page.alias_of_id and not self.expects_json_response:
            url = reverse("cms_editor:panel", args=[self.page.pk])
            in_form = Typed(page=self.page, mistaken=frozenset(self.form.errors))
            _add(panels, in_form, self.request, may_publish=self.page_perms.can_publish(), url=url)
        return panels

    @override
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "question": self.question,
            "answers": {answer.name: answer.value for answer in Answer},
            "verb": self.verb,
            "seen_publication": self._seen_publication,
            "workflow_data": self.request.POST.get("workflow-action-extra-data", "{}"),
        }

    def _ask(self, asked: Question) -> HttpResponse:
        self.question, self.has_unsaved_changes = asked, True
        return self.render_to_response(self.get_context_data())

    @property
    def _answer(self) -> str:
        return self.request.POST.get(
            "action-publish" if self.action_name == "publish" else "action-workflow-action", ""
        )

    @property
    def _publishes(self) -> bool:
        """Approving does so at the end of a moderation."""
        if self.action_name == "perform_workflow_action":
            return bool(self.workflow_action == "approve") and ends_with_approval(self.page.current_workflow_state)
        return bool(self.action_name == "publish")

    @property
    def _seen_publication(self) -> str:
        """The last publication when the form was opened, or when the editor was told of a later one."""
        present = publication_of(self.real_page_record)
        is_told = self.question is Question.PUBLISHED_MEANWHILE
        return present if is_told else self.request.POST.get("seen_publication", present)

    @property
    def _is_published_meanwhile(self) -> bool:
        return self._seen_publication != publication_of(self.real_page_record)

    def _leave_out_a_used_note(self, page: JobPage, form: WagtailAdminPageForm) -> bool:
        """A note is for one publication. A form that was opened before it may still have it."""
        note = page.change_note.strip()
        if not note or not self._is_published_meanwhile or not was_published_with(page, note):
            return False
        data = self.request.POST.copy()
        data["change_note"] = page.change_note = ""
        form.data = data
        return True

    def _outlook(self) -> Outlook:
        # a page of its own: the editor's, which is saved afterwards, may be filled in only once
        in_form = typed.read(_draft(JobPage.objects.get(pk=self.page.pk)), self.request.POST)
        return outlook(in_form, may_publish=True)


class JobRevertEditor(JobEditor, RevisionsRevertView):
    """The same for an old revision."""


class JobApproval(WorkflowAction):
    """Approving from a list or from the page: the note that is missing can be written in the editor only."""

    @override
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page = self.object
        if self.action_name == "approve" and isinstance(page, Page) and ends_with_approval(page.current_workflow_state):
            draft = page.get_latest_revision_as_object()
            if isinstance(draft, JobPage) and outlook(Typed(page=draft), may_publish=True).asks_for_note:
                return self._to_the_editor()
        return super().post(request, *args, **kwargs)

    def _to_the_editor(self) -> HttpResponse:
        messages.warning(
            self.request, "Nothing is approved yet. Followers would be told without a note: approve it here."
        )
        address = reverse("wagtailadmin_pages:edit", args=[self.object.pk])
        if self.request.headers.get("X-Requested-With") == "XMLHttpRequest":
            return self.render_modal_json(self.request, {"step": "success", "redirect": address})
        return redirect(address)


class JobCreator(CreateView):
    """A new posting begins with a choice: a kind of job, or nothing, or an earlier posting."""

    @override
    def get(self, request: HttpRequest) -> HttpResponse:
        kind = request.GET.get("kind")
        if kind is None:
            return self._choice()
        if kind != BLANK and kind not in SKELETONS:
            raise Http404("There is no such kind of job.")
        if isinstance(self.page, JobPage) and kind != BLANK:
            SKELETONS[kind].fill(self.page)
        return super().get(request)

    @override
    def get_side_panels(self) -> MediaContainer:
        panels = super().get_side_panels()
        if isinstance(self.page, JobPage):
            url = reverse("cms_editor:panel_of_new", args=[self.parent_page.pk])
            in_form = Typed(page=self.page, mistaken=frozenset(self.form.errors))
            _place(self.page, below=self.parent_page)
            may_publish = self.parent_page_perms.can_publish_subpage()
            _add(panels, in_form, self.request, may_publish=may_publish, url=url)
        return panels

    def _choice(self) -> HttpResponse:
        context: dict[str, object] = {
            "skeletons": SKELETONS,
            "blank": BLANK,
            "add_url": self.request.path,
            "next_url": self.next_url,
            "copy_url": reverse("cms_editor:choose_earlier", args=[self.parent_page.pk]),
            "page_title": "New job posting",
            "header_icon": "doc-empty",
            "breadcrumbs_items": [],
        }
        return TemplateResponse(self.request, "cms/editor/choose_kind.html", context)


class PanelView(View):
    """What the panels show for the form as it is sent; nothing is saved. `GET` gives the token that the form needs.

    That is another one after the form's editor has signed in again elsewhere.
    """

    def get(self, request: HttpRequest, pk: int) -> JsonResponse:
        self._page(request, pk)
        return _token(request)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        page, permissions = self._page(request, pk)
        in_form = typed.read(_draft(page), request.POST, company=page.company)
        return _panels(request, contents(in_form, may_publish=permissions.can_publish()))

    def _page(self, request: HttpRequest, pk: int) -> tuple[JobPage, PagePermissionTester]:
        stored = JobPage.objects.originals().select_related("latest_revision", "company")
        page = get_object_or_404(stored, pk=pk)
        permissions = page.permissions_for_user(editor_of(request))
        if not permissions.can_edit():
            raise PermissionDenied
        return page, permissions


class PanelOfNewView(View):
    """The same for a posting that was not stored yet."""

    def get(self, request: HttpRequest, parent_pk: int) -> JsonResponse:
        self._parent(request, parent_pk)
        return _token(request)

    def post(self, request: HttpRequest, parent_pk: int) -> HttpResponse:
        parent, permissions = self._parent(request, parent_pk)
        in_form = typed.read(_place(JobPage(), below=parent), request.POST)
        return _panels(request, contents(in_form, may_publish=permissions.can_publish_subpage()))

    def _parent(self, request: HttpRequest, parent_pk: int) -> tuple[JobIndexPage, PagePermissionTester]:
        parent = get_object_or_404(JobIndexPage, pk=parent_pk)
        permissions = parent.permissions_for_user(editor_of(request))
        if not permissions.can_add_subpage():
            raise PermissionDenied
        return parent, permissions


def _token(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"token": get_token(request)})


def _panels(request: HttpRequest, shown: Contents) -> HttpResponse:
    return TemplateResponse(request, "cms/editor/panels.html", {"contents": shown})


def _add(panels: MediaContainer, in_form: Typed, request: HttpRequest, *, may_publish: bool, url: str) -> None:
    """After Wagtail's own first panel, the status."""
    shown = contents(in_form, may_publish=may_publish)
    panels[1:1] = [
        panel_class(in_form.page, request, contents=shown, url=url) for panel_class in (FollowersPanel, AdvicePanel)
    ]


def _place(page: JobPage, *, below: Page) -> JobPage:
    """Give an address to a page that is not stored: one with a slug, whether that is known yet or not."""
    page.url_path = f"{below.url_path}{page.slug or 'new'}/"
    return page


def _draft(page: Page) -> JobPage:
    draft = page.get_latest_revision_as_object()
    if not isinstance(draft, JobPage):
        raise Http404("This is no job posting.")
    return draft
