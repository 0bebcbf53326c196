"""The postings of a list, with all that a line of it shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import Prefetch
from wagtail.images.models import Rendition

from adapters import clock
from cms import finding
from cms.finding.wanted import Wanted
from cms.models.job_page import JobPage

LOGO: Final = "max-128x128"
"""The size in which the templates show a logo."""


def in_order(ids: Iterable[int], *, at: datetime) -> list[JobPage]:
    """The postings with these primary keys, in their order, without those that are not open at the instant."""
    wanted = tuple(ids)
    jobs = JobPage.objects.open(at=at).filter(pk__in=wanted).select_related("company__logo")
    renditions = Rendition.objects.filter(filter_spec=LOGO)
    with_all = jobs.prefetch_related(
        "locations",
        Prefetch("company__logo__renditions", queryset=renditions, to_attr="prefetched_renditions"),  # type: ignore[arg-type]  # stub gap: Prefetch objects are lookups, too
    )
    found = {job.pk: job for job in with_all}
    return [found[pk] for pk in wanted if pk in found]


def newest(number: int) -> list[JobPage]:
    """What to go on with where nothing else is to be read."""
    at = clock.now()
    return in_order(finding.find(Wanted(), at=at).ids[:number], at=at)
