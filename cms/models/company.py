"""Who hires."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, ClassVar, Final, override
from zlib import crc32

from django import forms
from django.db import models, transaction
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.fields import RichTextField
from wagtail.images.models import Image
from wagtail.search import index

from cms import choices
from cms.fields import WebAddressField, validate_email_address
from cms.slugs import free_slug
from jobs_domain.email_address import EmailAddress, InvalidEmailAddress

HUES: Final = 8
"""Colours that the stylesheet has for companies without a logo."""

SEARCHED: Final[list[index.BaseField | index.RelatedFields]] = [
    index.SearchField("name"),
    index.AutocompleteField("name"),
]


class Company(index.Indexed, models.Model):
    """A hiring organization (schema.org/hiringOrganization)."""

    name = models.CharField(
        max_length=200,
        unique=True,
        help_text="As job seekers know it. All its postings show a new name within minutes.",
    )
    slug = models.SlugField(
        max_length=220,
        unique=True,
        blank=True,
        allow_unicode=True,
        help_text="How the company is called in addresses. Leave empty to make it from the name.",
    )
    contact_address = models.CharField(
        "contact e-mail address",
        max_length=254,
        blank=True,
        validators=[validate_email_address],
        help_text="We write here when somebody follows a posting of the company. It is not shown to visitors.",
    )
    website = WebAddressField(max_length=2000, blank=True)
    logo = models.ForeignKey(
        Image,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Shown as a square of 64 pixels; without one the first letter of the name is shown.",
    )
    description: models.TextField[str, str] = RichTextField(
        blank=True,
        features=["bold", "italic", "ol", "ul", "link"],
        help_text="One or two paragraphs, shown beneath each of its postings.",
    )
    language = models.CharField(
        "language of the description", max_length=3, choices=choices.languages, default=choices.default_language
    )

    search_fields = SEARCHED

    panels: ClassVar = [
        TitleFieldPanel("name", targets=["slug"], placeholder="Name"),
        FieldPanel("contact_address", widget=forms.EmailInput),
        MultiFieldPanel(
            [FieldPanel("logo"), FieldPanel("website"), FieldPanel("description"), FieldPanel("language")],
            "For visitors",
        ),
        FieldPanel("slug"),
    ]

    class Meta:
        verbose_name_plural = "companies"
        ordering: ClassVar = ["name"]

    @override
    def __str__(self) -> str:
        return self.name

    @override
    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.slug:
            self.slug = free_slug(self.name, among=Company.objects.exclude(pk=self.pk), fallback="company")
        super().save(*args, **kwargs)

    @override
    def clean(self) -> None:
        super().clean()
        # the field's own validator complains about what is no address
        with suppress(InvalidEmailAddress):
            self.contact_address = "" if self.contact is None else self.contact.value

    @property
    def contact(self) -> EmailAddress | None:
        """Raises `InvalidEmailAddress` if something else was stored."""
        return EmailAddress(self.contact_address) if self.contact_address else None

    @property
    def hue(self) -> int:
        """Which of the stylesheet's colours stands for the company: the same as long as it keeps its name."""
        return crc32(self.name.encode()) % HUES
