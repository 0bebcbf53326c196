"""Wagtail's editor with what this board adds for job postings. All other pages are edited as ever."""

from __future__ import annotations

from typing import Any, override

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.generic.base import View
from wagtail.admin.forms.pages import WagtailAdminPageForm
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.models import Page

from cms.editor import typed
from cms.editor.contents import Contents, contents
from cms.editor.outlook import outlook
from cms.editor.side_panels import AdvicePanel, FollowersPanel
from cms.editor.skeletons import BLANK, SKELETONS
from cms.editor.typed import Typed
from cms.models import JobIndexPage, JobPage

WITHOUT_NOTE = "without-note"
"""The value of the publish button by which an editor says that followers need no note."""


class JobEditor(EditView):
    """Publishing a change that followers get without a note is asked about once."""

    asks_for_note = False

    @override
    def get_template_names(self) -> list[str]:
        names = super().get_template_names()
        is_whole_screen = names == ["wagtailadmin/pages/edit.html"]
        return ["cms/editor/edit.html"] if is_whole_screen and isinstance(self.page, JobPage) else names

    @override
    def form_valid(self, form: WagtailAdminPageForm) -> HttpResponseBase | None:
        if self.action_name == "publish" and self._would_be_quiet():
            self.asks_for_note = self.has_unsaved_changes = True
            return self.render_to_response(self.get_context_data())
        return super().form_valid(form)

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
            "asks_for_note": self.asks_for_note,
            "without_note": WITHOUT_NOTE,
        }

    def _would_be_quiet(self) -> bool:
        if not isinstance(self.page, JobPage) or self.request.POST.get("action-publish") == WITHOUT_NOTE:
            return False
        # a page of its own: the editor's, which is saved afterwards, may be filled in only once
        in_form = typed.read(_draft(JobPage.objects.get(pk=self.page.pk)), self.request.POST)
        return outlook(in_form, may_publish=True).asks_for_note


class JobRevertEditor(JobEditor, RevisionsRevertView):
    """The same for an old revision."""


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
    """What the panels show for the form as it is sent. Nothing is saved."""

    http_method_names = ["post"]  # noqa: RUF012  # as in Django's own classes

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        stored = JobPage.objects.originals().select_related("latest_revision", "company")
        page = get_object_or_404(stored, pk=pk)
        permissions = page.permissions_for_user(_user(request))
        if not permissions.can_edit():
            raise PermissionDenied
        in_form = typed.read(_draft(page), request.POST, company=page.company)
        return _panels(request, contents(in_form, may_publish=permissions.can_publish()))


class PanelOfNewView(View):
    """The same for a posting that was not stored yet."""

    http_method_names = ["post"]  # noqa: RUF012

    def post(self, request: HttpRequest, parent_pk: int) -> HttpResponse:
        parent = get_object_or_404(JobIndexPage, pk=parent_pk)
        permissions = parent.permissions_for_user(_user(request))
        if not permissions.can_add_subpage():
            raise PermissionDenied
        in_form = typed.read(_place(JobPage(), below=parent), request.POST)
        return _panels(request, contents(in_form, may_publish=permissions.can_publish_subpage()))


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


def _user(request: HttpRequest) -> AbstractBaseUser:
    """Wagtail lets only editors come here."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user
