"""Open postings, with all that a feed or the API says of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from adapters.links import absolute
from adapters.models import PostingRecord
from cms.models import JobPage
from cms.models.category import with_words

LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPosting:
    """`changed_at` is when something that the public sees of it was last seen to be different."""

    page: JobPage
    posted_at: datetime
    changed_at: datetime

    @property
    def url(self) -> str:
        return absolute(self.page.path_on_site)

    @property
    def urn(self) -> str:
        """Of the posting, not of its page: it stays when the address changes."""
        return self.page.posting_id.urn


def public_postings(ids: Iterable[int], *, at: datetime) -> list[PublicPosting]:
    """Those of the pages that are open at the instant, in the order of `ids`.

    Four queries, and one for the names of categories in another language than the board's own.
    """
    wanted = tuple(ids)
    open_pages = JobPage.objects.open(at=at).filter(pk__in=wanted)
    pages = list(open_pages.select_related("company__logo").prefetch_related("locations", with_words("categories")))
    records = PostingRecord.objects.filter(pk__in=[page.posting_id for page in pages])
    changed = dict(records.values_list("posting_id", "updated_at"))
    found = {page.pk: _posting(page, changed.get(page.posting_id, LONG_AGO)) for page in pages}
    return [found[pk] for pk in wanted if pk in found]


def _posting(page: JobPage, changed_at: datetime) -> PublicPosting:
    posted_at = page.first_published_at or page.last_published_at or changed_at
    return PublicPosting(page=page, posted_at=posted_at, changed_at=max(changed_at, posted_at))
