"""Every address of the board."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views import static
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents.views.serve import serve as serve_document

from cms.views import serve
from config.security_txt import ADDRESS, security_txt

handler400 = "config.too_large.bad_request"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{settings.ADMIN_PATH}/", include("cms.signin.urls")),
    path(f"{settings.ADMIN_PATH}/", include("cms.editor.in_place_of_wagtails")),
    path(f"{settings.ADMIN_PATH}/", include("cms.admin.in_place_of_wagtails")),
    path(f"{settings.ADMIN_PATH}/", include(wagtailadmin_urls)),
    # of Wagtail's own only this one: no collection has a password that one would be asked for
    path("documents/", include([re_path(r"^(\d+)/(.*)$", serve_document, name="wagtaildocs_serve")])),
    path(ADDRESS, security_txt),
    path("subscriptions/", include("adapters.web.urls")),
    path("subscriptions/", include("notifications.preferences.urls")),
    path("", include("cms.public.urls")),
]
if apps.is_installed("config.demo"):
    # elsewhere the web server in front serves these, and nothing else that editors upload (docs/operators.md)
    pictures = {"document_root": Path(settings.MEDIA_ROOT) / "images"}
    urlpatterns.append(path(f"{settings.MEDIA_URL.lstrip('/')}images/<path:path>", static.serve, pictures))
    urlpatterns.append(path("inbox/", include("config.demo.urls")))
    urlpatterns.append(path("design/", include("config.demo.design")))
if apps.is_installed("anymail") and settings.ANYMAIL.get("WEBHOOK_SECRET"):
    # without the secret anybody could tell us of bounces
    urlpatterns.append(path("anymail/", include("config.webhooks")))
urlpatterns.append(re_path(wagtail_urls.serve_pattern, serve, name="wagtail_serve"))
