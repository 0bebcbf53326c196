"""Companies and categories in the menu."""

from __future__ import annotations

from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.desk.columns import WIDE
from cms.desk.companies import CompanyFollowersColumn, CompanyIndexView, OpenPostingsColumn
from cms.models import Category, Company


class CompanyViewSet(SnippetViewSet):
    model = Company
    index_view_class = CompanyIndexView
    icon = "group"
    menu_order = 210
    add_to_admin_menu = True
    list_display = (
        "name",
        Column("contact_address", label="Contact e-mail address", sort_key="contact_address", classname=WIDE),
        OpenPostingsColumn("open_postings", label="Open postings"),
        CompanyFollowersColumn("followers", label="Followers"),
    )
    search_fields = ("name",)


class CategoryViewSet(SnippetViewSet):
    model = Category
    icon = "tag"
    menu_order = 220
    add_to_admin_menu = True
    list_display = ("name", "slug")
    search_fields = ("name",)
