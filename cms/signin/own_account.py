"""Wagtail's *Account*, where one changes one's address or password: by the password only, and guessing it is counted as at signing in."""

from __future__ import annotations

from functools import cached_property
from typing import override

from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import ValidationError
from django.forms import Form
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.account import NameEmailForm
from wagtail.admin.forms.auth import PasswordChangeForm
from wagtail.admin.views import account


class AddressForm(NameEmailForm):
    """Whoever has the address has the account: a link for a new password goes there. An account needs no name, as when it was made."""

    first_name = forms.CharField(label=_("First name"), required=False, max_length=150)
    last_name = forms.CharField(label=_("Last name"), required=False, max_length=150)
    known_password = forms.CharField(
        label=_("Your password"),
        help_text=_("Only needed to change the address."),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    @override
    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        if "email" in self.changed_data:
            said = str(cleaned.get("known_password", ""))
            if not said or not get_adapter().reauthenticate(self.instance, said):
                self.add_error("known_password", _("This is not your password. The address stays as it is without it."))
        return cleaned


class OwnPasswordForm(PasswordChangeForm):
    @override
    def clean_old_password(self) -> str:
        said: str = self.cleaned_data["old_password"]
        if not get_adapter().reauthenticate(self.user, said):
            raise ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return said


class _AskedOnce(account.BaseSettingsPanel):
    """Each form is read once for each request: a wrong password is one try, however often the form is shown."""

    @cached_property
    def form(self) -> Form:
        form: Form = super().get_form()  # type: ignore[no-untyped-call]  # stub gap: no annotations
        return form

    @override
    def get_form(self) -> Form:
        return self.form


class AddressPanel(_AskedOnce, account.NameEmailSettingsPanel):
    form_class = AddressForm


class PasswordPanel(_AskedOnce, account.ChangePasswordPanel):
    form_class = OwnPasswordForm


class AccountView(account.AccountView):
    @cached_property
    def panels(self) -> list[account.BaseSettingsPanel]:
        found: list[account.BaseSettingsPanel] = super().get_panels()  # type: ignore[no-untyped-call]  # stub gap: no annotations
        return [_ours(panel) for panel in found]

    @override
    def get_panels(self) -> list[account.BaseSettingsPanel]:
        return self.panels


def _ours(panel: account.BaseSettingsPanel) -> account.BaseSettingsPanel:
    if isinstance(panel, account.NameEmailSettingsPanel):
        return AddressPanel(panel.request, panel.user, panel.profile)
    if isinstance(panel, account.ChangePasswordPanel):
        return PasswordPanel(panel.request, panel.user, panel.profile)
    return panel
