"""The headers that mail programs act on."""

import re
from email.message import Message
from email.utils import parseaddr

import pytest
from django.conf import LazySettings

from adapters import board, links
from jobs_domain.email_address import EmailAddress
from notifications.models import Audience, Delivery
from tests.integration.notifications.world import BETTER_PAID, ask, follow, show, work
from tests.unit.examples import ANA, POSTING_ID

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def to_follower() -> Message:
    show()
    follow(ANA)
    show(BETTER_PAID)
    (message,) = work()
    return message.message()


def test_a_followers_mail_can_be_left_with_one_click(to_follower: Message) -> None:
    delivery = Delivery.objects.get(notification__audience=Audience.FOLLOWERS)
    subscription_id = follow(ANA)
    assert delivery.subscription_id == subscription_id
    assert to_follower["List-Unsubscribe"] == f"<{links.end_url(subscription_id)}>"
    assert to_follower["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert to_follower["List-Id"] == f"<{POSTING_ID}.followers.board.example.org>"


def test_the_message_id_names_the_delivery(to_follower: Message) -> None:
    delivery = Delivery.objects.get(notification__audience=Audience.FOLLOWERS)
    assert re.fullmatch(rf"<{delivery.pk}\.[0-9a-f]{{16}}@board\.example\.org>", to_follower["Message-ID"])


def test_a_mail_comes_from_the_board_and_says_that_a_machine_wrote_it(to_follower: Message) -> None:
    assert parseaddr(to_follower["From"]) == ("Followable Jobs", "jobs@board.example.org")
    assert to_follower["Auto-Submitted"] == "auto-generated"
    assert to_follower["To"] == ANA.for_the_wire
    assert to_follower.get_content_type() == "multipart/alternative"
    payload = to_follower.get_payload()
    assert isinstance(payload, list)
    assert [part.get_content_type() for part in payload if isinstance(part, Message)] == ["text/plain", "text/html"]


def test_confirmations_and_mails_to_companies_are_no_list_mail() -> None:
    show()
    subscription_id = ask(ANA)
    messages = work()
    board.confirm_subscription(subscription_id=subscription_id)
    messages += work()
    assert len(messages) == 2
    for message in messages:
        assert not [name for name in message.message() if name.startswith("List-")]
        assert message.message()["Auto-Submitted"] == "auto-generated"


def test_an_international_domain_is_written_in_ascii() -> None:
    show()
    ask(EmailAddress("ana@käse.example"))
    (message,) = work()
    assert message.to == ["ana@xn--kse-qla.example"]


def test_an_unusual_but_valid_mailbox_is_written_as_it_is() -> None:
    show()
    ask(EmailAddress("o'brien+!#$%&*-/=?^_`{|}~@example.org"))
    (message,) = work()
    assert message.message()["To"] == "o'brien+!#$%&*-/=?^_`{|}~@example.org"


def test_a_board_with_an_unusual_name_and_sender_is_written_correctly(settings: LazySettings) -> None:
    settings.BOARD_NAME = "Käse, Brot & Jobs"
    settings.DEFAULT_FROM_EMAIL = "Jobs <jobs@käse.example>"
    show()
    ask(ANA)
    (message,) = work()
    sent = message.message()
    headers, _, _ = sent.as_bytes().partition(b"\n\n")
    assert headers.isascii()
    assert sent["From"].endswith("<jobs@xn--kse-qla.example>")
    assert sent["Message-ID"].endswith("@xn--kse-qla.example>")
