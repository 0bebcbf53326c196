"""Packages that only some boards need."""

from importlib.util import find_spec

from django.core.exceptions import ImproperlyConfigured


def needs(extra: str, *, module: str, because: str) -> None:
    """Raises `ImproperlyConfigured`, with the command that helps, if the extra is not installed."""
    try:
        is_there = find_spec(module) is not None
    except ModuleNotFoundError:
        is_there = False
    if not is_there:
        raise ImproperlyConfigured(f"{because}, and what that needs is not installed: uv sync --no-dev --extra {extra}")
