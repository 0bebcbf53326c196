"""What of django-allauth has an address, below the admin's: nobody signs up here, and no address is confirmed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from allauth.account.views import reauthenticate
from allauth.mfa.base.views import authenticate, index
from allauth.mfa.base.views import reauthenticate as reauthenticate_by_code
from allauth.mfa.recovery_codes.views import generate_recovery_codes, view_recovery_codes
from allauth.mfa.totp.views import activate_totp, deactivate_totp
from allauth.mfa.webauthn.views import (
    add_webauthn,
    edit_webauthn,
    login_webauthn,
    reauthenticate_webauthn,
    remove_webauthn,
)
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView
from wagtail.admin.auth import require_admin_access
from wagtail.admin.localization import get_localized_response
from wagtail.admin.views.account import LogoutView
from wagtail.log_actions import LogContext

from adapters import limits
from cms.admin.editor import editor_of
from cms.signin import throttle
from cms.signin.own_account import AccountView
from cms.signin.views import LoginView, PasswordResetView

type View = Callable[..., HttpResponseBase]


@never_cache
def by_passkey(request: HttpRequest) -> HttpResponseBase:
    """Each time that one is asked for begins a session, of whoever it is; so only so often."""
    if refused := limits.take(throttle.passkeys(request)):
        return throttle.page(request, refused)
    response: HttpResponseBase = login_webauthn(request)
    return response


def leads_on(view: View) -> View:
    """For who is signed in as far as there is anything to sign in with; in their language."""

    @wraps(view)
    def shown(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        with LogContext(user=editor_of(request)):
            response: HttpResponse = get_localized_response(view, request, *args, **kwargs)  # type: ignore[no-untyped-call]  # stub gap
        return response

    guarded = never_cache(login_required(shown))
    vars(guarded)["leads_on"] = True
    return guarded


to_overview = RedirectView.as_view(pattern_name="mfa_index")

urlpatterns: list[URLPattern] = [
    path("login/", LoginView.as_view(), name="account_login"),
    # by which Wagtail leads to it from private files and pages
    path("login/", LoginView.as_view(), name="wagtailcore_login"),
    path("logout/", require_POST(LogoutView.as_view())),
    path("login/code/", authenticate, name="mfa_authenticate"),
    path("login/passkey/", by_passkey, name="mfa_login_webauthn"),
    path("password_reset/", never_cache(PasswordResetView.as_view())),
    path("account/", require_admin_access(never_cache(AccountView.as_view()))),
    path("account/confirm/", leads_on(reauthenticate), name="account_reauthenticate"),
    path("account/confirm/code/", leads_on(reauthenticate_by_code), name="mfa_reauthenticate"),
    path("account/confirm/passkey/", leads_on(reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("account/second-factor/", leads_on(index), name="mfa_index"),
    path("account/second-factor/app/", leads_on(activate_totp), name="mfa_activate_totp"),
    path("account/second-factor/app/remove/", leads_on(deactivate_totp), name="mfa_deactivate_totp"),
    path("account/second-factor/codes/", leads_on(view_recovery_codes), name="mfa_view_recovery_codes"),
    path("account/second-factor/codes/new/", leads_on(generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("account/second-factor/passkeys/", leads_on(to_overview), name="mfa_list_webauthn"),
    path("account/second-factor/passkeys/add/", leads_on(add_webauthn), name="mfa_add_webauthn"),
    path("account/second-factor/passkeys/<int:pk>/", leads_on(edit_webauthn), name="mfa_edit_webauthn"),
    path("account/second-factor/passkeys/<int:pk>/remove/", leads_on(remove_webauthn), name="mfa_remove_webauthn"),
]
