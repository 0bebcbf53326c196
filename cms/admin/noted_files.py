"""Notes in Wagtail's log what it does without a note: many files uploaded at once, one uploaded while it is chosen, bulk actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from functools import wraps
from typing import Final

from django.contrib.auth.models import User
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from wagtail.documents import admin_urls as documents
from wagtail.documents.models import Document
from wagtail.documents.views.chooser import viewset as document_chooser
from wagtail.images import admin_urls as images
from wagtail.images.models import Image
from wagtail.images.views.chooser import viewset as image_chooser
from wagtail.log_actions import log

FILES: Final = (Document, Image)
DELETE: Final = "delete"
SET_ACTIVE: Final = "set_active_state"

_by_us: Final = ContextVar("_by_us", default=False)
"""Whether the view that runs is one of those that Wagtail makes no note of."""


def connect() -> None:
    """Called once, when the app is ready."""
    for model in FILES:
        post_save.connect(_saved, sender=model, dispatch_uid=f"cms.noted_files.saved.{model.__name__}")
        post_delete.connect(_deleted, sender=model, dispatch_uid=f"cms.noted_files.deleted.{model.__name__}")


def _saved(instance: Model, created: bool, **_: object) -> None:
    if _by_us.get():
        log(instance, "wagtail.create" if created else "wagtail.edit", content_changed=True)


def _deleted(instance: Model, **_: object) -> None:
    if _by_us.get():
        log(instance, "wagtail.delete")


def after_bulk_action(action: str, objects: Iterable[Model]) -> None:
    """Collections, tags and whether an account may be used count as edits. Pages are noted by Wagtail, all else of accounts by `signin`."""
    for each in objects:
        if isinstance(each, FILES):
            log(each, "wagtail.delete" if action == DELETE else "wagtail.edit", content_changed=True)
        elif isinstance(each, User) and action == SET_ACTIVE:
            log(each, "wagtail.edit", content_changed=True)


def _noted(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def wrapper(*args: object, **kwargs: object) -> HttpResponseBase:
        before = _by_us.set(True)
        try:
            return view(*args, **kwargs)
        finally:
            _by_us.reset(before)

    return wrapper


def _noted_patterns(prefix: str, patterns: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    """Those of Wagtail's for many at once."""
    for pattern in patterns:
        route = str(pattern.pattern)
        if isinstance(pattern, URLPattern) and route.startswith("multiple/"):
            yield path(f"{prefix}/{route}", _noted(pattern.callback))


urlpatterns: Final = [
    *_noted_patterns("images", images.urlpatterns),
    *_noted_patterns("documents", documents.urlpatterns),
    *(
        path(f"{chooser.url_prefix}/create/", _noted(chooser.create_view))
        for chooser in (image_chooser, document_chooser)
    ),
]
