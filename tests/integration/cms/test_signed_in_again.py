"""Editors whose session ended while they edited go on with the same form."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from tests.integration.cms.factories import make_job, make_publisher, the_board

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_who_has_signed_in_again_is_given_the_token_that_the_form_needs() -> None:
    publisher = Client(enforce_csrf_checks=True)
    publisher.force_login(make_publisher())
    for address in (
        reverse("cms_editor:panel", args=[make_job().pk]),
        reverse("cms_editor:panel_of_new", args=[the_board().pk]),
    ):
        assert Client().get(address).headers["Location"].startswith("/admin/login/")
        form = {"csrfmiddlewaretoken": publisher.get(address).json()["token"]}
        assert publisher.post(address, {}).status_code == HTTPStatus.FORBIDDEN
        assert publisher.post(address, form).status_code == HTTPStatus.OK
