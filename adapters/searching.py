"""What only the list of open postings knows of a search: how it is called, and what it shows.

The way back from whoever tells people of new postings to the pages on which they are found; as in `newsroom.py`, neither knows the other.
"""

from abc import abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from jobs_domain.identifiers import PostingId
from jobs_domain.topics import JobSearch


@dataclass(frozen=True, slots=True)
class SearchInWords:
    """`Data jobs in Berlin, from €60,000 a year`, in the language that is active; `path` is that of the list, without a language."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Anchors:
    """By which a posting finds a search, as 64-bit numbers. Every posting that the list shows for it has at least one of `values`, and one
    of each of `needs`.
    """

    values: frozenset[int]
    needs: tuple[frozenset[int], ...]


class OnTheList(Protocol):
    """A posting that the list shows at this moment, to those who do not search as well."""

    @property
    @abstractmethod
    def numbers(self) -> frozenset[int]:
        """To be compared with the anchors of searches."""

    @abstractmethod
    def is_shown_for(self, searches: Sequence[JobSearch]) -> Sequence[bool]:
        """For each of the searches whether the list shows the posting."""


class Searching(Protocol):
    @abstractmethod
    def in_words(self, search: JobSearch, *, only_known: bool = False) -> SearchInWords:
        """With `only_known` nothing is in the name that a visitor could have typed: no text, and no name that the board does not have."""

    @abstractmethod
    def listed(self, search: JobSearch, posting_ids: Collection[PostingId]) -> tuple[PostingId, ...]:
        """Those of the postings that the list shows for the search at this moment, the newest first."""

    @property
    @abstractmethod
    def anchors_version(self) -> int:
        """Changes when searches get other anchors."""

    @abstractmethod
    def anchors(self, search: JobSearch) -> Anchors: ...

    @abstractmethod
    def on_the_list(self, posting_id: PostingId) -> OnTheList | None:
        """`None` if the list does not show the posting at this moment."""


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
