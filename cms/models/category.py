"""What a job is about."""

from __future__ import annotations

from typing import Any, ClassVar, Final, override

from django.db import models, transaction
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.search import index

from cms.slugs import free_slug

SEARCHED: Final[list[index.BaseField | index.RelatedFields]] = [
    index.SearchField("name"),
    index.AutocompleteField("name"),
]


class Category(index.Indexed, models.Model):
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

    panels: ClassVar = [TitleFieldPanel("name", targets=["slug"], placeholder="Name"), FieldPanel("slug")]

    class Meta:
        verbose_name_plural = "categories"
        ordering: ClassVar = ["name"]

    @override
    def __str__(self) -> str:
        return self.name

    @override
    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.slug:
            self.slug = free_slug(self.name, among=Category.objects.exclude(pk=self.pk), fallback="category")
        super().save(*args, **kwargs)
