"""Companies and categories under a slug that they no longer have: whoever kept an address or a search finds them.

What is known of it are Wagtail's redirects from the page of the one to that of the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models.signals import pre_save
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect

from adapters.web.languages import without_prefix
from cms.models import Category, Company

CHANGES: Final = 10
"""A slug is followed through so many changes at most."""


def connect() -> None:
    for kind in (Company, Category):
        pre_save.connect(slug_changes, sender=kind, weak=False, dispatch_uid=f"cms.former_slugs.{kind.__name__}")


def slug_changes(instance: Company | Category, *, raw: bool = False, **_: object) -> None:
    kind = type(instance)
    if raw or instance.pk is None:
        return
    before = kind.objects.filter(pk=instance.pk).values_list("slug", flat=True).first()
    if before and before != instance.slug:
        lead_on(kind, before, instance.slug)


def lead_on(kind: type[Company | Category], former: str, now: str) -> None:
    """From the page of the one slug to that of the other."""
    there, here = _path(kind, former), _path(kind, now)
    # else two that were renamed to and fro could lead to each other for ever
    Redirect.objects.filter(old_path=Redirect.normalise_path(here)).delete()
    Redirect.objects.update_or_create(
        old_path=Redirect.normalise_path(there), site=None, defaults={"redirect_link": here, "redirect_page": None}
    )


def successors(kind: type[Company | Category], slugs: Iterable[str]) -> dict[str, str]:
    """For each of the slugs that led on the one that it leads to in the end."""
    found, looking = dict[str, str](), {slug: slug for slug in slugs}
    for _ in range(CHANGES):
        by_path = {Redirect.normalise_path(_path(kind, at)): first for first, at in looking.items()}
        rows = Redirect.objects.filter(old_path__in=by_path, site=None).values_list("old_path", "redirect_link")
        looking = {by_path[path]: _slug(link) for path, link in rows}
        if not looking:
            break
        found |= looking
    return found


def predecessors(kind: type[Company | Category], slugs: Iterable[str]) -> dict[str, str]:
    """For each slug that leads on to one of the slugs which one that is. Slugs that somebody has today are not among them."""
    found, looking = dict[str, str](), {slug: slug for slug in slugs}
    for _ in range(CHANGES):
        by_path = {_path(kind, at): last for at, last in looking.items()}
        here = _path(kind, "x").rpartition("/x")[0].removesuffix("/")
        rows = Redirect.objects.filter(redirect_link__in=by_path, site=None, old_path__startswith=here)
        looking = {_slug(old): by_path[link] for old, link in rows.values_list("old_path", "redirect_link")}
        looking = {slug: last for slug, last in looking.items() if slug not in found}
        if not looking:
            break
        found |= looking
    taken = set(kind.objects.filter(slug__in=found).values_list("slug", flat=True)) if found else set[str]()
    return {former: now for former, now in found.items() if former not in taken}


def _path(kind: type[Company | Category], slug: str) -> str:
    with without_prefix():
        return reverse("public:company" if kind is Company else "public:category", args=[slug])


def _slug(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]
