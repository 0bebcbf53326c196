"""Make one company of two that are the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import batched
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from wagtail.log_actions import log
from wagtail.models import Revision
from wagtail.permissions import page_permission_policy

from cms import bridge
from cms.actions.history import write_down
from cms.former_slugs import lead_on
from cms.models import Company, JobPage
from jobs_domain.changes import MinorChange

CHUNK: Final = 200


class MergeCompaniesPermissionError(PermissionDenied):
    """Only who may change and delete companies, and publish every posting of the one that goes, may merge them."""


class CannotMergeCompanies(ValueError):
    """A company cannot be merged into itself, or one of the two is there no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeCompaniesAction:
    """Every posting of `duplicate` becomes one of `kept`, which stays as it is; then `duplicate` is deleted. Nobody is told.

    Drafts and schedules name the company that remains, too, and are neither published nor lost. Locks are no obstacle: as when a company is
    renamed, nothing that somebody is writing is touched.
    """

    duplicate: Company
    kept: Company
    user: AbstractBaseUser | None = None

    def check(self, *, skip_permission_checks: bool = False) -> None:
        """Raises `MergeCompaniesPermissionError` or `CannotMergeCompanies`."""
        if self.user and not skip_permission_checks and not may_merge(self.duplicate, self.user):
            raise MergeCompaniesPermissionError("You do not have permission to merge this company.")
        if self.duplicate == self.kept:
            raise CannotMergeCompanies("A company cannot be merged into itself.")

    def execute(self, *, skip_permission_checks: bool = False) -> int:
        """Returns how many postings have moved."""
        self.check(skip_permission_checks=skip_permission_checks)
        with transaction.atomic():
            both = Company.objects.select_for_update().filter(pk__in=[self.duplicate.pk, self.kept.pk])
            if len(both.order_by("pk")) < 2:
                raise CannotMergeCompanies("One of the two companies has been deleted meanwhile.")
            moved = sum(self._move(page) for page in list(pages_of(self.duplicate)))
            self._rename_in_revisions()
            log(
                instance=self.kept,
                action="cms.merge",
                user=self.user,
                data={"duplicate": self.duplicate.name, "postings": moved},
            )
            lead_on(Company, self.duplicate.slug, self.kept.slug)
            log(instance=self.duplicate, action="wagtail.delete", user=self.user, deleted=True)
            self.duplicate.delete()
        return moved

    def _move(self, page: JobPage) -> bool:
        """Whether it is a posting, not a further address of one."""
        if page.live:
            # what had happened before, such as an expiry that nobody has looked at yet, is told as ever
            bridge.observe(page)
        page.company = self.kept
        if page.live:
            bridge.observe(page, note=MinorChange())
        page.save(update_fields=["company"], clean=False)
        names = {"old": self.duplicate.name, "new": self.kept.name}
        write_down(page, "cms.move_company", user=self.user, data=names)
        return page.alias_of_id is None

    def _rename_in_revisions(self) -> None:
        for chunk in batched(self._revisions(), CHUNK, strict=False):
            for revision in chunk:
                revision.content["company"] = self.kept.pk
            Revision.objects.bulk_update(chunk, ["content"])

    def _revisions(self) -> Iterator[Revision]:
        of_postings = Revision.page_revisions.filter(content_type=ContentType.objects.get_for_model(JobPage))
        keys = list(of_postings.filter(content__company=self.duplicate.pk).values_list("pk", flat=True))
        for chunk in batched(keys, CHUNK, strict=False):
            yield from Revision.objects.filter(pk__in=chunk)


def pages_of(company: Company) -> QuerySet[JobPage]:
    """Drafts and aliases, too."""
    return JobPage.objects.filter(company=company).order_by("pk")


def may_merge(duplicate: Company, user: AbstractBaseUser) -> bool:
    if not may_merge_some(user):
        return False
    mine = page_permission_policy.instances_user_has_permission_for(user, "publish")
    return not pages_of(duplicate).exclude(pk__in=mine.order_by().values("pk")).exists()


def may_merge_some(user: AbstractBaseUser) -> bool:
    rights = ("cms.change_company", "cms.delete_company")
    return (
        isinstance(user, PermissionsMixin)
        and user.has_perms(rights)
        and page_permission_policy.user_has_permission(user, "publish")
    )
