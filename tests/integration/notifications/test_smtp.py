"""A real conversation with a mail server that takes some recipients and refuses others."""

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import LazySettings

from jobs_domain.email_address import EmailAddress
from notifications.answers import pause_after
from notifications.models import Delivery
from notifications.sending import send_due
from tests.integration.notifications.world import BETTER_PAID, announce, follow, show, states
from tests.unit.examples import ANA

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


class MailServer:
    """Answers RCPT as it is told, and keeps what it takes."""

    def __init__(self) -> None:
        self.refusals: dict[str, str] = {}
        self.taken: dict[str, list[bytes]] = {}
        self.sessions: set[int] = set()

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.sessions.add(id(session))
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        (address,) = envelope.rcpt_tos
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken.setdefault(address, []).append(content)
        return "250 OK"


@pytest.fixture
def mail_server(settings: LazySettings) -> Iterator[MailServer]:
    handler = MailServer()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_TIMEOUT = 5
    yield handler
    controller.stop()


def test_one_refusal_for_good_and_one_for_now_leave_the_others_alone(
    mail_server: MailServer, clock: time_machine.Traveller
) -> None:
    show()
    names = ("ana", "ben", "cleo", "dan")
    people = {name: EmailAddress(f"{name}@example.org") for name in names}
    for address in people.values():
        follow(address)
    mail_server.taken.clear()
    mail_server.sessions.clear()
    mail_server.refusals = {
        people["ben"].value: "550 5.1.1 No such user here",
        people["cleo"].value: "451 4.7.1 Greylisted, come back later",
    }
    show(BETTER_PAID)
    announce()
    assert send_due() == 4
    assert {address.partition("@")[0]: state for address, state in states().items()} == {
        "ana": "SENT",
        "ben": "FAILED",
        "cleo": "WAITING",
        "dan": "SENT",
    }
    assert len(mail_server.sessions) == 1
    refused = Delivery.objects.get(state="FAILED")
    assert refused.answers.get().answer == "550 5.1.1 No such user here"

    mail_server.refusals.clear()
    clock.shift(pause_after(1))
    assert send_due() == 1
    assert {address: len(mails) for address, mails in mail_server.taken.items()} == {
        people[name].value: 1 for name in ("ana", "cleo", "dan")
    }


def test_what_arrives_is_a_whole_and_readable_mail(mail_server: MailServer) -> None:
    show()
    follow(ANA)
    show(BETTER_PAID)
    announce()
    send_due()
    arrived = message_from_bytes(mail_server.taken[ANA.for_the_wire][-1], policy=policy.default)
    assert arrived["Subject"] == "Salary raised: Baker at Bread & Co"
    text, html = arrived.get_body(("plain",)), arrived.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "€3,200–3,600 a month" in text.get_content()
    assert "€3,200–3,600 a month" in html.get_content()
    assert max(map(len, mail_server.taken[ANA.for_the_wire][-1].split(b"\r\n"))) <= 998


def test_a_server_that_is_not_there_is_waited_for(mail_server: MailServer, settings: LazySettings) -> None:
    show()
    follow(ANA)
    show(BETTER_PAID)
    announce()
    settings.EMAIL_PORT = 1
    assert send_due() == 0
    assert states() == {ANA.value: "WAITING"}
    assert not Delivery.objects.filter(state="WAITING", attempts__gt=0).exists()
