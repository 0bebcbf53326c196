"""Searches that are followed, and the new postings that they show."""

from typing import ClassVar, override

from django.db import models


class NewPosting(models.Model):
    """A posting that came onto the list for the first time, or again after a long while, at `noted_at`."""

    posting_id = models.UUIDField(primary_key=True)
    noted_at = models.DateTimeField(db_index=True)

    @override
    def __str__(self) -> str:
        return f"{self.posting_id} {self.noted_at:%Y-%m-%d %H:%M}"


class FollowedSearch(models.Model):
    """A search that somebody follows, or did not long ago; once for all who do. It is looked for by its anchors."""

    topic_key = models.CharField(max_length=80, unique=True)
    topic = models.JSONField[dict[str, object]]()
    needs = models.JSONField[list[list[int]]](default=list, help_text="A posting that it shows has a number of each.")
    anchors_version = models.PositiveSmallIntegerField(default=0, db_index=True, help_text="0 until it has any.")

    class Meta:
        verbose_name_plural = "followed searches"

    @override
    def __str__(self) -> str:
        return self.topic_key


class SearchAnchor(models.Model):
    """A number that a posting has which the list shows for the search (`adapters.searching`)."""

    value = models.BigIntegerField()
    search = models.ForeignKey(FollowedSearch, on_delete=models.CASCADE, related_name="anchors")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["value", "search"], name="search_by_anchor"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.value} {self.search_id}"


class SearchMatch(models.Model):
    """A new posting that the list showed for a followed search when it was new. `noted_at` is that of the posting.

    The ids of one search's matches go up in the order in which they are committed (`alerts.TURN`): who has read up to one of them has
    missed none.
    """

    search = models.ForeignKey(FollowedSearch, on_delete=models.CASCADE, related_name="matches")
    posting_id = models.UUIDField(db_index=True)
    noted_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "search matches"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["search", "posting_id"], name="one_match_per_posting"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.search_id} {self.posting_id}"
