"""What a visitor asks the list for."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from jobs_domain.topics import JobSearch

POSTINGS_PER_PAGE: Final = 20


class Sort(Enum):
    """The order of the list. Without a text there is no best match, and the newest come first."""

    NEWEST = "newest"
    CLOSING_SOON = "closing"
    BEST_MATCH = "match"


class PostedSince(Enum):
    """How many days ago a posting was first published at most."""

    DAY = 1
    WEEK = 7
    MONTH = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`search` is `None` when every posting is wanted; `page` begins at 1."""

    search: JobSearch | None = None
    since: PostedSince | None = None
    sort: Sort = Sort.NEWEST
    page: int = 1
