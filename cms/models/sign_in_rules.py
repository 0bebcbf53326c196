"""Who must sign in with a second factor."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import Group
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


@register_setting(icon="lock", order=900)
class SignInRules(BaseGenericSetting):
    """One row. Whoever is in one of the roles is led to set up a second factor before anything else of the admin is shown."""

    superusers = models.BooleanField(
        _("administrators need a second factor"),
        default=False,
        help_text=_("An app that makes codes, or a passkey. Those who may do everything, whatever their roles."),
    )
    groups: models.ManyToManyField[Group, models.Model] = models.ManyToManyField(
        Group,
        blank=True,
        related_name="+",
        verbose_name=_("roles that need a second factor"),
        help_text=_("Whoever is in one of them and has none is asked to set it up with the next page they open."),
    )

    panels: ClassVar = [FieldPanel("superusers"), FieldPanel("groups", widget=CheckboxSelectMultiple)]

    class Meta(BaseGenericSetting.Meta):
        verbose_name = _("signing in")
