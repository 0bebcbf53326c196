"""What the engine may rely on, whichever way the mail goes; and SMTP with a server that does all that servers do."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import PIPE, Popen
from threading import enumerate as all_threads
from time import monotonic
from typing import Protocol, override
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.core import mail

from notifications.answers import Accepted, Answer, Deferred, Refused, Unavailable
from notifications.letters import Letter, Message
from notifications.mailers import chosen, smtp_connection
from notifications.mailers.anymail import AnymailMailer
from notifications.mailers.django_backend import DjangoMailer
from notifications.mailers.port import Mailer, Room
from notifications.mailers.smtp import SmtpMailer
from notifications.mime import compiled_letter
from notifications.personal import Personal, mark
from tests.integration.notifications import scripted
from tests.integration.notifications.provider import Provider
from tests.mail_server import OFFERS, Fault, MailServer, running

pytestmark = pytest.mark.integration

SMTP = "django.core.mail.backends.smtp.EmailBackend"
SHORT = 0.4
NUMBER = UUID("6f1c1d7e-30a5-4bd1-9f0c-3f6a1f1b2c3d")
LEAVE = mark(Personal.LEAVE_URL, NUMBER)
LETTER = Letter(
    notification_id=NUMBER,
    language="en",
    sender="jobs@board.example.org",
    sender_name="Followable Jobs",
    subject="Pay raised: Baker",
    text=f"More money\n.\n..\n.hidden\nLeave: {LEAVE}\n",
    html=f'<p>More money</p>\n.\n<a href="{LEAVE}">Leave</a>\n',
    list_id="42.followers.board.example.org",
)
ANA, BEN, CLEO, DAN = (f"{name}@example.org" for name in ("ana", "ben", "cleo", "dan"))


def message(number: int, recipient: str = "", letter: Letter = LETTER) -> Message:
    leave_url = f"https://board.example.org/leave/{number}?a=1&b=2"
    return Message(
        letter=letter,
        delivery_id=number,
        recipient=recipient or f"follower-{number}@example.org",
        message_id=f"<{number}.secret@board.example.org>",
        personal={Personal.LEAVE_URL: leave_url},
        leave_links=(leave_url, f"mailto:leave+{number}@board.example.org?subject=unsubscribe"),
    )


def to(*recipients: str) -> list[Message]:
    return [message(number, recipient) for number, recipient in enumerate(recipients)]


def some(count: int) -> list[Message]:
    return [message(number) for number in range(count)]


def sent(mailer: Mailer, messages: Iterable[Message], *, room: int = 1) -> dict[int, Answer]:
    """By delivery. The room is given back as answers come."""
    return handed_over(mailer, iter(messages), Room(room))


def handed_over(mailer: Mailer, messages: Iterator[Message], room: Room) -> dict[int, Answer]:
    answers: dict[int, Answer] = {}
    for results in mailer.send(messages, room):
        for result in results:
            assert result.delivery_id not in answers
            answers[result.delivery_id] = result.answer
        room.give_back(len(results))
    return answers


def kinds(answers: dict[int, Answer]) -> list[type[Answer]]:
    return [type(answer) for _, answer in sorted(answers.items())]


class Way(Protocol):
    """A mailer with a server that does as it is told."""

    mailer: Mailer
    room: int

    def refuse(self, recipient: str) -> None: ...

    def shut(self) -> None: ...

    def open(self) -> None: ...

    def taken(self) -> Counter[str]: ...


@dataclass
class OverSmtp(Way):
    mailer: Mailer
    room: int
    server: MailServer

    @override
    def refuse(self, recipient: str) -> None:
        self.server.rule("RCPT", "550 5.1.1 No such user", recipient=recipient)

    @override
    def shut(self) -> None:
        self.server.rule("MAIL", "421 4.3.2 Back soon")

    @override
    def open(self) -> None:
        self.server.rules.clear()

    @override
    def taken(self) -> Counter[str]:
        return self.server.recipients()


@dataclass
class OverDjango(Way):
    mailer: Mailer
    room: int
    server: scripted.Server

    @override
    def refuse(self, recipient: str) -> None:
        self.server.refuse(recipient)

    @override
    def shut(self) -> None:
        self.mailer.close()
        self.server.closed = ConnectionRefusedError("Nobody there")

    @override
    def open(self) -> None:
        self.server.closed = None

    @override
    def taken(self) -> Counter[str]:
        return Counter(recipient for email in mail.outbox for recipient in email.to)


@dataclass
class OverHttp(Way):
    mailer: Mailer
    room: int
    provider: Provider

    @override
    def refuse(self, recipient: str) -> None:
        self.provider.refused.add(recipient)

    @override
    def shut(self) -> None:
        self.provider.status = 429

    @override
    def open(self) -> None:
        self.provider.status = 200

    @override
    def taken(self) -> Counter[str]:
        return self.provider.recipients()


@pytest.fixture
def mail_server(settings: LazySettings) -> Iterator[MailServer]:
    with running(MailServer()) as server:
        settings.EMAIL_BACKEND = SMTP
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = server.port
        settings.EMAIL_TIMEOUT = 10
        yield server


@pytest.fixture
def provider(settings: LazySettings) -> Iterator[Provider]:
    with Provider() as provider:
        settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
        settings.EMAIL_TIMEOUT = 10
        settings.MAIL_BATCH = 3
        settings.ANYMAIL = {"MAILGUN_API_KEY": "key", "MAILGUN_API_URL": provider.url}
        yield provider


@pytest.fixture
def make(settings: LazySettings) -> Iterator[Callable[..., SmtpMailer]]:
    made: list[SmtpMailer] = []

    def mailer(connections: int = 1) -> SmtpMailer:
        settings.MAIL_CONNECTIONS = connections
        chosen.close()
        mailer = chosen.mailer()
        assert isinstance(mailer, SmtpMailer)
        made.append(mailer)
        return mailer

    yield mailer
    for one in made:
        one.close()


@pytest.fixture(params=["inline", "inline step by step", "ahead", "four", "four step by step", "django", "http"])
def way(request: pytest.FixtureRequest, settings: LazySettings, server: scripted.Server) -> Iterator[Way]:
    kind = str(request.param)
    if kind == "django":
        way: Way = OverDjango(chosen.mailer(), 1, server)
        assert isinstance(way.mailer, DjangoMailer)
    elif kind == "http":
        provider = request.getfixturevalue("provider")
        way = OverHttp(chosen.mailer(), 5, provider)
        assert isinstance(way.mailer, AnymailMailer)
    else:
        mail_server = request.getfixturevalue("mail_server")
        if "step" in kind:
            mail_server.offers = OFFERS[1:]
        settings.MAIL_CONNECTIONS = 4 if "four" in kind else 1
        way = OverSmtp(chosen.mailer(), 1 if "inline" in kind else 6, mail_server)
        assert isinstance(way.mailer, SmtpMailer)
    yield way
    way.mailer.close()


def test_each_message_is_sent_once_and_has_one_answer(way: Way) -> None:
    messages = some(40)
    assert set(kinds(sent(way.mailer, messages, room=way.room))) == {Accepted}
    assert way.taken() == Counter(message.recipient for message in messages)


def test_a_recipient_who_is_refused_stops_no_other(way: Way) -> None:
    way.refuse(BEN)
    answers = sent(way.mailer, to(ANA, BEN, CLEO, DAN), room=way.room)
    assert kinds(answers) == [Accepted, Refused, Accepted, Accepted]
    assert way.taken() == Counter([ANA, CLEO, DAN])


def test_a_message_that_cannot_be_written_down_stops_no_other(way: Way) -> None:
    messages = to(ANA, BEN, CLEO)
    messages[1] = replace(messages[1], message_id="<1@example.org>\r\nBcc: everybody@example.org")
    assert kinds(sent(way.mailer, messages, room=way.room)) == [Accepted, Refused, Accepted]
    assert way.taken() == Counter([ANA, CLEO])


def test_a_server_that_takes_nothing_is_not_troubled_with_every_message(way: Way) -> None:
    assert set(kinds(sent(way.mailer, some(3), room=way.room))) == {Accepted}
    way.shut()
    messages = iter(some(100))
    answers = handed_over(way.mailer, messages, Room(way.room))
    assert set(kinds(answers)) == {Unavailable}
    assert 1 <= len(answers) <= max(way.room, way.mailer.connections)
    assert len(list(messages)) == 100 - len(answers), "no other has been drawn"
    way.open()
    assert set(kinds(sent(way.mailer, to(ANA), room=way.room))) == {Accepted}
    assert way.taken()[ANA] == 1


def test_there_are_never_more_unmarked_messages_than_there_is_room_for(way: Way) -> None:
    """They are marked only when the mailer has nothing else to do."""
    room = Room(way.room)
    marked = most = 0
    answers: list[Answer] = []
    for results in way.mailer.send(iter(some(40)), room):
        answers += [result.answer for result in results]
        most = max(most, way.taken().total() - marked)
        if not results or not room.free:
            places, marked = len(answers) - marked, len(answers)
            room.give_back(places)
    assert len(answers) == 40
    assert most <= way.room


def test_who_wants_it_to_stop_lets_the_messages_end(way: Way) -> None:
    drawn: list[int] = []
    stopping: list[bool] = []

    def messages() -> Iterator[Message]:
        for one in some(100):
            if stopping:
                return
            drawn.append(one.delivery_id)
            yield one

    room = Room(way.room)
    answers: dict[int, Answer] = {}
    for results in way.mailer.send(messages(), room):
        answers |= {result.delivery_id: result.answer for result in results}
        room.give_back(len(results))
        stopping.append(True)
    assert sorted(answers) == drawn
    assert way.taken().total() == len(drawn) < 100


def test_who_walks_away_disturbs_nobody_after_them(way: Way) -> None:
    walk = way.mailer.send(iter(some(40)), Room(way.room))
    next(walk)
    del walk
    assert set(kinds(sent(way.mailer, to(ANA, BEN, CLEO), room=way.room))) == {Accepted}
    assert way.taken() & Counter([ANA, BEN, CLEO]) == Counter([ANA, BEN, CLEO])


def test_nothing_is_sent_and_nothing_opened_if_there_is_nothing_to_send(way: Way) -> None:
    assert sent(way.mailer, [], room=way.room) == {}
    assert not way.taken()


def test_a_closed_mailer_leaves_nothing_behind_and_can_be_used_again(way: Way) -> None:
    for round_ in (1, 2):
        sent(way.mailer, some(8), room=way.room)
        way.mailer.close()
        way.mailer.close()
        assert way.taken().total() == 8 * round_
        assert not [thread for thread in all_threads() if thread.name == "mail"]
        if isinstance(way, OverSmtp):
            way.server.wait_until_alone()
            assert {commands[-1].upper() for commands in way.server.commands.values()} == {"QUIT"}


def test_the_mailer_is_kept_until_the_settings_change(mail_server: MailServer, settings: LazySettings) -> None:
    first = chosen.mailer()
    sent(first, some(1))
    assert chosen.mailer() is first
    settings.MAIL_CONNECTIONS = 3
    second = chosen.mailer()
    assert second is not first
    assert second.connections == 3
    mail_server.wait_until_alone()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert isinstance(chosen.mailer(), DjangoMailer)


type Make = Callable[..., SmtpMailer]


@pytest.fixture(params=["at once", "step by step"])
def by_smtp(request: pytest.FixtureRequest, mail_server: MailServer) -> MailServer:
    if request.param == "step by step":
        mail_server.offers = OFFERS[1:]
    return mail_server


def test_connections_stay_open_from_call_to_call(mail_server: MailServer, make: Make) -> None:
    mailer = make()
    for _ in range(3):
        sent(mailer, some(5))
    assert mail_server.sessions == 1


def test_several_connections_are_used_at_once(mail_server: MailServer, make: Make) -> None:
    mail_server.delay = 0.01
    assert set(kinds(sent(make(4), some(40), room=8))) == {Accepted}
    assert Counter(taken.session for taken in mail_server.taken).keys() == {0, 1, 2, 3}


def test_commands_go_at_once_only_if_the_server_says_that_they_may(mail_server: MailServer, make: Make) -> None:
    sent(make(), some(5))
    assert mail_server.ahead == 2 * 5
    mail_server.ahead = 0
    mail_server.offers = OFFERS[1:]
    sent(make(), some(5))
    assert mail_server.ahead == 0


def test_what_arrives_is_what_was_meant_dots_and_all(by_smtp: MailServer, make: Make) -> None:
    (one,) = some(1)
    sent(make(), [one])
    (taken,) = by_smtp.taken
    assert taken.content == compiled_letter(LETTER).fill(one)
    assert (taken.sender, taken.recipient, taken.message_id) == (LETTER.sender, one.recipient, one.message_id)
    assert b"\r\n.hidden" in taken.content


@pytest.mark.parametrize("step", ["RCPT", "DATA", "CONTENT"])
@pytest.mark.parametrize(("reply", "kind"), [("451 4.7.1 Later", Deferred), ("550 5.7.1 Never", Refused)])
def test_an_answer_concerns_only_the_message_that_it_answers(
    step: str, reply: str, kind: type[Answer], by_smtp: MailServer, make: Make
) -> None:
    by_smtp.rule(step, reply, recipient=BEN)
    answers = sent(make(), to(ANA, BEN, CLEO, BEN, DAN))
    assert kinds(answers) == [Accepted, kind, Accepted, kind, Accepted]
    assert getattr(answers[1], "answer", None) == reply
    assert by_smtp.recipients() == Counter([ANA, CLEO, DAN])
    assert by_smtp.sessions == 1


def test_a_go_ahead_for_a_message_to_nobody_is_not_believed(mail_server: MailServer, make: Make) -> None:
    mail_server.rule("RCPT", "550 5.1.1 No such user", recipient=BEN)
    mail_server.rule("DATA", "354 Whatever you say")
    answers = sent(make(), to(ANA, BEN, CLEO))
    assert kinds(answers) == [Accepted, Refused, Accepted]
    assert mail_server.recipients() == Counter([ANA, CLEO])
    assert mail_server.sessions == 1


@pytest.mark.parametrize(
    "answer",
    [Unavailable("550 5.7.1 Not you"), Unavailable("451 4.3.0 Not now"), Refused("552 5.3.4 Too large")],
)
def test_a_sender_is_refused_for_all_messages_but_a_size_for_one(
    answer: Unavailable | Refused, by_smtp: MailServer, make: Make
) -> None:
    by_smtp.rule("MAIL", answer.answer, times=1)
    mailer = make()
    assert sent(mailer, to(ANA)) == {0: answer}
    assert kinds(sent(mailer, to(BEN))) == [Accepted]


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("step", ["RCPT", "DATA", "CONTENT"])
def test_whatever_happens_to_one_message_the_next_is_sent(
    fault: Fault, step: str, by_smtp: MailServer, make: Make, settings: LazySettings
) -> None:
    settings.EMAIL_TIMEOUT = SHORT
    by_smtp.rule(step, fault, recipient=BEN)
    begun = monotonic()
    answers = sent(make(), to(BEN, CLEO))
    assert kinds(answers) == [Deferred, Accepted]
    assert monotonic() - begun < smtp_connection.longest_conversation(SHORT) + 5
    assert by_smtp.recipients() == Counter([CLEO])


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("step", ["CONNECT", "EHLO"])
def test_a_server_that_does_not_even_greet_is_not_there(
    fault: Fault, step: str, mail_server: MailServer, make: Make, settings: LazySettings
) -> None:
    if step == "EHLO":  # a server may not know it; one that does not know HELO either is none
        mail_server.rule("HELO", fault)
    settings.EMAIL_TIMEOUT = SHORT
    mail_server.rule(step, fault)
    begun = monotonic()
    answers = sent(make(), to(ANA, BEN))
    assert kinds(answers) == [Unavailable]
    assert monotonic() - begun < smtp_connection.longest_conversation(SHORT) + 5


def test_nonsense_before_there_is_a_recipient_is_nobodys_fault(by_smtp: MailServer, make: Make) -> None:
    by_smtp.rule("MAIL", Fault.GARBAGE)
    assert kinds(sent(make(), to(ANA, BEN))) == [Unavailable]


def test_a_message_that_may_have_arrived_has_the_same_id_the_next_time(by_smtp: MailServer, make: Make) -> None:
    by_smtp.rule("TAKEN", Fault.DROP, times=1)
    mailer = make()
    assert kinds(sent(mailer, to(ANA))) == [Deferred]
    assert kinds(sent(mailer, to(ANA))) == [Accepted]
    first, second = by_smtp.taken
    assert first.message_id == second.message_id


def test_a_connection_that_ended_meanwhile_is_replaced(by_smtp: MailServer, make: Make) -> None:
    mailer = make()
    sent(mailer, to(ANA))
    by_smtp.drop_all()
    by_smtp.wait_until_alone()
    assert kinds(sent(mailer, to(BEN))) == [Accepted]
    assert by_smtp.recipients() == Counter([ANA, BEN])


def test_a_connection_that_has_been_idle_is_asked_first(
    by_smtp: MailServer, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailer = make()
    sent(mailer, to(ANA, BEN))
    assert "noop" not in by_smtp.commands[0]
    monkeypatch.setattr(smtp_connection, "IDLE_SECONDS", -1)
    sent(mailer, to(CLEO))
    assert by_smtp.commands[0].count("noop") == 1
    by_smtp.rule("NOOP", Fault.DROP)
    assert kinds(sent(mailer, to(DAN))) == [Accepted]
    assert (by_smtp.sessions, by_smtp.recipients()[DAN]) == (2, 1)


def test_a_server_that_wants_a_new_connection_now_and_then_gets_it(by_smtp: MailServer, make: Make) -> None:
    by_smtp.rule("MAIL", "421 4.7.0 Enough for one connection", spare=2, times=1)
    assert set(kinds(sent(make(), some(5)))) == {Accepted}
    assert by_smtp.sessions == 2


def test_a_server_that_shuts_down_in_the_middle_is_left_alone(by_smtp: MailServer, make: Make) -> None:
    by_smtp.rule("MAIL", "421 4.3.2 Going down", spare=3)
    answers = sent(make(), some(10))
    assert kinds(answers) == [Accepted, Accepted, Accepted, Unavailable]
    assert answers[3] == Unavailable("421 4.3.2 Going down")


def test_a_421_to_one_message_stops_no_other(mail_server: MailServer, make: Make) -> None:
    mail_server.rule("CONTENT", "421 4.3.2 Going down", recipient="follower-5@example.org")
    messages = iter(some(1000))
    answers = handed_over(make(4), messages, Room(8))
    accepted = {number for number, answer in answers.items() if answer == Accepted()}
    assert {f"follower-{number}@example.org" for number in accepted} == set(mail_server.recipients())
    assert {answers[number] for number in answers.keys() - accepted} == {
        Deferred("421 4.3.2 Going down", may_be_all=True)
    }
    assert len(answers) + len(list(messages)) == 1000


def test_a_server_that_bears_few_connections_gets_no_more(mail_server: MailServer, make: Make) -> None:
    mail_server.most_sessions = 2
    mail_server.delay = 0.005
    assert set(kinds(sent(make(4), some(40), room=8))) == {Accepted}
    assert mail_server.recipients().total() == 40


@pytest.mark.parametrize("reply", ["554 5.7.1 Go away", "421 4.3.2 Too busy", "450 4.3.2 Not now"])
def test_a_server_that_greets_with_no_takes_nothing(reply: str, mail_server: MailServer, make: Make) -> None:
    mail_server.rule("CONNECT", reply)
    assert sent(make(), to(ANA, BEN)) == {0: Unavailable(reply)}


def test_a_server_that_is_not_there_takes_nothing(mail_server: MailServer, make: Make, settings: LazySettings) -> None:
    settings.EMAIL_PORT = 1
    assert kinds(sent(make(4), some(10), room=4)) == [Unavailable] * 4


def test_a_wrong_password_is_nobodys_fault_and_the_right_one_works(
    mail_server: MailServer, make: Make, settings: LazySettings
) -> None:
    mail_server.login = "board:secret"
    assert kinds(sent(make(), to(ANA))) == [Unavailable]
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "board", "wrong"
    assert sent(make(), to(ANA, BEN)) == {0: Unavailable("535 5.7.8 Wrong password")}
    settings.EMAIL_HOST_PASSWORD = "secret"
    assert kinds(sent(make(), to(ANA, BEN))) == [Accepted, Accepted]


def test_an_international_mailbox_needs_a_server_that_can(by_smtp: MailServer, make: Make) -> None:
    answers = sent(make(), to("søren@example.org", ANA))
    assert kinds(answers) == [Refused, Accepted]
    assert "SMTPUTF8" in getattr(answers[0], "answer", "")
    by_smtp.offers = (*by_smtp.offers, "SMTPUTF8")
    assert kinds(sent(make(), to("søren@example.org"))) == [Accepted]
    taken = by_smtp.taken[-1]
    assert taken.recipient == "søren@example.org"
    assert "To: søren@example.org\r\n".encode() in taken.content
    mail_from = [command for command in by_smtp.commands[1] if command.startswith("MAIL")]
    assert [command.endswith(" BODY=8BITMIME SMTPUTF8") for command in mail_from] == [True]


def test_a_server_that_offers_smtputf8_and_then_refuses_it_refuses_that_message_only(
    by_smtp: MailServer, make: Make
) -> None:
    by_smtp.offers = (*by_smtp.offers, "SMTPUTF8")
    by_smtp.rule("MAIL", "553 5.6.7 Not to that host", times=1)
    assert kinds(sent(make(), to("søren@example.org", ANA))) == [Refused, Accepted]
    by_smtp.rule("MAIL", "451 4.3.0 Not now", times=1)
    assert kinds(sent(make(), to("søren@example.org", ANA))) == [Unavailable]


def test_the_server_as_a_program_writes_down_what_it_takes_before_it_says_so(
    make: Make, settings: LazySettings, tmp_path: Path
) -> None:
    spool = tmp_path / "spool"
    command = [sys.executable, "-m", "tests.mail_server", "--spool", str(spool)]
    command += ["--rule", f"TAKEN|{BEN}|drop", "--rule", f"RCPT|{CLEO}|550 5.1.1 No such user"]
    with Popen(command, stdout=PIPE, text=True) as program:
        try:
            assert program.stdout is not None
            settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "127.0.0.1"
            settings.EMAIL_PORT = int(program.stdout.readline())
            assert kinds(sent(make(), to(ANA, BEN, CLEO, DAN))) == [Accepted, Deferred, Refused, Accepted]
        finally:
            program.terminate()
    lines = [f"{who}\t<{number}.secret@board.example.org>" for number, who in ((0, ANA), (1, BEN), (3, DAN))]
    assert spool.read_text().splitlines() == lines
    assert program.returncode == 0


def test_a_message_that_waits_for_a_server_that_hangs_is_not_an_attempt(
    mail_server: MailServer, make: Make, settings: LazySettings
) -> None:
    settings.EMAIL_TIMEOUT = SHORT
    mail_server.rule("CONTENT", Fault.DRIP)
    begun = monotonic()
    answers = sent(make(), some(10), room=5)
    assert kinds(answers) == [Deferred, Unavailable]
    assert monotonic() - begun < smtp_connection.longest_conversation(SHORT) + 5
