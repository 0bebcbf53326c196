"""A still clock and a mail server that does as it is told."""

from collections.abc import Iterator

import pytest
import time_machine
from django.conf import LazySettings
from django.core import mail

from notifications import sending
from tests.integration.notifications import scripted
from tests.unit.examples import NOW


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def server(settings: LazySettings) -> Iterator[scripted.Server]:
    """Takes every mail unless told otherwise; mails that it took are in `django.core.mail.outbox`."""
    settings.EMAIL_BACKEND = f"{scripted.__name__}.{scripted.ScriptedBackend.__name__}"
    mail.outbox = []
    sending._suspected.clear()
    scripted.server = scripted.Server()
    yield scripted.server
    scripted.server = scripted.Server()
