"""Companies and categories in the menu."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, override

from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import Form
from wagtail.admin.ui.tables import Column
from wagtail.log_actions import log
from wagtail.snippets.views.chooser import SnippetChooserViewSet, SnippetChosenMultipleView, SnippetCreateView
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.desk.columns import WIDE
from cms.desk.companies import CompanyFollowersColumn, CompanyIndexView, OpenPostingsColumn
from cms.models import Category, Company

NUMBER: Final = re.compile(r"[0-9]{1,18}", re.ASCII)


class NotedCreateView(SnippetCreateView):
    """Wagtail notes what is made on a screen of its own, and not what is made while it is chosen."""

    @override
    @transaction.atomic
    def save_form(self, form: Form) -> Model:
        made: Model = super().save_form(form)
        log(instance=made, action="wagtail.create", user=self.request.user, content_changed=True)
        return made


class ChosenTogetherView(SnippetChosenMultipleView):
    """Wagtail's, which takes whatever is named in the address for a number."""

    @override
    def get_objects(self, pks: Sequence[str]) -> QuerySet[Model]:
        found: QuerySet[Model] = super().get_objects([pk for pk in pks if NUMBER.fullmatch(pk)])
        return found


class CompanyChooserViewSet(SnippetChooserViewSet):
    """Who writes a posting may add its company on the way."""

    create_view_class = NotedCreateView
    chosen_multiple_view_class = ChosenTogetherView
    form_fields = ["name", "contact_address"]  # noqa: RUF012  # as in Wagtail's own viewsets
    creation_tab_label = "New company"
    create_action_label = "Add company"


class CategoryChooserViewSet(SnippetChooserViewSet):
    create_view_class = NotedCreateView
    chosen_multiple_view_class = ChosenTogetherView
    form_fields = ["name"]  # noqa: RUF012
    creation_tab_label = "New category"
    create_action_label = "Add category"


class CompanyViewSet(SnippetViewSet):
    model = Company
    index_view_class = CompanyIndexView
    chooser_viewset_class = CompanyChooserViewSet
    icon = "group"
    menu_order = 210
    add_to_admin_menu = True
    list_display = (
        "name",
        Column("contact_address", label="Contact e-mail address", sort_key="contact_address", classname=WIDE),
        OpenPostingsColumn("open_postings", label="Open postings"),
        CompanyFollowersColumn("followers", label="Followers"),
    )


class CategoryViewSet(SnippetViewSet):
    model = Category
    chooser_viewset_class = CategoryChooserViewSet
    icon = "tag"
    menu_order = 220
    add_to_admin_menu = True
    list_display = ("name", "slug")
