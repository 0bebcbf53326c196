"""Columns of lists of postings. Followers and what was told last are read once for all rows of a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self, override
from uuid import UUID

from django.utils.functional import cached_property
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import PageTable

from adapters import words
from adapters.newsroom import newsroom
from cms.desk.standing import PUBLIC, Standing
from cms.followers import numbers_of_followers
from cms.models import JobPage
from jobs_domain.identifiers import PostingId
from jobs_domain.valid_through import InvalidClosingDate


@dataclass(frozen=True, slots=True)
class Audience:
    """Who follows some postings, and when news of each was last sent."""

    followers: Mapping[UUID, int]
    told: Mapping[PostingId, datetime]

    @classmethod
    def of(cls, pages: Iterable[JobPage]) -> Self:
        ids = [PostingId(page.posting_id) for page in pages]
        return cls(followers=numbers_of_followers(ids), told=newsroom().last_told(ids) if ids else {})

    def number(self, page: JobPage) -> int:
        return self.followers.get(page.posting_id, 0)

    def last_told(self, page: JobPage) -> datetime | None:
        return self.told.get(PostingId(page.posting_id))


WIDE: Final = "desk-wide"
"""The class of columns that a narrow screen has no room for."""
MEDIUM: Final = "desk-medium"
"""The class of those that only a telephone has no room for."""


class PostingTable(PageTable):
    @cached_property
    def audience(self) -> Audience:
        return Audience.of(self.data)


class StandingColumn(Column):
    """For pages that were read `with_standing`."""

    cell_template_name = "cms/desk/standing_cell.html"

    class Media:
        css: Final = {"all": ["cms/desk.css"]}

    @override
    def get_cell_context_data(self, instance: JobPage, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        standing = Standing(context["raw_value"])
        return context | {"standing": standing.label, "is_public": standing in PUBLIC}


class ClosingColumn(Column):
    @override
    def get_value(self, instance: JobPage) -> str:
        return closing_words(instance)


class FollowersColumn(Column):
    @override
    def get_cell_context_data(self, instance: JobPage, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        return context | {"value": _audience(parent_context).number(instance)}


class ToldColumn(DateColumn):
    @override
    def get_cell_context_data(self, instance: JobPage, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        return context | {"value": _audience(parent_context).last_told(instance)}


def closing_words(page: JobPage) -> str:
    """The closing date in the posting's own zone."""
    try:
        closing = page.closing
    except InvalidClosingDate:
        return ""
    return "" if closing is None else words.closing(closing)


def _audience(parent_context: dict[str, Any]) -> Audience:
    table = parent_context["table"]
    if not isinstance(table, PostingTable):
        raise TypeError("The column belongs into a table of postings.")
    return table.audience
