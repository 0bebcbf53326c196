"""Addresses for programs, in the namespace of the public pages."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from cms.feeds import sitemaps, views
from cms.feeds.formats import FORMATS
from cms.sharing.views import card


class FormatConverter:
    """One of the formats of feeds."""

    regex = "|".join(FORMATS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FormatConverter, "feed_format")

urlpatterns: list[URLPattern] = [
    path("feeds/jobs.<feed_format:format>", views.board, name="feed"),
    path("feeds/indeed.xml", views.indeed_xml, name="indeed"),
    path("companies/<any_slug:slug>/feed.<feed_format:format>", views.company, name="company_feed"),
    path("categories/<any_slug:slug>/feed.<feed_format:format>", views.category, name="category_feed"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.pages, name="sitemap_of_pages"),
    path("sitemap-jobs-<int:part>.xml", sitemaps.postings, name="sitemap_of_postings"),
    path("cards/<uuid:posting_id>.png", card, name="card"),
]
