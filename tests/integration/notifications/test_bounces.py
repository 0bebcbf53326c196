"""Mails that come back: which reports count, and what they do. Forged, foreign and broken ones do nothing."""

import io
import mailbox
import sys
from datetime import timedelta
from pathlib import Path
from typing import Final
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from adapters.models import SubscriptionRecord
from notifications import bounces, maildir, messages, suppression
from notifications.bounces import Effect
from notifications.models import Audience, Delivery, DeliveryAttempt, Suppression
from tests.integration.notifications import rows
from tests.unit.examples import ANA, BEN, NOW

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

REPORTS: Final = Path(__file__).with_name("reports")
DSNS: Final = ("postfix", "exim", "exchange")
DAY: Final = timedelta(days=1)


def sent(audience: Audience = Audience.FOLLOWERS, contact: str = "") -> Delivery:
    """A message to Ana (or to a company, because of her) that the mail server has taken."""
    record = SubscriptionRecord.objects.filter(address_key=ANA.key).first() or rows.follower(ANA)
    return rows.delivery(rows.notification(audience, contact=contact), record.pk)


def mail(
    name: str,
    of: Delivery,
    *,
    recipient: str = ANA.value,
    action: str = "failed",
    status: str = "5.1.1",
    kind: str = "abuse",
    message_id: str | None = None,
) -> bytes:
    text = (REPORTS / f"{name}.eml").read_text()
    filled = text.format(
        recipient=recipient,
        action=action,
        status=status,
        kind=kind,
        message_id=messages.message_id(of) if message_id is None else message_id,
    )
    return filled.encode()


def is_untouched() -> bool:
    return not DeliveryAttempt.objects.exists() and not Suppression.objects.exists()


@pytest.mark.parametrize("name", DSNS)
def test_a_permanent_bounce_is_noted_and_suppresses_the_address(name: str) -> None:
    delivery = sent()
    account = bounces.take_in(mail(name, delivery), NOW + DAY)
    assert account.effect is Effect.NOTED
    answer = DeliveryAttempt.objects.get()
    assert (answer.delivery_id, answer.outcome, answer.at) == (delivery.pk, "BOUNCED", NOW + DAY)
    assert answer.answer.startswith("5.1.1 smtp; 550" if name != "exchange" else "5.1.1 smtp;550 5.1.10")
    entry = Suppression.objects.get()
    assert (entry.reason, entry.since) == ("BOUNCED", NOW + DAY)
    assert suppression.is_suppressed(ANA.key)
    assert ANA.key not in f"{answer.answer} {entry.detail}".lower()


def test_the_ledger_still_says_that_the_message_was_sent() -> None:
    delivery = sent()
    bounces.take_in(mail("postfix", delivery), NOW)
    assert Delivery.objects.get().state == "SENT"


@pytest.mark.parametrize("name", DSNS)
@pytest.mark.parametrize(
    ("action", "status"), [("delayed", "4.4.1"), ("failed", "4.4.7"), ("delivered", "2.0.0"), ("failed", "")]
)
def test_what_is_not_a_failure_for_good_does_nothing(name: str, action: str, status: str) -> None:
    assert bounces.take_in(mail(name, sent(), action=action, status=status), NOW).effect is Effect.NO_REPORT
    assert is_untouched()


def test_the_action_is_read_in_any_capitals() -> None:
    assert bounces.take_in(mail("postfix", sent(), action="Failed"), NOW).effect is Effect.NOTED


def test_reading_a_report_again_changes_nothing() -> None:
    delivery = sent()
    bounces.take_in(mail("postfix", delivery), NOW)
    suppression.release(ANA.key)
    assert bounces.take_in(mail("exim", delivery), NOW + DAY).effect is Effect.NOTED_BEFORE
    assert DeliveryAttempt.objects.count() == 1
    assert not suppression.is_suppressed(ANA.key)


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "5.6.0", "5.3.4", "5.5.0", "5.7.509"])
def test_a_bounce_that_is_not_about_the_address_suppresses_it_only_the_third_time_in_a_row(status: str) -> None:
    """Else a day on a provider's block list would cost all followers there."""
    deliveries = [sent() for _ in range(4)]
    for delivery in deliveries[1:3]:
        report = mail("exim", delivery, status=status)
        assert bounces.take_in(report, NOW).effect is Effect.NOTED
    assert not suppression.is_suppressed(ANA.key)
    bounces.take_in(mail("exim", deliveries[3], status=status), NOW)
    assert suppression.is_suppressed(ANA.key)


def test_exims_undefined_status_is_looked_up_in_the_diagnosis() -> None:
    report = mail("exim", sent(), status="5.0.0").replace(b"550 No such user here", b"550 5.7.1 Blocked")
    bounces.take_in(report, NOW)
    assert DeliveryAttempt.objects.exists()
    assert not suppression.is_suppressed(ANA.key)
    bounces.take_in(mail("exim", sent(), status="5.0.0"), NOW)
    assert suppression.is_suppressed(ANA.key)


@pytest.mark.parametrize("kind", ["abuse", "Abuse", "fraud"])
def test_a_complaint_is_noted_and_suppresses_the_address(kind: str) -> None:
    account = bounces.take_in(mail("complaint", sent(), kind=kind), NOW)
    assert account.effect is Effect.NOTED
    assert DeliveryAttempt.objects.get().outcome == "COMPLAINED"
    assert Suppression.objects.get().reason == "COMPLAINED"


@pytest.mark.parametrize("kind", ["not-spam", "virus", "other", ""])
def test_other_feedback_does_nothing(kind: str) -> None:
    assert bounces.take_in(mail("complaint", sent(), kind=kind), NOW).effect is Effect.NO_REPORT
    assert is_untouched()


def test_a_complaint_without_its_recipient_counts_by_its_message_id() -> None:
    report = mail("complaint", sent()).replace(b"Original-Rcpt-To: <Ana@Example.org>\n", b"")
    assert bounces.take_in(report, NOW).effect is Effect.NOTED
    assert suppression.is_suppressed(ANA.key)


def test_a_bounce_and_a_complaint_about_one_message_are_both_noted() -> None:
    delivery = sent()
    bounces.take_in(mail("postfix", delivery), NOW)
    bounces.take_in(mail("complaint", delivery), NOW)
    assert set(DeliveryAttempt.objects.values_list("outcome", flat=True)) == {"BOUNCED", "COMPLAINED"}
    assert Suppression.objects.get().reason == "COMPLAINED"


@pytest.mark.parametrize("name", [*DSNS, "complaint"])
def test_a_forged_message_id_does_nothing(name: str) -> None:
    delivery = sent()
    other = sent()
    true = messages.message_id(delivery)
    secret = messages.message_id(other).partition(".")[2]
    for forged in (
        f"<{delivery.pk}.{'0' * 16}@board.example.org>",
        f"<{delivery.pk}.{secret}",
        f"<{10**17}.{secret}",
        f"<{'9' * 30}.{secret}",
        true.upper(),
        true.strip("<>"),
        "<>",
        "",
    ):
        account = bounces.take_in(mail(name, delivery, message_id=forged), NOW)
        assert account.effect in {Effect.NOT_OURS, Effect.NO_REPORT}, forged
    assert is_untouched()
    assert bounces.take_in(mail(name, delivery, message_id=true), NOW).effect is Effect.NOTED


@pytest.mark.parametrize("name", [*DSNS, "complaint"])
def test_a_report_about_another_recipient_does_nothing(name: str) -> None:
    rows.follower(BEN)
    assert bounces.take_in(mail(name, sent(), recipient=BEN.value), NOW).effect is Effect.NOT_OURS
    assert is_untouched()


def test_a_report_without_what_came_back_does_nothing() -> None:
    report = mail("postfix", sent())
    cut = report[: report.index(b"Content-Description: Undelivered Message")]
    assert bounces.take_in(cut, NOW).effect is Effect.NO_REPORT
    assert is_untouched()


def test_a_report_about_a_person_who_was_erased_does_nothing() -> None:
    delivery = sent()
    SubscriptionRecord.objects.all().delete()
    assert bounces.take_in(mail("postfix", delivery), NOW).effect is Effect.NOT_OURS
    assert is_untouched()


def test_a_companys_address_is_compared_with_the_one_it_was_sent_to() -> None:
    delivery = sent(Audience.COMPANY, contact="Jobs@Bread.example")
    assert bounces.take_in(mail("postfix", delivery), NOW).effect is Effect.NOT_OURS
    bounces.take_in(mail("postfix", delivery, recipient="jobs@bread.example"), NOW)
    assert suppression.is_suppressed("jobs@bread.example")
    assert not suppression.is_suppressed(ANA.key)


def test_the_message_id_of_a_delivery_leads_to_it_whatever_the_sending_domain_is_by_now() -> None:
    delivery = sent()
    message_id = messages.message_id(delivery)
    assert bounces.delivery_of(message_id) == delivery
    assert bounces.delivery_of(message_id.partition("@")[0] + "@earlier.example.org>") == delivery


def test_long_and_strange_words_are_kept_in_a_form_that_any_database_takes() -> None:
    report = mail("exim", sent()).replace(b"550 No such user here", b"550 \xff\x00\xf0\x9f " + b"x" * 5000)
    assert bounces.take_in(report, NOW).effect is Effect.NOTED
    answer = DeliveryAttempt.objects.get().answer
    assert "\0" not in answer
    assert len(answer) <= 1000


def test_international_reports_are_read_too() -> None:
    report = mail("postfix", sent()).replace(b"message/delivery-status", b"message/global-delivery-status")
    assert bounces.take_in(report, NOW).effect is Effect.NOTED


def after(words: int, report: bytes) -> bytes:
    """A report that says so much more to people before it comes to what counts."""
    return report.replace(b"This is the mail system", b"x" * words + b"\nThis is the mail system", 1)


def test_only_the_beginning_of_a_huge_report_is_read() -> None:
    report = mail("postfix", sent())
    room = bounces.LARGEST - len(report) - 1
    assert bounces.take_in(after(bounces.LARGEST, report), NOW).effect is Effect.NO_REPORT
    assert bounces.take_in(after(room + len(report) // 2, report), NOW).effect is Effect.NO_REPORT
    assert is_untouched()
    assert bounces.take_in(after(room, report) + b"x" * bounces.LARGEST, NOW).effect is Effect.NOTED


PIECES: Final = st.sampled_from(
    [
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
        b"Content-Type: multipart/report; boundary*0*=x'y'%ff; boundary*x*=\r\n",
        b"Content-Type: message/delivery-status\r\n",
        b"Content-Type: message/global-delivery-status\n",
        b"Content-Type: message/feedback-report\n",
        b"Content-Type: message/rfc822\n",
        b"Content-Type: text/rfc822-headers; charset=unknown\n",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Transfer-Encoding: quoted-printable\n",
        b"Final-Recipient: rfc822; ana@example.org\n",
        b"Final-Recipient: rfc822;;;@\n",
        b"Original-Rcpt-To: <ana@example.org>\n",
        b"Feedback-Type: abuse\n",
        b"Action: failed\n",
        b"Status: 5.1.1\n",
        b"Message-ID: <1.0123456789abcdef@board.example.org>\n",
        b"Message-ID: =?utf-8?q?=ff?=\n",
        b"Diagnostic-Code: smtp; \xff\xfe\x00\n",
        b"--b\r\n",
        b"--b--\n",
        b"\n",
        b" \n",
        b"\r",
        b"\0",
    ]
)


@hypothesis_settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=40).map(b"".join)))
@example(b"Content-Type: message/rfc822\n\n" * 5000)
@example(b"".join(b"Content-Type: multipart/report; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2000)))
def test_garbage_does_nothing(raw: bytes) -> None:
    account = bounces.take_in(raw, NOW)
    assert account.effect in {Effect.NO_REPORT, Effect.NOT_OURS}
    assert is_untouched()


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, 4000), length=st.integers(0, 200), instead=st.binary(max_size=20))
@pytest.mark.parametrize("name", [*DSNS, "complaint"])
def test_a_damaged_report_does_nothing_to_anybody_else(name: str, start: int, length: int, instead: bytes) -> None:
    for table in (DeliveryAttempt, Delivery, Suppression):
        table._default_manager.all().delete()
    whole = mail(name, sent())
    bounces.take_in(whole[:start] + instead + whole[start + length :], NOW)
    assert not Suppression.objects.exclude(pk=suppression.hash_of(ANA.key)).exists()


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("bounces", *arguments, stdout=out)
    return out.getvalue()


def piped(raw: bytes) -> str:
    with patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw))):
        return run()


def test_a_pipe_brings_one_report() -> None:
    delivery = sent()
    said = piped(mail("postfix", delivery))
    assert said.startswith(f"BOUNCED delivery {delivery.pk}: noted. 5.1.1 smtp; 550")
    assert ANA.key not in said.lower()
    assert piped(mail("postfix", delivery)).startswith(f"BOUNCED delivery {delivery.pk}: noted before.")
    assert piped(b"Subject: Out of office\n\nBack on Monday.\n") == "Not a report that something came back for good.\n"


def test_a_pipe_is_read_to_its_end_however_much_comes() -> None:
    stream = io.BytesIO(b"x" * (3 * bounces.LARGEST))
    with patch.object(sys, "stdin", io.TextIOWrapper(stream)):
        run()
        assert stream.tell() == 3 * bounces.LARGEST


def test_the_mail_server_is_asked_to_keep_a_report_while_the_database_is_gone() -> None:
    with (
        patch.object(bounces, "take_in", side_effect=OperationalError("gone")),
        pytest.raises(CommandError, match="database") as failure,
    ):
        piped(b"")
    assert failure.value.returncode == 75


def test_an_mbox_is_read_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "bounces"
    box = mailbox.mbox(path)
    for raw in (mail("postfix", sent()), b"Subject: hello\n\nhello\n", mail("complaint", sent())):
        box.add(raw)
    box.close()
    before = path.read_bytes()
    assert run("--mbox", str(path)).splitlines()[-1] == "2 noted; 1 not a report that something came back for good"
    assert run("--mbox", str(path)).splitlines()[-1].startswith("2 noted before; 1 ")
    assert path.read_bytes() == before


@pytest.mark.parametrize("option", ["--mbox", "--maildir"])
def test_a_mailbox_that_is_not_there_is_an_error(tmp_path: Path, option: str) -> None:
    with pytest.raises(CommandError, match="nothing"):
        run(option, str(tmp_path / "nothing"))


def test_a_single_mail_is_no_mbox_and_is_not_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "mail"
    path.write_bytes(mail("postfix", sent()))
    with pytest.raises(CommandError, match="standard input"):
        run("--mbox", str(path))
    path.write_bytes(b"")
    assert run("--mbox", str(path)) == "No mail.\n"


def test_the_worker_says_in_one_line_that_the_maildir_is_missing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert maildir.read(tmp_path / "nothing") == 0
    (record,) = caplog.records
    assert "BOUNCES_MAILDIR" in record.message
    assert record.exc_info is None


def test_where_no_mail_could_leave_none_is_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Else each would be read again once a minute, for ever."""
    box = box_with(tmp_path / "box", a=mail("exim", sent()), b=b"Subject: A question\n\n?")
    (box / "cur").rmdir()
    assert maildir.read(box) == 0
    (record,) = caplog.records
    assert "BOUNCES_MAILDIR" in record.message
    assert names(box / "new") == ["a", "b"]
    assert DeliveryAttempt.objects.count() == 0


def box_with(path: Path, **mails: bytes) -> Path:
    for folder in ("new", "cur", "tmp"):
        (path / folder).mkdir(parents=True, exist_ok=True)
    for name, raw in mails.items():
        (path / "new" / name).write_bytes(raw)
    return path


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.mark.parametrize("way", ["a pipe", "an mbox", "a Maildir"])
def test_only_the_beginning_of_a_huge_mail_is_taken_out_of(way: str, tmp_path: Path) -> None:
    huge = mail("postfix", sent()) + b"x\n" * bounces.LARGEST
    with patch.object(bounces, "take_in", wraps=bounces.take_in) as taken:
        match way:
            case "a pipe":
                piped(huge)
            case "an mbox":
                box = mailbox.mbox(tmp_path / "box")
                box.add(huge)
                box.close()
                run("--mbox", str(tmp_path / "box"))
            case _:
                run("--maildir", str(box_with(tmp_path / "box", a=huge)))
    assert [len(call.args[0]) for call in taken.call_args_list] == [bounces.LARGEST]
    assert DeliveryAttempt.objects.count() == 1


def test_reports_in_a_maildir_are_deleted_once_they_are_dealt_with_and_all_else_is_left_unread(tmp_path: Path) -> None:
    box = box_with(tmp_path / "box", a=mail("exim", sent()), b=b"Subject: A question\n\n?", c=b"")
    assert run("--maildir", str(box)).splitlines()[-1] == "1 noted; 2 not a report that something came back for good"
    assert names(box / "new") == []
    assert names(box / "cur") == ["b:2,", "c:2,"]
    assert run("--maildir", str(box)) == "No mail.\n"


def test_a_reading_of_a_maildir_that_is_killed_is_made_up_for(tmp_path: Path) -> None:
    box = box_with(tmp_path / "box", a=mail("exim", sent()), b=mail("complaint", sent()))
    with patch.object(Path, "unlink", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        run("--maildir", str(box))
    assert names(box / "new") == ["a", "b"]
    assert run("--maildir", str(box)).splitlines()[-1] == "1 noted; 1 noted before"
    assert names(box / "new") == []
    assert DeliveryAttempt.objects.count() == 2
