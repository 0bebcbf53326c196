"""Which postings meet a search, filter by filter."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

import numpy as np

from cms.finding.columns import Columns, Mask
from cms.finding.facets import paid_in
from cms.finding.found import Criterion
from cms.finding.rows import EMPLOYMENTS, WORKPLACES
from jobs_domain.salary import SalaryFloor
from jobs_domain.topics import JobSearch

type Masks = dict[Criterion | None, Mask]
"""For each filter in use, and for the text (key `None`), the postings that meet it."""


def masks(columns: Columns, search: JobSearch | None) -> Masks:
    """All but that of the text."""
    if search is None:
        return {}
    names, size = columns.names, len(columns)
    found: Masks = {}
    if search.categories:
        numbers = names.categories_called(search.categories).values()
        found[Criterion.CATEGORY] = columns.categories.mask(numbers, size)
    if search.places:
        found[Criterion.PLACE] = columns.places.mask(names.places_called(search.places).values(), size)
    if search.companies:
        found[Criterion.COMPANY] = np.isin(columns.company, list(names.companies_called(search.companies).values()))
    if search.workplace_types:
        found[Criterion.WORKPLACE] = np.isin(
            columns.workplace, [WORKPLACES.index(kind) for kind in search.workplace_types]
        )
    if search.employment_types:
        bits = sum(1 << EMPLOYMENTS.index(kind) for kind in search.employment_types)
        found[Criterion.EMPLOYMENT] = (columns.employment & bits) != 0
    if search.salary is not None:
        found[Criterion.SALARY] = _paid(columns, search.salary)
    return found


def all_of(first: Mask, others: Iterable[Mask]) -> Mask:
    return reduce(np.logical_and, others, first)


def all_but_one(first: Mask, masks: Masks) -> Masks:
    """For each filter what the others leave."""
    return {left_out: all_of(first, (mask for key, mask in masks.items() if key is not left_out)) for left_out in masks}


def _paid(columns: Columns, floor: SalaryFloor) -> Mask:
    return paid_in(floor.currency, columns) & (columns.pay >= int(floor.amount * 100))
