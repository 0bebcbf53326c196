"""What an editor fills in about a job, and what that is in the core's terms."""

from __future__ import annotations

from datetime import tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import RichTextField

from cms import choices
from cms.fields import EmploymentTypesField, WebAddressField, validate_email_address
from jobs_domain.changes import MAX_NOTE_LENGTH
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import CloseReason
from jobs_domain.posting_details import (
    ApplyByEmail,
    ApplyOnline,
    ApplyTarget,
    EmploymentType,
    Location,
    WorkplaceType,
)
from jobs_domain.salary import Salary, SalaryUnit
from jobs_domain.valid_through import InvalidClosingDate, ValidThrough, zone_named

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from cms.models.category import Category
    from cms.models.company import Company
    from cms.models.job_location import JobLocation


class JobFields(models.Model):
    """The fields of `PostingDetails`, as columns.

    The properties `salary`, `closing`, `apply_to` and so on give the core's values; they raise the core's errors for a row that did not
    go through `clean`.
    """

    class ClosedReason(models.TextChoices):
        """The reasons that an editor can give; a closing date that has passed needs none."""

        FILLED = CloseReason.FILLED.value, "Filled"
        WITHDRAWN = CloseReason.WITHDRAWN.value, "Withdrawn"

    identifier = models.CharField(
        max_length=120,
        blank=True,
        db_index=True,
        help_text="The number of the job in the system it was imported from. An import finds it again by this.",
    )
    company: models.ForeignKey[Company, Company] = models.ForeignKey(
        "cms.Company",
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who hires. Its contact address hears of the posting’s followers.",
    )
    categories: models.ManyToManyField[Category, Category] = ParentalManyToManyField(
        "cms.Category", blank=True, related_name="+", help_text="What the work is about."
    )
    description: models.TextField[str, str] = RichTextField(
        features=["h3", "h4", "bold", "italic", "ol", "ul", "link", "hr"],
        help_text="The work, what you expect, what you offer, how it goes on after an application.",
    )
    language = models.CharField(
        max_length=3,
        choices=choices.languages,
        default=choices.default_language,
        help_text="The language of title and description. Programs read them aloud by its rules.",
    )
    workplace_type = models.CharField(
        "workplace",
        max_length=10,
        choices=choices.workplace_types,
        default=WorkplaceType.ON_SITE.value,
        help_text="Where the work is done. For remote work the places below say where one may live.",
    )
    employment_types = EmploymentTypesField(
        "kind of employment", default=list, blank=True, help_text="Tick all that applicants can choose from."
    )
    salary_minimum = models.DecimalField(
        "from", max_digits=12, decimal_places=2, null=True, blank=True, help_text="Gross. Leave empty for “up to …”."
    )
    salary_maximum = models.DecimalField(
        "to", max_digits=12, decimal_places=2, null=True, blank=True, help_text="Gross. Leave empty for “from …”."
    )
    salary_currency = models.CharField("currency", max_length=3, blank=True, choices=choices.currencies)
    salary_unit = models.CharField(
        "for",
        max_length=5,
        choices=choices.salary_units,
        default=SalaryUnit.YEAR.value,
        help_text="The time it pays for.",
    )
    apply_url = WebAddressField(
        "page to apply on",
        max_length=2000,
        blank=True,
        help_text="Where applicants apply, such as the company’s own form.",
    )
    apply_email = models.CharField(
        "address to apply to",
        max_length=254,
        blank=True,
        validators=[validate_email_address],
        help_text="Instead of a page: where applicants write to. It is shown on the page.",
    )
    closing_date = models.DateField(
        null=True,
        blank=True,
        help_text="The last day to apply. Leave empty to keep the posting open until you close it.",
    )
    closing_time = models.TimeField(
        null=True, blank=True, help_text="At that moment the posting closes. Leave empty for the end of the day."
    )
    time_zone = models.CharField(
        max_length=64,
        choices=choices.time_zones,
        default=choices.default_time_zone,
        help_text="Where the clock hangs on the wall that the closing date is read from.",
    )
    valid_through = models.DateTimeField(
        null=True, editable=False, db_index=True, help_text="The instant that closing date, time and zone name."
    )
    closed_reason = models.CharField(
        max_length=10,
        blank=True,
        choices=ClosedReason,
        editable=False,
        help_text="Set while an editor keeps the posting closed. Belongs to the page, not to a revision.",
    )
    change_note = models.TextField(
        "What should followers read about this change?",
        max_length=MAX_NOTE_LENGTH,
        blank=True,
        help_text="They get it by e-mail, with the list of what has changed, when you publish. It is for this one publication.",
    )
    minor_change = models.BooleanField(
        "Minor change: tell nobody",
        default=False,
        help_text="For a corrected typing error. Closing, reopening and taking down are always told.",
    )

    if TYPE_CHECKING:
        locations: RelatedManager[JobLocation]

    class Meta:
        abstract: ClassVar = True

    @property
    def workplace(self) -> WorkplaceType:
        return WorkplaceType(self.workplace_type)

    @property
    def employment(self) -> frozenset[EmploymentType]:
        return frozenset(EmploymentType(code) for code in self.employment_types)

    @property
    def places(self) -> tuple[Location, ...]:
        return tuple(location.to_domain() for location in self.locations.all())

    @property
    def category_names(self) -> list[str]:
        return sorted(category.name for category in self.categories.all())

    @property
    def salary(self) -> Salary | None:
        """Raises `InvalidSalary`."""
        if self.salary_minimum is None and self.salary_maximum is None:
            return None
        return Salary(
            minimum=_decimal(self.salary_minimum),
            maximum=_decimal(self.salary_maximum),
            currency=self.salary_currency,
            unit=SalaryUnit(self.salary_unit),
        )

    @property
    def apply_to(self) -> ApplyTarget | None:
        """Raises `InvalidPostingDetails` or `InvalidEmailAddress`."""
        if self.apply_url:
            return ApplyOnline(self.apply_url)
        if self.apply_email:
            return ApplyByEmail(EmailAddress(self.apply_email))
        return None

    @property
    def closing(self) -> ValidThrough | None:
        """Raises `InvalidClosingDate`."""
        if self.closing_date is None:
            return None
        return ValidThrough.at(day=self.closing_date, clock=self.closing_time, zone=self.time_zone)

    @property
    def zone(self) -> tzinfo:
        """Where the days of the posting begin and end; as at the board if the row names no zone."""
        try:
            return zone_named(self.time_zone)
        except InvalidClosingDate:
            return timezone.get_default_timezone()

    def derive_valid_through(self) -> None:
        """Set the instant that pages and lists compare with the clock; none while the fields do not name one."""
        try:
            closing = self.closing
        except InvalidClosingDate:
            closing = None
        self.valid_through = None if closing is None else closing.instant


def _decimal(amount: Decimal | int | float | None) -> Decimal | None:
    return None if amount is None else Decimal(str(amount))
