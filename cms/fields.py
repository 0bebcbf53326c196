"""Fields whose forms Django does not have ready."""

from __future__ import annotations

from typing import Any, override

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.text import capfirst

from cms import choices
from jobs_domain.email_address import EmailAddress, InvalidEmailAddress


class WebAddressField(models.URLField[str, str]):
    """An address of the web; `https://` is assumed where the scheme is missing."""

    default_validators = [URLValidator(schemes=["http", "https"])]  # noqa: RUF012  # as in Django's own fields

    @override
    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**({"assume_scheme": "https"} | kwargs))


class EmploymentTypesField(models.JSONField[list[str], list[str]]):
    """A list of codes of `EmploymentType`, ticked in a form, always in the same order."""

    @override
    def formfield(self, **kwargs: Any) -> forms.Field:
        return forms.MultipleChoiceField(
            choices=choices.employment_types,
            widget=forms.CheckboxSelectMultiple,
            required=not self.blank,
            label=capfirst(self.verbose_name),
            help_text=self.help_text,
        )


def validate_email_address(text: str) -> None:
    """The core says what is wrong with the address."""
    try:
        EmailAddress(text)
    except InvalidEmailAddress as error:
        raise ValidationError(str(error)) from error
