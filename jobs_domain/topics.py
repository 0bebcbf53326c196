"""What can be followed, and how one wants to be told."""

from dataclasses import dataclass
from datetime import datetime

from jobs_domain.digests import DigestTime, Frequency
from jobs_domain.identifiers import LanguageCode, PostingId
from jobs_domain.posting_details import EmploymentType, WorkplaceType
from jobs_domain.salary import SalaryFloor


class InvalidJobSearch(ValueError):
    """The search has no criteria, so that everything would match."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How somebody wants to be told. With `share_address` the company that hires may see the address.

    Without a `digest_time` digests come when the board sends them. Before `paused_until` nothing is told of changes and of new postings;
    what happens meanwhile is told afterwards, together.
    """

    language: LanguageCode
    frequency: Frequency = Frequency.IMMEDIATE
    share_address: bool = False
    digest_time: DigestTime | None = None
    paused_until: datetime | None = None

    def is_paused(self, *, at: datetime) -> bool:
        return self.paused_until is not None and at < self.paused_until


@dataclass(frozen=True, slots=True)
class PostingTopic:
    """One posting."""

    posting_id: PostingId


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSearch:
    """Postings that meet all criteria; several values within one criterion mean *or*. Raises `InvalidJobSearch` if empty.

    Categories, companies and places are told by their slugs.
    """

    text: str = ""
    categories: frozenset[str] = frozenset()
    companies: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    workplace_types: frozenset[WorkplaceType] = frozenset()
    employment_types: frozenset[EmploymentType] = frozenset()
    salary: SalaryFloor | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", " ".join(self.text.split()))
        narrowed = self.categories or self.companies or self.places or self.workplace_types or self.employment_types
        if not (self.text or narrowed or self.salary):
            raise InvalidJobSearch("A search to follow needs at least one criterion.")


type Topic = PostingTopic | JobSearch
