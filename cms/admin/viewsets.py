"""Companies and categories in the menu."""

from __future__ import annotations

from wagtail.snippets.views.snippets import SnippetViewSet

from cms.models import Category, Company


class CompanyViewSet(SnippetViewSet):
    model = Company
    icon = "group"
    menu_order = 210
    add_to_admin_menu = True
    list_display = ("name", "contact_address")
    search_fields = ("name",)


class CategoryViewSet(SnippetViewSet):
    model = Category
    icon = "tag"
    menu_order = 220
    add_to_admin_menu = True
    list_display = ("name", "slug")
    search_fields = ("name",)
