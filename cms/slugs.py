"""Short names for addresses, made from names."""

from __future__ import annotations

from django.db import models
from django.utils.text import slugify


def free_slug[M: models.Model](name: str, *, among: models.QuerySet[M], fallback: str) -> str:
    """The slug of the name, with a number if one of `among` has it already."""
    base = slugify(name, allow_unicode=True) or fallback
    taken = set(among.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
