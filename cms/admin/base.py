"""A screen on which something is done about one posting."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, override

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import FormView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.editor import editor_of
from cms.models import JobPage


class PostingView[F: forms.Form](WagtailAdminTemplateMixin, FormView[F], ABC):
    """`GET` asks, `POST` does it. Who is not allowed to is turned away from both."""

    question: str
    yes: str
    no: str
    page: JobPage

    @override
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.page = get_object_or_404(JobPage.objects.originals(), pk=kwargs["pk"])
        if not self.is_allowed():
            raise PermissionDenied
        return self.hindrance() or super().dispatch(request, *args, **kwargs)

    @abstractmethod
    def is_allowed(self) -> bool:
        """Whether the editor may do this with the page."""

    def hindrance(self) -> HttpResponse | None:
        """What is answered if there is nothing to be done."""
        return None

    @override
    def get_page_subtitle(self) -> str:
        return self.page.get_admin_display_title()

    @override
    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return []

    @override
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"question": self.question, "yes": self.yes, "no": self.no}

    @override
    def get_success_url(self) -> str:
        return reverse("wagtailadmin_pages:edit", args=[self.page.pk])

    @property
    def editor(self) -> AbstractBaseUser:
        return editor_of(self.request)
