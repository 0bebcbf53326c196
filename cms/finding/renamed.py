"""Searches that name a company or a category as it was called before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cms import former_slugs
from cms.finding import kept
from cms.finding.names import Named
from cms.models import Category, Company
from jobs_domain.topics import JobSearch


def current(search: JobSearch | None) -> JobSearch | None:
    """The same search with the slugs of today. Asked after the search was made: it goes by the names that were read for it.

    No query if all slugs are known.
    """
    names = kept.names()
    if search is None or names is None or not (search.companies or search.categories):
        return search
    companies = _current(Company, search.companies, names.company_names)
    categories = _current(Category, search.categories, names.category_names)
    return replace(search, companies=companies, categories=categories)


def _current(kind: type[Company | Category], slugs: frozenset[str], named: Mapping[int, Named]) -> frozenset[str]:
    unknown = slugs - {each.slug for each in named.values()}
    successors = former_slugs.successors(kind, unknown) if unknown else {}
    return frozenset(successors.get(slug, slug) for slug in slugs)
