"""Nothing is done in the admin without a note of it in the site's history.

Wagtail notes most of what its screens do, but not many files uploaded at once, one uploaded while it is chosen, bulk actions on files and
accounts, collections and who may see them, workflows and tasks that are switched off or on. So whatever a request of somebody who is signed
in saved or deleted of `WATCHED`, and nobody made a note of, is noted when the request ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.log_actions import get_active_log_context, log
from wagtail.models import Collection, CollectionViewRestriction, ModelLogEntry, Task, Workflow, WorkflowPage

CREATE: Final = "wagtail.create"
EDIT: Final = "wagtail.edit"
DELETE: Final = "wagtail.delete"
RESTRICT: Final = "cms.restrict_collection"
UNRESTRICT: Final = "cms.unrestrict_collection"

FILES: Final = (Document, Image)
WATCHED: Final = (*FILES, Collection, CollectionViewRestriction, Redirect, Task, Workflow, WorkflowPage)
SET_ACTIVE: Final = "set_active_state"

type _Key = tuple[type[Model], str]


def connect() -> None:
    """Called once, when the app is ready. Only of these: where nobody listens, Django deletes many rows in one statement."""
    for model in apps.get_models():
        if issubclass(model, (*WATCHED, ModelLogEntry)):
            post_save.connect(_saved, sender=model, dispatch_uid=f"cms.noted.saved.{model.__name__}")
            post_delete.connect(_deleted, sender=model, dispatch_uid=f"cms.noted.deleted.{model.__name__}")


@dataclass(frozen=True, slots=True)
class _Deed:
    instance: Model
    action: str
    data: Mapping[str, str]
    user: AbstractBaseUser
    uuid: UUID | None

    def is_true(self) -> bool:
        """Not if it was taken back."""
        there = QuerySet(type(self.instance)).filter(pk=self.instance.pk).exists()
        return there is not (self.action == DELETE)


@dataclass(slots=True)
class _Request:
    deeds: dict[_Key, _Deed] = field(default_factory=dict)
    noted: set[_Key] = field(default_factory=set)

    def add(self, instance: Model, action: str, **data: str) -> None:
        """The first that is done to something stands for all that a request does to it, unless it is gone in the end."""
        context = get_active_log_context()
        key = _key(type(instance), instance.pk)
        if context.user is not None and (action == DELETE or key not in self.deeds):
            # what is deleted loses its key
            self.deeds[key] = _Deed(copy(instance), action, data, context.user, context.uuid)

    def conclude(self) -> None:
        for key, deed in self.deeds.items():
            if key not in self.noted and deed.is_true():
                log(
                    deed.instance,
                    deed.action,
                    user=deed.user,
                    uuid=deed.uuid,
                    data=dict(deed.data),
                    content_changed=deed.action in {CREATE, EDIT},
                )


_request: Final[ContextVar[_Request | None]] = ContextVar("_request", default=None)


class NotedMiddleware:
    """Costs nothing where nobody is signed in: visitors have no cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "POST" or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        begun = _Request()
        before = _request.set(begun)
        try:
            response = self.get_response(request)
            begun.conclude()
            return response
        finally:
            _request.reset(before)


def after_bulk_action(action: str, objects: Iterable[Model]) -> None:
    """What saves nothing one by one: collections, tags, whether an account may be used. All else of accounts is noted by `signin`."""
    request = _request.get()
    if request is None:
        return
    for each in objects:
        if isinstance(each, FILES) or (isinstance(each, User) and action == SET_ACTIVE):
            request.add(each, EDIT)


def _saved(instance: Model, created: bool, **_: object) -> None:
    request = _request.get()
    if request is None:
        return
    if isinstance(instance, ModelLogEntry):
        model = instance.content_type.model_class() if instance.content_type else None
        if model is not None:
            request.noted.add(_key(model, instance.object_id))
    elif isinstance(instance, CollectionViewRestriction):
        request.add(instance.collection, RESTRICT, restriction=str(instance.get_restriction_type_display()))
    elif isinstance(instance, WorkflowPage):
        request.add(instance.workflow, EDIT)
    elif isinstance(instance, WATCHED):
        request.add(instance, CREATE if created else EDIT)


def _deleted(instance: Model, **_: object) -> None:
    request = _request.get()
    if request is None:
        return
    if isinstance(instance, CollectionViewRestriction):
        request.add(instance.collection, UNRESTRICT)
    elif isinstance(instance, WorkflowPage):
        request.add(instance.workflow, EDIT)
    elif isinstance(instance, WATCHED):
        request.add(instance, DELETE)


def _key(model: type[Model], pk: object) -> _Key:
    """The same for all kinds of tasks."""
    return next((watched for watched in WATCHED if issubclass(model, watched)), model), str(pk)
