"""The board: all open postings, newest first, and what a visitor looks for among them."""

from __future__ import annotations

from http import HTTPMethod
from typing import TYPE_CHECKING, Any, ClassVar, Final, override

from django.db import models
from django.http import HttpRequest, HttpResponse
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from adapters import clock
from cms.models.home_page import AlwaysPublic
from cms.models.in_language import PANEL, InLanguage, Said, for_reader, said

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

PANELS: Final = [FieldPanel("intro"), PANEL]
MAX_INTRO: Final = 500
ONLY_READ: Final = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]


class JobIndexPage(AlwaysPublic, Page):
    intro = models.TextField(
        max_length=MAX_INTRO,
        blank=True,
        help_text="One or two sentences beneath the title; search engines show them, too.",
    )

    parent_page_types = ("cms.HomePage",)
    subpage_types = ("cms.JobPage",)
    allowed_http_methods = ONLY_READ

    content_panels = Page.content_panels + PANELS

    if TYPE_CHECKING:
        in_other_languages: RelatedManager[BoardInLanguage]

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

        shown = board.context(self, request, at=clock.now())
        return super().get_context(request, *args, **kwargs) | shown

    @property
    def title_and_intro(self) -> tuple[Said, Said]:
        """For the reader."""
        others = for_reader(self.in_other_languages)
        return said(self.title, (other.title for other in others)), said(self.intro, (other.intro for other in others))

    @classmethod
    def first_live(cls) -> JobIndexPage | None:
        """The board that visitors are led to."""
        return cls.objects.live().order_by("path").first()


class BoardInLanguage(InLanguage):
    page: models.ForeignKey[JobIndexPage, JobIndexPage] = ParentalKey(
        JobIndexPage, on_delete=models.CASCADE, related_name="in_other_languages"
    )
    title = models.CharField(max_length=255)
    intro = models.TextField(max_length=MAX_INTRO, blank=True)

    panels: ClassVar = [FieldPanel("language"), FieldPanel("title"), FieldPanel("intro")]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "language"], name="cms_board_in_language_once")
        ]
