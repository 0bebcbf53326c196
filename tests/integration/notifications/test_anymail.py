"""Mail through a provider's HTTP interface, and what its answers mean."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from anymail.message import AnymailMessage, AnymailRecipientStatus  # type: ignore[import-untyped]  # Anymail has no types
from anymail.signals import pre_send  # type: ignore[import-untyped]  # as above
from django.conf import LazySettings
from django.core import mail

from notifications.answers import Accepted, Answer, Deferred, Refused, Unavailable
from notifications.mailers import chosen
from notifications.mailers.anymail import MERGING, AnymailMailer, Merging
from notifications.mailers.port import Mailer
from notifications.personal import Personal, fill_html, fill_text
from tests.integration.notifications.provider import Provider
from tests.integration.notifications.test_mailers import ANA, BEN, CLEO, DAN, LETTER, kinds, provider, sent, some, to

pytestmark = pytest.mark.integration

TEST_BACKEND = "anymail.backends.test.EmailBackend"
__all__ = ["provider"]


@pytest.fixture
def mailer(provider: Provider) -> Iterator[Mailer]:
    mailer = chosen.mailer()
    assert isinstance(mailer, AnymailMailer)
    yield mailer
    mailer.close()


def test_a_call_takes_many_messages_and_each_recipient_gets_their_own(provider: Provider, mailer: Mailer) -> None:
    messages = some(7)
    assert set(kinds(sent(mailer, messages, room=10))) == {Accepted}
    assert [len(call.recipients) for call in provider.calls] == [3, 3, 1]
    for call, one in zip(
        [provider.calls[0]] * 3 + [provider.calls[1]] * 3 + [provider.calls[2]], messages, strict=True
    ):
        assert call.filled("text", one.recipient) == fill_text(LETTER.text, LETTER.notification_id, one.personal)
        assert call.filled("html", one.recipient) == fill_html(LETTER.html, LETTER.notification_id, one.personal)
        assert call.filled("h:Message-Id", one.recipient) == one.message_id
        https, mailto = one.leave_links
        assert call.filled("h:List-Unsubscribe", one.recipient) == f"<{https}>, <{mailto}>"
        assert call.filled("h:List-Unsubscribe-Post", one.recipient) == "List-Unsubscribe=One-Click"
        assert call.filled("v:delivery", one.recipient) == str(one.delivery_id)
        assert call.filled("subject", one.recipient) == LETTER.subject


def test_a_value_is_escaped_in_html_only(provider: Provider, mailer: Mailer) -> None:
    messages = [replace(one, personal={Personal.LEAVE_URL: 'https://x.example/"><b>&'}) for one in to(ANA, BEN)]
    sent(mailer, messages, room=10)
    (call,) = provider.calls
    assert 'https://x.example/"><b>&' in call.filled("text", ANA)
    assert "https://x.example/&quot;&gt;&lt;b&gt;&amp;" in call.filled("html", BEN)


def test_what_somebody_wrote_is_never_taken_for_an_instruction(provider: Provider, mailer: Mailer) -> None:
    tricky = replace(LETTER, text="100% off: %recipient.h:Message-Id% %unsubscribe_url%")
    sent(mailer, [replace(one, letter=tricky) for one in to(ANA, BEN)], room=10)
    assert [call.recipients for call in provider.calls] == [[ANA], [BEN]]
    assert [call.fields["text"] for call in provider.calls] == [[tricky.text]] * 2
    assert not any(call.variables for call in provider.calls)


def test_somebody_who_gets_two_messages_gets_both(provider: Provider, mailer: Mailer) -> None:
    assert set(kinds(sent(mailer, to(ANA, BEN, ANA), room=10))) == {Accepted}
    assert [call.recipients for call in provider.calls] == [[ANA, BEN], [ANA]]


def test_messages_of_different_letters_go_in_different_calls(provider: Provider, mailer: Mailer) -> None:
    other = replace(LETTER, subject="Other")
    one, two = to(ANA, BEN)
    assert set(kinds(sent(mailer, [one, replace(two, letter=other)], room=10))) == {Accepted}
    assert [call.fields["subject"] for call in provider.calls] == [[LETTER.subject], ["Other"]]


def test_a_call_that_is_refused_for_one_recipient_is_split(provider: Provider, mailer: Mailer) -> None:
    provider.refused = {BEN}
    answers = sent(mailer, to(ANA, BEN, CLEO, DAN), room=10)
    assert kinds(answers) == [Accepted, Refused, Accepted, Accepted]
    assert "API response 400" in getattr(answers[1], "answer", "")
    assert provider.recipients() == {ANA: 1, CLEO: 1, DAN: 1}


@pytest.mark.parametrize("status", [401, 402, 403, 404, 429, 502, 503, 504])
def test_a_provider_that_takes_nothing_from_us_is_not_troubled_with_every_message(
    status: int, provider: Provider, mailer: Mailer
) -> None:
    provider.status = status
    answers = sent(mailer, some(10), room=10)
    assert kinds(answers) == [Unavailable] * 3
    assert provider.tried == 1
    assert f"API response {status}" in getattr(answers[0], "answer", "")
    assert "follower-0@example.org" not in getattr(answers[1], "answer", "")


@pytest.mark.parametrize("status", [408, 500])
def test_a_provider_in_trouble_may_have_taken_it(status: int, provider: Provider, mailer: Mailer) -> None:
    provider.status = status
    assert kinds(sent(mailer, some(4), room=10)) == [Deferred] * 4


def test_an_answer_that_makes_no_sense_is_no_yes(provider: Provider, mailer: Mailer) -> None:
    provider.body = "<html>"
    assert kinds(sent(mailer, some(1), room=10)) == [Deferred]


def test_a_provider_that_cannot_be_reached_is_waited_for(provider: Provider, settings: LazySettings) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "MAILGUN_API_URL": "http://127.0.0.1:1/v3"}
    assert kinds(sent(chosen.mailer(), some(2), room=10)) == [Unavailable] * 2


def test_a_provider_that_does_not_answer_is_not_waited_for_long(provider: Provider, settings: LazySettings) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    provider.hangs = True
    assert kinds(sent(chosen.mailer(), some(1), room=10)) == [Deferred]


def test_a_key_that_is_missing_is_nobodys_fault(provider: Provider, settings: LazySettings) -> None:
    settings.ANYMAIL = {}
    assert kinds(sent(chosen.mailer(), some(2), room=10)) == [Unavailable] * 2


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("sent", Accepted),
        ("queued", Accepted),
        ("invalid", Refused),
        ("rejected", Refused),
        ("failed", Deferred),
        ("unknown", Deferred),
    ],
)
@pytest.mark.parametrize("others", [0, 2])
def test_each_recipient_has_an_answer_of_their_own(
    told: str, kind: type[Answer], others: int, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(message: AnymailMessage, **_: object) -> None:
        statuses = {ANA: told, BEN: "sent", CLEO: "sent"}
        told_of = {recipient: AnymailRecipientStatus("1", statuses[recipient]) for recipient in message.to}
        message.anymail_test_response = {"recipient_status": told_of}

    monkeypatch.setitem(MERGING, TEST_BACKEND, Merging("%recipient.{}%"))
    settings.EMAIL_BACKEND = TEST_BACKEND
    pre_send.connect(answer)
    try:
        answers = sent(chosen.mailer(), to(*[ANA, BEN, CLEO][: 1 + others]), room=10)
    finally:
        pre_send.disconnect(answer)
    assert kinds(answers) == [kind] + [Accepted] * others
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "backend", ["brevo", "postmark", "resend", "scaleway", "mailtrap", "sparkpost", "mandrill", "mailersend"]
)
def test_where_the_provider_fills_in_nothing_each_message_has_a_call(backend: str, settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = f"anymail.backends.{backend}.EmailBackend"
    assert chosen.mailer().connections == 1


@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support for SendGrid")
@pytest.mark.parametrize("backend", [path.split(".")[2] for path in MERGING])
def test_what_is_said_to_each_provider_is_something_that_anymail_can_say(backend: str, settings: LazySettings) -> None:
    """Nobody is there: but Anymail complains before it finds out if a provider lacks something."""
    settings.EMAIL_BACKEND = f"anymail.backends.{backend}.EmailBackend"
    name = backend.upper()
    url = "http://127.0.0.1:1/"
    settings.ANYMAIL = {f"{name}_API_KEY": "key", f"{name}_SECRET_KEY": "key", f"{name}_API_URL": url}
    answers = sent(chosen.mailer(), to(ANA, BEN), room=10)
    assert kinds(answers) == [Unavailable, Unavailable]
    assert "Connection refused" in getattr(answers[0], "answer", "")
