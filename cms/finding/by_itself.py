"""One posting by itself: whether the list shows it for a search, without looking at any other posting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from cms import former_slugs
from cms.finding.columns import Columns, Row
from cms.finding.masks import all_of, masks
from cms.finding.names import Names
from cms.finding.rows import category_names, company_name_of, pages_of, rows_of
from cms.finding.text_index import text_index
from cms.finding.words import terms
from cms.models.category import Category
from cms.models.company import Company
from jobs_domain.topics import JobSearch


@dataclass(frozen=True, slots=True, kw_only=True)
class ByItself:
    """A posting that is open. `columns` has one row; the companies and categories of `former` are told by slugs that led on to today's."""

    row: Row
    columns: Columns
    former_companies: Mapping[str, str]
    former_categories: Mapping[str, str]

    @classmethod
    def of(cls, posting_id: UUID, *, at: datetime) -> Self | None:
        """`None` if it is not open at the instant."""
        for page in pages_of([posting_id]):
            names = Names(company_names=company_name_of(page), category_names=category_names())
            for row in rows_of([page], names, at=at):
                return cls(
                    row=row,
                    columns=Columns.of([row], names, right_from=at),
                    former_companies=former_slugs.predecessors(Company, [names.companies_slug(row.company)]),
                    former_categories=former_slugs.predecessors(Category, map(names.categories_slug, row.categories)),
                )
        return None

    def is_shown_for(self, searches: Sequence[JobSearch]) -> Sequence[bool]:
        """For each of the searches."""
        asked = [terms(search.text) for search in searches]
        meets = [self._meets(search) for search in searches]
        with_text = [number for number, met in enumerate(meets) if met and asked[number]]
        found = text_index().contains(self.row.page, [asked[number] for number in with_text])
        for number, is_found in zip(with_text, found, strict=True):
            meets[number] = is_found
        return meets

    def _meets(self, search: JobSearch) -> bool:
        """All but the text."""
        now = replace(
            search,
            companies=frozenset(self.former_companies.get(slug, slug) for slug in search.companies),
            categories=frozenset(self.former_categories.get(slug, slug) for slug in search.categories),
        )
        return bool(all_of(self.columns.open(self.columns.right_from), masks(self.columns, now).values())[0])
