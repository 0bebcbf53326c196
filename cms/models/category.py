"""What a job is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, override

from django.db import models, transaction
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.search import index

from adapters.web import languages
from cms.models.in_language import PANEL, InLanguage, Said, for_reader, said
from cms.slugs import free_slug

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

SEARCHED: Final[list[index.BaseField | index.RelatedFields]] = [
    index.SearchField("name"),
    index.AutocompleteField("name"),
]


class Category(index.Indexed, ClusterableModel):
    """A field of work, such as “Science & environment”."""

    name = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(
        max_length=120,
        unique=True,
        blank=True,
        allow_unicode=True,
        help_text="How the category is called in addresses. Leave empty to make it from the name.",
    )

    search_fields = SEARCHED

    panels: ClassVar = [
        TitleFieldPanel("name", targets=["slug"], placeholder="Name"),
        PANEL,
        FieldPanel("slug"),
    ]

    if TYPE_CHECKING:
        in_other_languages: RelatedManager[CategoryInLanguage]

    class Meta:
        verbose_name_plural = "categories"
        ordering: ClassVar = ["name"]

    @override
    def __str__(self) -> str:
        return self.name

    @override
    @transaction.atomic
    def save(self, **kwargs: Any) -> None:
        if not self.slug:
            self.slug = free_slug(self.name, among=Category.objects.exclude(pk=self.pk), fallback="category")
        super().save(**kwargs)

    @property
    def called(self) -> Said:
        return said(self.name, (other.name for other in for_reader(self.in_other_languages)))


class CategoryInLanguage(InLanguage):
    category: models.ForeignKey[Category, Category] = ParentalKey(
        Category, on_delete=models.CASCADE, related_name="in_other_languages"
    )
    name = models.CharField(max_length=100)

    panels: ClassVar = [FieldPanel("language"), FieldPanel("name")]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["category", "language"], name="cms_category_in_language_once")
        ]


def with_words(categories: str) -> str:
    """The lookup that fetches categories with their names in the language that is active."""
    return categories if languages.is_spoken(languages.own()) else f"{categories}__in_other_languages"
