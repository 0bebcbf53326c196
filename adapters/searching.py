"""What only the list of open postings knows of a search: how it is called, and what it shows.

The way back from whoever tells people of new postings to the pages on which they are found; as in `newsroom.py`, neither knows the other.
"""

from abc import abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Protocol

from jobs_domain.identifiers import PostingId
from jobs_domain.topics import JobSearch


@dataclass(frozen=True, slots=True)
class SearchInWords:
    """`Data jobs in Berlin, from €60,000 a year`, in the language that is active; `path` is that of the list, without a language."""

    name: str
    path: str


class Searching(Protocol):
    @abstractmethod
    def in_words(self, search: JobSearch, *, only_known: bool = False) -> SearchInWords:
        """With `only_known` nothing is in the name that a visitor could have typed: no text, and no name that the board does not have."""

    @abstractmethod
    def listed(self, search: JobSearch, posting_ids: Collection[PostingId]) -> tuple[PostingId, ...]:
        """Those of the postings that the list shows for the search at this moment, the newest first."""


class NoSearching(RuntimeError):
    """No app serves the port: `cms` is not installed, or Django is not set up yet."""


_serving: Final[list[Searching]] = []


def serve(searching: Searching) -> None:
    """To be called once, by the app that has the list, when Django starts."""
    _serving[:] = [searching]


def searching() -> Searching:
    """Raises `NoSearching`."""
    if not _serving:
        raise NoSearching("No app that has a list of postings is installed.")
    return _serving[0]
