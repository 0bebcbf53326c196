"""Every address of the board."""

from django.apps import apps
from django.conf import settings
from django.conf.urls.static import static
from django.urls import URLPattern, URLResolver, include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.views import serve

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("subscriptions/", include("adapters.web.urls")),
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
if apps.is_installed("config.demo"):
    urlpatterns.append(path("inbox/", include("config.demo.urls")))
urlpatterns.append(re_path(wagtail_urls.serve_pattern, serve, name="wagtail_serve"))
