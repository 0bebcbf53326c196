"""What can be followed, and how often one is told."""

from dataclasses import dataclass
from enum import Enum

from jobs_domain.identifiers import PostingId
from jobs_domain.posting_details import EmploymentType, WorkplaceType


class InvalidJobSearch(ValueError):
    """The search has no criteria, so that everything would match."""


class Frequency(Enum):
    """How soon a follower hears."""

    IMMEDIATE = "IMMEDIATE"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"


@dataclass(frozen=True, slots=True)
class PostingTopic:
    """One posting."""

    posting_id: PostingId


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSearch:
    """Postings that meet all criteria; several values within one criterion mean *or*. Raises `InvalidJobSearch` if empty."""

    text: str = ""
    categories: frozenset[str] = frozenset()
    workplace_types: frozenset[WorkplaceType] = frozenset()
    employment_types: frozenset[EmploymentType] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", " ".join(self.text.split()))
        if not (self.text or self.categories or self.workplace_types or self.employment_types):
            raise InvalidJobSearch("A search to follow needs at least one criterion.")


type Topic = PostingTopic | JobSearch
