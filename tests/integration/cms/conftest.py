"""People at their keyboards."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.integration.cms.factories import Heard, make_editor, make_publisher


@pytest.fixture
def publisher(db: None) -> Client:
    """The browser of somebody who may publish."""
    client = Client()
    client.force_login(make_publisher())
    return client


@pytest.fixture
def editor(db: None) -> Client:
    """The browser of somebody who may write and submit."""
    client = Client()
    client.force_login(make_editor())
    return client


@pytest.fixture
def heard(db: None) -> Heard:
    return Heard()
