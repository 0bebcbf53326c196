"""Wagtail's screens for signing in, and what is done about the second factor of others."""

from __future__ import annotations

from typing import Any, override

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.forms import PasswordResetForm as DjangoPasswordResetForm
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView
from wagtail.admin.views import account
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from adapters import limits
from cms.signin import links, stamps, throttle
from cms.signin.records import Happened, note
from cms.signin.standing import Standing, standing_of


class LoginView(account.LoginView):
    """Wagtail's first step, the password; django-allauth goes on with the second factor, if there is one."""

    template_name = "cms/signin/login.html"

    @override
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if standing_of(request) is Standing.MUST_SET_UP:
            return HttpResponseRedirect(reverse("mfa_index"))
        if request.user.is_authenticated and request.user.has_perm("wagtailadmin.access_admin"):
            # Wagtail would take it for the name of a view if it looks like none of an address
            return HttpResponseRedirect(self.get_success_url())  # type: ignore[no-untyped-call]  # stub gap: no annotations
        response: HttpResponse = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]  # stub gap: no annotations
        return response

    @override
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if refused := limits.take(throttle.passwords(request)):
            return throttle.page(request, refused)
        return super().post(request, *args, **kwargs)

    @override
    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        limits.give_back(throttle.passwords(self.request))
        user = form.get_user()
        # what an ended session has shown is no proof for the next one
        self.request.session.flush()
        age = None if form.cleaned_data.get("remember") else 0
        self.request.session.set_expiry(age if age == 0 else self.request.session.get_session_cookie_age())
        to = self.get_success_url()  # type: ignore[no-untyped-call]  # stub gap: no annotations
        login = Login(user=user, redirect_url=to)
        response: HttpResponse = perform_password_login(self.request, {"username": user.get_username()}, login)
        return response


class PasswordResetView(account.PasswordResetView):
    """Wagtail's, so often only, and in the same time whether there is an account or not."""

    @override
    def form_valid(self, form: DjangoPasswordResetForm) -> HttpResponse:
        if refused := limits.take(throttle.resets(self.request, form.cleaned_data["email"])):
            return throttle.page(self.request, refused)
        links.ask(form.cleaned_data["email"])
        return HttpResponseRedirect(str(self.success_url))


class ResetSecondFactorView(WagtailAdminTemplateMixin, FormView[Form]):
    """Somebody has lost the phone and the recovery codes: an administrator takes away what there is."""

    form_class = Form
    template_name = "cms/signin/reset.html"
    header_icon = "lock"
    person: User

    @override
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.person = get_object_or_404(User, pk=kwargs["pk"])
        if not may_reset(request.user, self.person):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @override
    def get_page_title(self) -> str:
        return _("Reset second factor")

    @override
    def get_page_subtitle(self) -> str:
        return str(self.person)

    @override
    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return []

    @override
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"person": self.person, "back": self.get_success_url()}

    @override
    def form_valid(self, form: Form) -> HttpResponse:
        reset(self.person, by=self.request.user if isinstance(self.request.user, AbstractBaseUser) else None)
        messages.success(self.request, _("%(person)s signs in with the password alone now.") % {"person": self.person})
        return super().form_valid(form)

    @override
    def get_success_url(self) -> str:
        return reverse("wagtailusers_users:index")


def may_reset(who: object, person: User) -> bool:
    """Whoever may change accounts; those of administrators only administrators."""
    return isinstance(who, User) and (
        who.is_superuser or (who.has_perm("auth.change_user") and not person.is_superuser)
    )


def reset(person: User, *, by: AbstractBaseUser | None = None) -> bool:
    """Take all factors and recovery codes away, and end all sessions for good. Returns whether there were any factors or codes."""
    taken, _by_model = Authenticator.objects.filter(user=person).delete()
    stamps.renew(person.pk)
    if taken:
        note(Happened.SECOND_FACTOR_RESET, person, by=by)
    return bool(taken)
