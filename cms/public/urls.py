"""Addresses of the public pages that are no pages of Wagtail's."""

from django.urls import URLPattern, URLResolver, include, path, register_converter

from cms.public import views
from cms.public.converters import Slug

register_converter(Slug, "any_slug")

app_name = "public"
urlpatterns: list[URLPattern | URLResolver] = [
    path("companies/<any_slug:slug>/", views.company, name="company"),
    path("categories/<any_slug:slug>/", views.category, name="category"),
    path("", include("cms.feeds.urls")),
    path("api/", include("cms.api.urls")),
]
