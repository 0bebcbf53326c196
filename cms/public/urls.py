"""Addresses of the public pages that are no pages of Wagtail's."""

from django.urls import URLPattern, URLResolver, include, path, register_converter

from cms.public import searches, views
from cms.public.converters import Slug

register_converter(Slug, "any_slug")

app_name = "public"
urlpatterns: list[URLPattern | URLResolver] = [
    path("companies/<any_slug:slug>/", views.company, name="company"),
    path("categories/<any_slug:slug>/", views.category, name="category"),
    path("searches/follow/", searches.follow_search, name="follow_search"),
    path("searches/follow/sent/", searches.sent_search, name="sent_search"),
    path("", include("cms.feeds.urls")),
    path("api/", include("cms.api.urls")),
]
