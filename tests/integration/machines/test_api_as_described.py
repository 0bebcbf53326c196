"""Whatever one asks the API, it answers as its description says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.schemas import APIOperation

from cms.api.endpoints import api
from tests.integration.cms.factories import make_category, make_closed_job, make_job

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

schema = schemathesis.openapi.from_dict({**api.get_openapi_schema(), "servers": []})
schema.app = get_wsgi_application()


@pytest.fixture(autouse=True)
def _postings(db: None) -> None:
    make_job(categories=(make_category("Food"),))
    make_job("Cook", town=None, apply_url="", apply_email="cook@bread.example", closing_date=None)
    make_closed_job("Filled")


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The application is in this process, and must leave the test's connection open, as it does for Django's own client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_it_answers_as_described(case: schemathesis.Case[APIOperation[Any, Any, Any, Any]]) -> None:
    case.call_and_validate(headers={"Host": "testserver"})
