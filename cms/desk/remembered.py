"""What filters offer to choose from, remembered for a minute: it is the same on every look at a list, and seldom changes.

Whether a choice exists is still asked of the database; a new company may at worst be missing among the choices of another process.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, override

import django_filters
from django.core.cache import cache
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.forms.models import ModelChoiceIteratorValue
from django_filters.fields import ModelChoiceField, ModelChoiceIterator, ModelMultipleChoiceField

SECONDS: Final = 60


class RememberedChoices(ModelChoiceIterator):  # type: ignore[type-arg]  # it takes none when it runs
    @override
    def __iter__(self) -> Iterator[tuple[ModelChoiceIteratorValue | str, str]]:
        if self.field.empty_label is not None:
            yield ("", str(self.field.empty_label))
        yield from ((str(key), name) for key, name in _names(self.queryset.model))

    @override
    def __len__(self) -> int:
        return len(_names(self.queryset.model)) + (self.field.empty_label is not None)

    @override
    def __bool__(self) -> bool:
        return len(self) > 0


class _OneField(ModelChoiceField):
    iterator = RememberedChoices


class _SeveralField(ModelMultipleChoiceField):
    iterator = RememberedChoices


class RememberedChoiceFilter(django_filters.ModelChoiceFilter):
    """For a model whose instances have a `name`."""

    field_class = _OneField


class RememberedMultipleChoiceFilter(django_filters.ModelMultipleChoiceFilter):
    field_class = _SeveralField


def forget_when_changed(*models: type[Model]) -> None:
    for model in models:
        for signal in (post_save, post_delete):
            signal.connect(_forget, sender=model, weak=False, dispatch_uid=f"cms.desk.forget.{model.__name__}")


def _forget(sender: type[Model], **_: object) -> None:
    cache.delete(_key(sender))


def _names(model: type[Model]) -> list[tuple[int, str]]:
    key = _key(model)
    names: list[tuple[int, str]] | None = cache.get(key)
    if names is None:
        names = list(model._default_manager.values_list("pk", "name"))  # noqa: SLF001  # the documented way to any model's rows
        cache.set(key, names, SECONDS)
    return names


def _key(model: type[Model]) -> str:
    return f"cms.desk.names.{model._meta.model_name}"
