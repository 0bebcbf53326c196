"""How a posting stands at an instant, computed by the database, so that lists filter and sort by it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Case, CharField, Exists, IntegerField, OuterRef, Q, QuerySet, TextChoices, Value, When
from django.db.models.functions import Cast
from wagtail.models import Page, Revision

from cms.models import JobPage
from cms.models.job_words import SOON


class Standing(TextChoices):
    """In the order in which lists sort by it."""

    OPEN = "OPEN", "Open"
    CLOSING_SOON = "CLOSING_SOON", "Closing soon"
    FILLED = "FILLED", "Closed: filled"
    WITHDRAWN = "WITHDRAWN", "Closed: withdrawn"
    EXPIRED = "EXPIRED", "Closed: closing date passed"
    SCHEDULED = "SCHEDULED", "Scheduled"
    DRAFT = "DRAFT", "Draft"
    RETIRED = "RETIRED", "Taken down"


TAKES_APPLICATIONS: Final = (Standing.OPEN, Standing.CLOSING_SOON)
PUBLIC: Final = frozenset({*TAKES_APPLICATIONS, Standing.FILLED, Standing.WITHDRAWN, Standing.EXPIRED})


def with_standing[P: Page](pages: QuerySet[P], *, at: datetime) -> QuerySet[P]:
    """Each page with its `standing` at the instant `at`, a value of `Standing`, whether or not an expiry has been noticed yet."""
    return pages.annotate(standing=_standing(at))  # type: ignore[return-value]  # the plugin forgets which pages they are


def by_rank() -> Case:
    """To sort pages that have their standing."""
    ranks = [When(standing=standing, then=Value(rank)) for rank, standing in enumerate(Standing)]
    return Case(*ranks, output_field=IntegerField())


def _standing(at: datetime) -> Case:
    public = Q(live=True)
    return Case(
        When(public & Q(closed_reason=JobPage.ClosedReason.FILLED), then=Value(Standing.FILLED)),
        When(public & Q(closed_reason=JobPage.ClosedReason.WITHDRAWN), then=Value(Standing.WITHDRAWN)),
        When(public & Q(valid_through__lte=at), then=Value(Standing.EXPIRED)),
        When(public & Q(valid_through__lte=at + SOON), then=Value(Standing.CLOSING_SOON)),
        When(public, then=Value(Standing.OPEN)),
        When(_is_scheduled(), then=Value(Standing.SCHEDULED)),
        When(first_published_at__isnull=False, then=Value(Standing.RETIRED)),
        default=Value(Standing.DRAFT),
        output_field=CharField(),
    )


def _is_scheduled() -> Exists:
    approved = Revision.page_revisions.filter(approved_go_live_at__isnull=False)
    return Exists(approved.filter(object_id=Cast(OuterRef("pk"), output_field=CharField())))
