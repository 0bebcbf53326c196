"""A real conversation with a mail server that takes some recipients and refuses others."""

from collections.abc import Iterator
from email import message_from_bytes, policy

import pytest
import time_machine
from django.conf import LazySettings

from jobs_domain.email_address import EmailAddress
from notifications.answers import pause_after
from notifications.mailers import chosen
from notifications.models import Delivery
from notifications.sending import send_due
from tests.integration.notifications.world import BETTER_PAID, announce, follow, show, states
from tests.mail_server import MailServer, running
from tests.unit.examples import ANA

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def mail_server(settings: LazySettings) -> Iterator[MailServer]:
    with running(MailServer()) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = server.port
        settings.EMAIL_TIMEOUT = 5
        yield server
        chosen.close()


def test_one_refusal_for_good_and_one_for_now_leave_the_others_alone(
    mail_server: MailServer, clock: time_machine.Traveller
) -> None:
    show()
    names = ("ana", "ben", "cleo", "dan")
    people = {name: EmailAddress(f"{name}@example.org") for name in names}
    for address in people.values():
        follow(address)
    mail_server.taken.clear()
    mail_server.rule("RCPT", "550 5.1.1 No such user here", recipient=people["ben"].value)
    mail_server.rule("RCPT", "451 4.7.1 Greylisted, come back later", recipient=people["cleo"].value)
    show(BETTER_PAID)
    announce()
    assert send_due() == 4
    assert {address.partition("@")[0]: state for address, state in states().items()} == {
        "ana": "SENT",
        "ben": "FAILED",
        "cleo": "WAITING",
        "dan": "SENT",
    }
    assert len({message.session for message in mail_server.taken}) == 1
    refused = Delivery.objects.get(state="FAILED")
    assert refused.answers.get().answer == "550 5.1.1 No such user here"

    mail_server.rules.clear()
    clock.shift(pause_after(1))
    assert send_due() == 1
    assert mail_server.recipients() == {people[name].value: 1 for name in ("ana", "cleo", "dan")}


def test_what_arrives_is_a_whole_and_readable_mail(mail_server: MailServer) -> None:
    show()
    follow(ANA)
    show(BETTER_PAID)
    announce()
    send_due()
    last = mail_server.taken[-1]
    assert last.recipient == ANA.for_the_wire
    arrived = message_from_bytes(last.content, policy=policy.default)
    assert arrived["Subject"] == "Pay raised: Baker at Bread & Co"
    text, html = arrived.get_body(("plain",)), arrived.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "€3,200–3,600 a month" in text.get_content()
    assert "€3,200–3,600 a month" in html.get_content()
    assert max(map(len, last.content.split(b"\r\n"))) <= 998


def test_a_server_that_is_not_there_is_waited_for(mail_server: MailServer, settings: LazySettings) -> None:
    show()
    follow(ANA)
    show(BETTER_PAID)
    announce()
    settings.EMAIL_PORT = 1
    assert send_due() == 0
    assert states() == {ANA.value: "WAITING"}
    assert not Delivery.objects.filter(state="WAITING", attempts__gt=0).exists()
