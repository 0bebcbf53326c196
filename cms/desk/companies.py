"""Companies with what they have on the board, and the screen on which two of them become one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self, override

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Model, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import Column, Table
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import BaseButton
from wagtail.snippets.views.snippets import IndexView

from adapters import clock
from cms.actions import MergeCompaniesAction
from cms.actions.merge_companies import may_merge, may_merge_some, pages_of
from cms.admin.editor import editor_of
from cms.followers import followers_of_each, number_of_people
from cms.models import Company, JobPage


@dataclass(frozen=True, slots=True)
class OnTheBoard:
    """Of each company, by its key: how many postings are open, and how many followers its public postings have."""

    open: Mapping[int, int]
    followers: Mapping[int, int]

    @classmethod
    def of(cls, companies: Iterable[Company]) -> Self:
        postings = JobPage.objects.filter(company__in=[company.pk for company in companies]).order_by()
        still_open = postings.open(at=clock.now()).values("company").annotate(number=Count("pk"))
        followed = postings.originals().live().annotate(followers=followers_of_each())
        return cls(
            open={row["company"]: row["number"] for row in still_open},
            followers={
                row["company"]: row["number"] for row in followed.values("company").annotate(number=Sum("followers"))
            },
        )


class CompanyTable(Table):
    @cached_property
    def on_the_board(self) -> OnTheBoard:
        return OnTheBoard.of(self.data)


class OpenPostingsColumn(Column):
    cell_template_name = "cms/desk/open_postings_cell.html"

    class Media:
        css: Final = {"all": ["cms/desk.css"]}

    @override
    def get_cell_context_data(self, instance: Company, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        return context | {"value": _on_the_board(parent_context).open.get(instance.pk, 0)}


class CompanyFollowersColumn(Column):
    @override
    def get_cell_context_data(self, instance: Company, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        return context | {"value": _on_the_board(parent_context).followers.get(instance.pk, 0)}


class CompanyIndexView(IndexView):
    table_class = CompanyTable

    @override
    def get_list_more_buttons(self, instance: Model) -> list[BaseButton | MenuItem]:
        buttons = super().get_list_more_buttons(instance)
        if self._may_merge:
            merge = reverse("cms_desk:merge_company", args=[instance.pk])
            buttons.append(MenuItem("Merge into…", url=merge, icon_name="group", priority=25))
        return buttons

    @cached_property
    def _may_merge(self) -> bool:
        return may_merge_some(editor_of(self.request))


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        label="Company that remains",
        queryset=Company.objects.none(),
        help_text="Its name, contact address, website, logo and description stay as they are.",
    )

    @override
    def __init__(self, *args: Any, duplicate: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["into"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Company.objects.exclude(pk=duplicate.pk)


class MergeCompanyView(WagtailAdminTemplateMixin, FormView[MergeForm]):
    """`GET` asks for the company that remains; with one it says what will happen. `POST` does it."""

    template_name = "cms/desk/merge_company.html"
    form_class = MergeForm
    page_title = "Merge"
    header_icon = "group"
    duplicate: Company

    @override
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_merge_some(editor_of(request)):
            raise PermissionDenied
        self.duplicate = get_object_or_404(Company, pk=kwargs["pk"])
        if not may_merge(self.duplicate, editor_of(request)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @override
    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs() | {"duplicate": self.duplicate}
        if self.request.method == "GET" and "into" in self.request.GET:
            kwargs["data"] = self.request.GET
        return kwargs

    @override
    def get_page_subtitle(self) -> str:
        return self.duplicate.name

    @override
    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return []

    @override
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        kept = form.cleaned_data["into"] if form.is_bound and form.is_valid() else None
        postings = pages_of(self.duplicate).filter(alias_of=None)
        return context | {
            "duplicate": self.duplicate,
            "kept": kept,
            "postings": postings.count(),
            "people": number_of_people(postings),
            "companies_url": companies_url(),
        }

    @override
    def form_valid(self, form: MergeForm) -> HttpResponse:
        kept = form.cleaned_data["into"]
        try:
            moved = MergeCompaniesAction(duplicate=self.duplicate, kept=kept, user=editor_of(self.request)).execute()
        except ValueError as error:
            messages.error(self.request, f"Nothing was merged. {error}")
        else:
            postings = "1 posting has" if moved == 1 else f"{moved} postings have"
            messages.success(self.request, f"“{self.duplicate}” is now “{kept}”: {postings} moved, and nobody is told.")
        return redirect(companies_url())


def companies_url() -> str:
    return reverse("wagtailsnippets_cms_company:list")


def _on_the_board(parent_context: dict[str, Any]) -> OnTheBoard:
    table = parent_context["table"]
    if not isinstance(table, CompanyTable):
        raise TypeError("The column belongs into a table of companies.")
    return table.on_the_board
