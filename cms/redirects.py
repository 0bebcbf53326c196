"""Wagtail's redirects for pages that moved, on boards of any size."""

from __future__ import annotations

from itertools import batched
from typing import Final, override

from wagtail.contrib.redirects import signal_handlers
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

CHUNK: Final = 500


class InParts(signal_handlers.BatchRedirectCreator):
    """Wagtail looks for redirects that are in the way with one condition for each page, and SQLite takes a thousand of them.

    https://www.sqlite.org/limits.html#max_expr_depth
    """

    @override
    def pre_process(self) -> None:
        by_site: dict[Site | None, list[str]] = {}
        for redirect in self.items:
            by_site.setdefault(redirect.site, []).append(redirect.old_path)
        for site, paths in by_site.items():
            for chunk in batched(paths, CHUNK, strict=False):
                Redirect.objects.filter(automatically_created=True, site=site, old_path__in=chunk).delete()


def write_in_parts() -> None:
    """Wagtail has no setting for the class."""
    setattr(signal_handlers, "BatchRedirectCreator", InParts)  # noqa: B010 - as types see it a class cannot be replaced
