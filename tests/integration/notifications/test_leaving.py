"""Leaving by mail."""

from __future__ import annotations

import mailbox
from datetime import timedelta
from email.message import EmailMessage
from io import BytesIO, StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import pytest
import time_machine
from django.conf import LazySettings
from django.core import mail
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.utils import timezone

from adapters import board, links
from adapters.models import SubscriptionRecord
from adapters.tokens import Purpose, sign_short
from jobs_domain.digests import Frequency
from jobs_domain.identifiers import SubscriptionId
from jobs_domain.topics import JobSearch
from notifications import bounces, leaving, maildir
from notifications.bounces import Effect
from notifications.checks import leave_address
from tests.integration.notifications.rows import every_row
from tests.integration.notifications.world import BETTER_PAID, ask, follow, show, work
from tests.unit.examples import ANA, BEN, wishes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

BAKERS: Final = JobSearch(text="baker")


@pytest.fixture(autouse=True)
def box(settings: LazySettings) -> None:
    settings.LEAVE_ADDRESS = "leave@board.example.org"


def written_to(address: str, **headers: str) -> EmailMessage:
    """As a mail program sends it that follows the link."""
    message = EmailMessage()
    message["From"] = "somebody@example.net"
    message["To"] = address
    message["Subject"] = "unsubscribe"
    for name, value in headers.items():
        del message[name.replace("_", "-")]
        message[name.replace("_", "-")] = value
    message.set_content("")
    return message


def address_of(subscription_id: SubscriptionId) -> str:
    return f"leave+{sign_short(Purpose.END, subscription_id)}@board.example.org"


def receive(message: EmailMessage) -> Effect:
    return bounces.take_in(message.as_bytes(), timezone.now()).effect


def states() -> list[str]:
    return list(SubscriptionRecord.objects.order_by("added_at").values_list("state", flat=True))


def test_a_mail_to_the_address_in_the_header_ends_exactly_that_subscription() -> None:
    show()
    posting, search, other = follow(ANA), follow(ANA, BAKERS, frequency=Frequency.DAILY), follow(BEN)
    show(BETTER_PAID)
    (message,) = [each for each in work() if each.to == [ANA.for_the_wire]]
    header = message.extra_headers["List-Unsubscribe"]
    https, mailto = (link.strip("<>") for link in header.split(", "))
    assert https == links.end_url(posting)
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address, _, query = mailto.removeprefix("mailto:").partition("?")
    assert (address, query) == (address_of(posting), "subject=unsubscribe")
    assert receive(written_to(address)) is Effect.LEFT
    ended = SubscriptionRecord.objects.get(state="ENDED")
    assert (ended.pk, ended.end_reason) == (posting, "UNSUBSCRIBED")
    assert {*SubscriptionRecord.objects.filter(state="CONFIRMED").values_list("pk", flat=True)} == {search, other}


def test_doing_it_again_changes_nothing_and_nobody_is_answered() -> None:
    show()
    reader = follow(ANA)
    wish = written_to(address_of(reader))
    assert receive(wish) is Effect.LEFT
    work()
    mail.outbox.clear()
    before = every_row()
    assert receive(wish) is Effect.LEFT
    assert every_row() == before
    assert work() == []
    assert mail.outbox == []


def test_a_year_later_the_successor_ends(clock: time_machine.Traveller) -> None:
    show()
    reader = follow(ANA)
    board.change_wishes(subscription_id=reader, wishes=wishes(Frequency.DAILY))
    clock.shift(timedelta(days=364))
    assert receive(written_to(address_of(reader))) is Effect.LEFT
    assert states() == ["ENDED", "ENDED"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Subject": ""},
        {"To": "undisclosed-recipients:;", "Delivered_To": "{address}"},
        {"To": "board@internal.example", "X_Original_To": "{address}"},
        {"To": '"Leave" <{address}>, somebody@example.org'},
        {"To": "<{ADDRESS}>"},
        {"To": "somebody@example.org", "Cc": "{address}"},
        {"Auto_Submitted": "auto-generated"},
    ],
)
def test_it_survives_what_happens_to_mails_on_their_way(headers: dict[str, str]) -> None:
    show()
    reader = follow(ANA)
    address = address_of(reader)
    filled = {name: value.format(address=address, ADDRESS=address.upper()) for name, value in headers.items()}
    assert receive(written_to(address, **filled)) is Effect.LEFT
    assert states() == ["ENDED"]


def test_what_is_forged_or_says_nothing_changes_nothing() -> None:
    show()
    reader = follow(ANA)
    right = address_of(reader)
    other_purpose = f"leave+{sign_short(Purpose.CONFIRM, reader)}@board.example.org"
    before = every_row()
    assert receive(written_to("leave@board.example.org")) is Effect.NO_REPORT
    assert receive(written_to("jobs@board.example.org", Subject=right)) is Effect.NO_REPORT
    assert receive(written_to(f"please{right}")) is Effect.NO_REPORT
    for forged in (other_purpose, right.replace("leave+", "leave+a"), right.replace("@", "7@"), f"leave+{'a' * 52}@x"):
        assert receive(written_to(forged)) is Effect.FORGED
    assert every_row() == before


@pytest.mark.parametrize(
    "headers", [{"Auto_Submitted": "auto-replied"}, {"Auto_Submitted": " Auto-Replied (vacation)"}]
)
def test_an_automatic_reply_asks_for_nothing(headers: dict[str, str]) -> None:
    show()
    reader = follow(ANA)
    assert receive(written_to(address_of(reader), **headers)) is Effect.NO_REPORT
    assert states() == ["CONFIRMED"]


def test_a_report_about_a_mail_asks_for_nothing() -> None:
    show()
    report = written_to(address_of(follow(ANA)))
    report.replace_header("Content-Type", 'multipart/report; report-type=delivery-status; boundary="x"')
    assert receive(report) is Effect.NO_REPORT
    assert states() == ["CONFIRMED"]


def test_the_question_whether_one_is_still_interested_is_left_as_a_whole(clock: time_machine.Traveller) -> None:
    show()
    follow(ANA)
    follow(ANA, BAKERS, frequency=Frequency.WEEKLY)
    clock.shift(timedelta(days=365))
    (question,) = work()
    mailto = question.extra_headers["List-Unsubscribe"].split(", ")[1].strip("<>")
    clock.shift(timedelta(minutes=1))
    follow(ANA, JobSearch(text="chef"), frequency=Frequency.DAILY)
    wish = written_to(mailto.removeprefix("mailto:").partition("?")[0])
    assert [receive(wish), receive(wish)] == [Effect.LEFT, Effect.LEFT]
    assert states() == ["ENDED", "ENDED", "CONFIRMED"]


def test_a_subscription_that_was_erased_is_left_all_the_same() -> None:
    show()
    address = address_of(follow(ANA))
    board.erase_person(address=ANA)
    assert receive(written_to(address)) is Effect.LEFT


def test_a_request_that_waits_is_left_too() -> None:
    show()
    assert receive(written_to(address_of(ask(ANA)))) is Effect.LEFT
    assert states() == ["ENDED"]


def test_one_mail_may_name_a_few_but_not_any_number() -> None:
    show()
    first, second = follow(ANA), follow(ANA, BAKERS, frequency=Frequency.DAILY)
    assert receive(written_to(f"{address_of(first)}, {address_of(second)}")) is Effect.LEFT
    assert states() == ["ENDED", "ENDED"]
    third = follow(BEN)
    many = ", ".join(f"leave+{'a' * 40}{number:02}@board.example.org" for number in range(20))
    assert receive(written_to(f"{many}, {address_of(third)}")) is Effect.FORGED
    assert states()[-1] == "CONFIRMED"


def test_a_board_without_such_an_address_neither_offers_nor_takes_it(settings: LazySettings) -> None:
    show()
    reader = follow(ANA)
    address = address_of(reader)
    settings.LEAVE_ADDRESS = ""
    show(BETTER_PAID)
    (message,) = [each for each in work() if each.to == [ANA.for_the_wire]]
    assert message.extra_headers["List-Unsubscribe"] == f"<{links.end_url(reader)}>"
    assert receive(written_to(address)) is Effect.NO_REPORT
    assert states() == ["CONFIRMED"]


def test_mails_that_are_no_list_mails_do_not_offer_it() -> None:
    show()
    ask(ANA)
    (message,) = work()
    assert "List-Unsubscribe" not in message.extra_headers


def test_an_international_domain_is_written_in_ascii(settings: LazySettings) -> None:
    settings.LEAVE_ADDRESS = "leave@käse.example"
    show()
    reader = follow(ANA)
    (mailto,) = leaving.links(Purpose.END, reader)
    assert mailto.endswith("@xn--kse-qla.example?subject=unsubscribe")


def test_the_longest_name_still_makes_an_address(settings: LazySettings) -> None:
    settings.LEAVE_ADDRESS = "unsubscribe@board.example.org"
    assert leave_address() == []
    show()
    reader = follow(ANA)
    (mailto,) = leaving.links(Purpose.END, reader)
    address = mailto.removeprefix("mailto:").partition("?")[0]
    assert len(address.partition("@")[0]) == 64
    assert receive(written_to(address)) is Effect.LEFT


@pytest.mark.parametrize(
    "malformed",
    ["leave", "leave@", "@example.org", "unsubscribe-me@example.org", "leave+now@example.org", "Leave <leave@example.org>",
     "lea%ve@example.org", "verlassen-ä@example.org", "leave@example.org\r\nBcc: x@example.org"],
)  # fmt: skip
def test_a_malformed_address_is_found_by_the_check_and_keeps_no_mail_from_being_sent(
    settings: LazySettings, malformed: str
) -> None:
    settings.LEAVE_ADDRESS = malformed
    with pytest.raises(SystemCheckError, match=r"notifications\.E001"):
        call_command("check")
    show()
    reader = follow(ANA)
    show(BETTER_PAID)
    (message,) = [each for each in work() if each.to == [ANA.for_the_wire]]
    assert message.extra_headers["List-Unsubscribe"] == f"<{links.end_url(reader)}>"


def test_a_good_address_and_none_pass_the_check(settings: LazySettings) -> None:
    call_command("check")
    settings.LEAVE_ADDRESS = ""
    call_command("check")


def test_in_a_maildir_wishes_are_deleted_and_forged_ones_are_left_for_people(tmp_path: Path) -> None:
    show()
    reader = follow(ANA)
    folder = mailbox.Maildir(tmp_path / "box")
    folder.add(written_to(address_of(reader)).as_bytes())
    folder.add(written_to(f"leave+{'a' * 52}@board.example.org").as_bytes())
    assert maildir.read(tmp_path / "box") == 2
    assert states() == ["ENDED"]
    (left,) = (tmp_path / "box" / "cur").iterdir()
    assert b"leave+aaaa" in left.read_bytes()
    assert not list((tmp_path / "box" / "new").iterdir())


def test_the_command_reads_it_from_a_pipe_and_from_a_mailbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    show()
    first, second = follow(ANA), follow(BEN)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=BytesIO(written_to(address_of(first)).as_bytes())))
    said = StringIO()
    call_command("bounces", stdout=said)
    assert said.getvalue() == "Left, as the mail asks.\n"
    box = mailbox.mbox(tmp_path / "mbox")
    box.add(written_to(address_of(second)).as_bytes())
    box.close()
    said = StringIO()
    call_command("bounces", "--mbox", str(tmp_path / "mbox"), stdout=said)
    assert said.getvalue() == "Left, as the mail asks.\n1 left, as the mail asks\n"
    assert states() == ["ENDED", "ENDED"]


@pytest.mark.parametrize("raw", [b"", b"\0\xff\n\n", b"To: leave+\xff\xfe@board.example.org\n\n"])
def test_what_is_no_mail_is_no_wish(raw: bytes) -> None:
    assert bounces.take_in(raw, timezone.now()).effect is Effect.NO_REPORT
