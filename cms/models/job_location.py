"""Where a job is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, override

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable

from adapters import words
from cms import choices
from jobs_domain.posting_details import Location

if TYPE_CHECKING:
    from cms.models.job_page import JobPage


class JobLocation(Orderable):
    """A place of work (schema.org/jobLocation)."""

    page: models.ForeignKey[JobPage, JobPage] = ParentalKey(
        "cms.JobPage", on_delete=models.CASCADE, related_name="locations"
    )
    street = models.CharField("street and number", max_length=200, blank=True)
    postal_code = models.CharField("postal code", max_length=20, blank=True)
    locality = models.CharField("town", max_length=120, blank=True)
    region = models.CharField("state or region", max_length=120, blank=True)
    country = models.CharField(max_length=2, choices=choices.countries)

    panels: ClassVar = [
        FieldRowPanel([FieldPanel("street"), FieldPanel("postal_code")]),
        FieldRowPanel([FieldPanel("locality"), FieldPanel("region")]),
        FieldPanel("country"),
    ]

    @override
    def __str__(self) -> str:
        return words.place(self.to_domain())

    def to_domain(self) -> Location:
        return Location(
            country=self.country,
            region=self.region.strip(),
            locality=self.locality.strip(),
            postal_code=self.postal_code.strip(),
            street=self.street.strip(),
        )

    @property
    def in_words(self) -> str:
        """The whole address in one line."""
        return words.address(self.to_domain())
