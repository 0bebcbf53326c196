"""Which addresses are those of the admin, wherever that is."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from adapters.web.languages import without_prefix


def is_of_the_admin(path: str) -> bool:
    """`path` has no language before it. A project of its own addresses may have no admin."""
    try:
        with without_prefix():
            return path.startswith(reverse("wagtailadmin_home"))
    except NoReverseMatch:
        return False
