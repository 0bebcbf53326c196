"""The board: all open postings, newest first."""

from __future__ import annotations

from http import HTTPMethod
from typing import Any, Final, override

from django.core.paginator import Paginator
from django.db import models
from django.db.models import F, Prefetch
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel
from wagtail.images.models import Image
from wagtail.models import Page

from cms.models.company import Company
from cms.models.home_page import ALWAYS_PUBLIC
from cms.models.job_page import JobPage, JobPageQuerySet

PANELS: Final = [FieldPanel("intro")]
POSTINGS_PER_PAGE: Final = 20
LOGO: Final = "max-128x128"
"""The size in which the templates show a logo."""

ONLY_READ: Final = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]


class JobIndexPage(Page):
    intro = models.TextField(
        max_length=500, blank=True, help_text="One or two sentences beneath the title; search engines show them, too."
    )

    parent_page_types = ("cms.HomePage",)
    subpage_types = ("cms.JobPage",)
    allowed_http_methods = ONLY_READ
    private_page_options = ALWAYS_PUBLIC

    content_panels = Page.content_panels + PANELS

    class Meta:
        verbose_name = "job board"

    @override
    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """`jobs` is one page of the list: the last one if `?page=` is too large, the first if it is no number."""
        pages = Paginator(self.open_jobs(), POSTINGS_PER_PAGE)
        wanted = _number(request.GET.get("page", "")) if request is not None else 1
        return super().get_context(request, *args, **kwargs) | {
            "jobs": pages.page(min(max(wanted, 1), pages.num_pages))
        }

    @classmethod
    def first_live(cls) -> JobIndexPage | None:
        """The board that visitors are led to."""
        return cls.objects.live().order_by("path").first()

    def open_jobs(self) -> JobPageQuerySet:
        """What is open at this moment, newest first, with all that a line of the list shows."""
        logos = Image.objects.prefetch_renditions(LOGO)  # type: ignore[no-untyped-call]  # stub gap: no annotations
        companies = Company.objects.prefetch_related(Prefetch("logo", queryset=logos))
        jobs = JobPage.objects.child_of(self).open(at=timezone.now())
        newest_first = jobs.order_by(F("first_published_at").desc(nulls_last=True), "-pk")
        return newest_first.prefetch_related(
            Prefetch("company", queryset=companies),  # type: ignore[arg-type]  # stub gap: Prefetch objects are lookups, too
            "locations",
        )


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 1
