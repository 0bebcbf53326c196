"""The board: all open postings, newest first, and what a visitor looks for among them."""

from __future__ import annotations

from http import HTTPMethod
from typing import Any, Final, override

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from cms.models.home_page import AlwaysPublic

PANELS: Final = [FieldPanel("intro")]
ONLY_READ: Final = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]


class JobIndexPage(AlwaysPublic, Page):
    intro = models.TextField(
        max_length=500, blank=True, help_text="One or two sentences beneath the title; search engines show them, too."
    )

    parent_page_types = ("cms.HomePage",)
    subpage_types = ("cms.JobPage",)
    allowed_http_methods = ONLY_READ

    content_panels = Page.content_panels + PANELS

    class Meta:
        verbose_name = "job board"

    @override
    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from cms.public import board

        return board.serve(self, request, lambda: super(JobIndexPage, self).serve(request, *args, **kwargs))

    @override
    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """`jobs` is one page of the list: the last one if `?page=` is too large, the first if it is no number."""
        from cms.public import board

        shown = board.context(self, request, at=timezone.now())
        return super().get_context(request, *args, **kwargs) | shown

    @classmethod
    def first_live(cls) -> JobIndexPage | None:
        """The board that visitors are led to."""
        return cls.objects.live().order_by("path").first()
