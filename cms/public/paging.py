"""Links from one page of a list to the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageLink:
    """`number` is `None` where pages are left out; `href` is empty for the page that is shown."""

    number: int | None
    href: str = ""


@dataclass(frozen=True, slots=True)
class Pages:
    """The page that is shown and those beside it, the first and the last."""

    number: int
    last: int
    address: Callable[[int], str]

    @property
    def several(self) -> bool:
        return self.last > 1

    @property
    def shown(self) -> str:
        """Where the page itself is: the first one without its number."""
        return self.address(self.number)

    @property
    def previous(self) -> str:
        return self.address(self.number - 1) if self.number > 1 else ""

    @property
    def next(self) -> str:
        return self.address(self.number + 1) if self.number < self.last else ""

    @property
    def links(self) -> list[PageLink]:
        links: list[PageLink] = []
        before = 0
        for number in sorted({1, self.number - 1, self.number, self.number + 1, self.last}):
            if not 1 <= number <= self.last:
                continue
            if number > before + 1:
                links.append(PageLink(None))
            links.append(PageLink(number, "" if number == self.number else self.address(number)))
            before = number
        return links


def first_of(page: int, *, size: int) -> int:
    """The number of the first posting on the page, in the whole list."""
    return (page - 1) * size + 1
