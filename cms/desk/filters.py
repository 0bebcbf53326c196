"""By what the list of all postings can be narrowed."""

from __future__ import annotations

from typing import Final

import django_filters
from django import forms
from django.db.models import QuerySet
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from adapters.newsroom import newsroom
from cms.desk.remembered import RememberedChoiceFilter, RememberedMultipleChoiceFilter
from cms.desk.standing import Standing
from cms.followers import is_followed
from cms.models import Category, Company, JobPage
from jobs_domain.identifiers import PostingId

SOMEBODY, NOBODY = "somebody", "nobody"
FOLLOWED: Final = [(SOMEBODY, "Somebody follows it"), (NOBODY, "Nobody follows it")]


class PostingFilterSet(WagtailFilterSet):
    """For postings that were read `with_standing`."""

    state = django_filters.MultipleChoiceFilter(
        field_name="standing",
        label="State",
        choices=Standing.choices,
        distinct=False,
        widget=forms.CheckboxSelectMultiple,
    )
    company = RememberedChoiceFilter(label="Company", queryset=Company.objects.all())
    category = RememberedMultipleChoiceFilter(
        label="Category",
        queryset=Category.objects.all(),
        method="in_categories",
        widget=forms.CheckboxSelectMultiple,
    )
    closing_date = django_filters.DateFromToRangeFilter(label="Closing date", widget=DateRangePickerWidget)
    followers = django_filters.ChoiceFilter(
        label="Followers", choices=FOLLOWED, empty_label="All", method="followed_by", widget=forms.RadioSelect
    )
    last_told = django_filters.DateFromToRangeFilter(
        label="Followers told", method="told_within", widget=DateRangePickerWidget
    )

    class Meta:
        model = JobPage
        fields: Final[list[str]] = []

    def in_categories(
        self, postings: QuerySet[JobPage], _name: str, categories: QuerySet[Category]
    ) -> QuerySet[JobPage]:
        if not categories:
            return postings
        return postings.filter(pk__in=JobPage.objects.filter(categories__in=categories).order_by().values("pk"))

    def followed_by(self, postings: QuerySet[JobPage], _name: str, who: str) -> QuerySet[JobPage]:
        return postings.filter(is_followed() if who == SOMEBODY else ~is_followed())

    def told_within(self, postings: QuerySet[JobPage], _name: str, period: slice) -> QuerySet[JobPage]:
        """The newsroom answers for postings by their ids: all that are left by now are asked about."""
        ids = [PostingId(posting_id) for posting_id in postings.order_by().values_list("posting_id", flat=True)]
        told = newsroom().last_told(ids)
        within = [
            posting_id
            for posting_id, at in told.items()
            if (period.start is None or at >= period.start) and (period.stop is None or at <= period.stop)
        ]
        return postings.filter(posting_id__in=within)
