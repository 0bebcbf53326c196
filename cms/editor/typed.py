"""What stands in the editor's form at this moment. Nothing of it is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Final, override

from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from cms import rich_text
from cms.models import Company, JobLocation, JobPage
from jobs_domain.changes import ChangeNote, MinorChange, NoteToFollowers
from jobs_domain.posting_details import Description, PostingDetails, WorkplaceType

PART_OF: Final = {
    "title": "Title",
    "company": "Company",
    "description": "Description",
    "workplace_type": "Workplace",
    "employment_types": "Employment",
    "categories": "Category",
    "locations": "Place",
    "salary_minimum": "Pay",
    "salary_maximum": "Pay",
    "salary_currency": "Pay",
    "salary_unit": "Pay",
    "apply_url": "How to apply",
    "apply_email": "How to apply",
    "closing_date": "Closing date",
    "closing_time": "Closing date",
    "time_zone": "Closing date",
}
"""Which part of a posting, in the words of `adapters.words.change`, a field of the form belongs to."""

AROUND: Final = ("identifier", "change_note", "minor_change", "go_live_at", "expire_at")
"""Fields that say nothing in public."""

UNTOLD: Final = PostingDetails(
    title="No title yet",
    hiring_organization="No company yet",
    description=Description.of(html="", summary=""),
    workplace_type=WorkplaceType.ON_SITE,
    employment_types=frozenset(),
)
"""Stands for what a posting that was never public does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """`page` is the posting as it is in the form. The fields in `mistaken` cannot be read; there it has what was stored."""

    page: JobPage
    mistaken: frozenset[str] = frozenset()

    @property
    def note(self) -> ChangeNote:
        words = self.page.change_note.strip()
        return (
            MinorChange()
            if self.page.minor_change
            else NoteToFollowers("" if "change_note" in self.mistaken else words)
        )


@dataclass(frozen=True, slots=True)
class Readable:
    """The details as far as they can be read; what cannot is as it was before, and named in `unreadable` in words."""

    details: PostingDetails
    unreadable: tuple[str, ...]


def read(page: JobPage, data: QueryDict, *, company: Company | None = None) -> Typed:
    """Fill in `page`, in memory only. What is wrong in the form is left out. `company` is one that need not be looked up."""
    data = _without_broken_text(data)
    form = _form_class()(data, instance=page)
    company_field = form.fields["company"]
    if isinstance(company_field, _CompanyField):
        company_field.known = company
    mistaken = set(form.errors)
    if "categories" in form.cleaned_data:
        page.categories.set(form.cleaned_data["categories"])
    places = _places_class()(data, prefix="locations")
    if places.is_valid():
        page.locations.set([place.instance for place in places.ordered_forms])
    else:
        mistaken.add("locations")
    page.slug = data.get("slug", page.slug).strip()
    return Typed(page=page, mistaken=frozenset(mistaken))


def _without_broken_text(data: QueryDict) -> QueryDict:
    """The editor's script sends rich text as JSON. What is no such JSON counts as left out, for Wagtail raises whatever comes of it."""
    widget = _form_class().base_fields["description"].widget
    try:
        widget.value_from_datadict(data, MultiValueDict(), "description")
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        data = data.copy()
        del data["description"]
    return data


class _CompanyField(forms.ModelChoiceField[Company]):
    known: Company | None = None

    @override
    def to_python(self, value: str | None) -> Company | None:
        if self.known is not None and value == str(self.known.pk):
            return self.known
        found: Company | None = super().to_python(value)
        return found


class _Form[M: models.Model](forms.ModelForm[M]):
    """Reads a model without judging it as a whole: the editor's own form does, and asks the database much more for it."""

    def _post_clean(self) -> None:  # Django's own, which the stubs do not know
        forms.models.construct_instance(self, self.instance, self.fields)


@cache
def _form_class() -> type[forms.ModelForm[JobPage]]:
    fields = [*PART_OF.keys() - {"locations"}, *AROUND]
    return forms.modelform_factory(JobPage, form=_Form, fields=fields, field_classes={"company": _CompanyField})


@cache
def _places_class() -> type[forms.BaseFormSet[forms.ModelForm[JobLocation]]]:
    fields = ["street", "postal_code", "locality", "region", "country"]
    place = forms.modelform_factory(JobLocation, form=_Form, fields=fields)
    return forms.formset_factory(place, can_delete=True, can_order=True)


def readable(typed: Typed, *, before: PostingDetails = UNTOLD) -> Readable:
    page = typed.page
    part = _Parts({PART_OF[name] for name in typed.mistaken if name in PART_OF})
    details = PostingDetails(
        title=part("Title", lambda: _said(page.title), before.title),
        hiring_organization=part("Company", lambda: _said(page.company.name), before.hiring_organization),
        description=part("Description", lambda: _description(page.description), before.description),
        workplace_type=part("Workplace", lambda: page.workplace, before.workplace_type),
        employment_types=part("Employment", lambda: page.employment, before.employment_types),
        locations=part("Place", lambda: page.places, before.locations),
        salary=part("Pay", lambda: page.salary, before.salary),
        apply_to=part("How to apply", lambda: page.apply_to, before.apply_to),
        valid_through=part("Closing date", lambda: page.closing, before.valid_through),
        categories=part("Category", lambda: frozenset(page.category_names), before.categories),
    )
    return Readable(details, tuple(label for label in dict.fromkeys(PART_OF.values()) if label in part.unreadable))


@dataclass(frozen=True, slots=True)
class _Parts:
    unreadable: set[str] = field(default_factory=set)

    def __call__[V](self, label: str, read: Callable[[], V], otherwise: V) -> V:
        if label not in self.unreadable:
            try:
                return read()
            except (ValueError, ObjectDoesNotExist):
                self.unreadable.add(label)
        return otherwise


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("Nothing is said.")
    return text


def _description(html: str) -> Description:
    return Description.of(html=rich_text.canonical(html), summary=rich_text.summary(html))
