"""What a restored board does before it sends: it waits, and takes from the mail server's log what was sent already."""

import gzip
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction

from adapters import following
from jobs_domain.email_address import EmailAddress
from notifications import hold, messages, pauses, retrying, taken_before
from notifications.models import Delivery, Lane, LanePause, Notification
from notifications.preferences import signing_in
from tests.integration.notifications.scripted import Server
from tests.integration.notifications.world import (
    BETTER_PAID,
    announce,
    delivery_to,
    follow,
    recipients,
    show,
    work,
)
from tests.unit.examples import ANA, BEN, DETAILS, THE_POSTING, wishes

CLEO = EmailAddress("cleo@example.org")
HOUR = timedelta(hours=1)
MASTER = replace(BETTER_PAID, title="Master baker")

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _news_for_ana_and_ben(clock: time_machine.Traveller, server: Server) -> None:
    """A change of which both are still to be told."""
    show()
    follow(ANA)
    follow(BEN)
    work()
    show(BETTER_PAID)
    announce()


def test_nothing_is_sent_while_all_is_held_and_all_of_it_afterwards() -> None:
    hold.begin()
    assert work() == []
    pauses.end()
    retrying.retry_failed()
    assert pauses.begin(Lane.IMMEDIATE, "421 Later") is None
    assert work() == []
    assert hold.end()
    assert recipients(work()) == [ANA.for_the_wire, BEN.for_the_wire]
    assert not hold.end()


def test_the_command_says_that_all_is_held() -> None:
    call_command("deliveries", "--hold", verbosity=0)
    said = StringIO()
    call_command("deliveries", stdout=said)
    assert said.getvalue().count("held since") == len(Lane)
    call_command("deliveries", "--release", stdout=said)
    assert "Held no longer" in said.getvalue()
    assert not LanePause.objects.exists()


def marked_by(*lines: str, tmp_path: Path) -> int:
    (tmp_path / "mail.log").write_text("\n".join(lines))
    return taken_before.mark(taken_before.in_logs([str(tmp_path / "mail.log")])).now


def test_what_postfix_has_in_its_queue_was_sent_and_what_it_turned_away_was_not(tmp_path: Path) -> None:
    ana, ben = (messages.message_id(delivery_to(person)) for person in (ANA, BEN))
    assert (
        marked_by(
            f"Nov 29 03:00:00 mx postfix/cleanup[11]: 4fJ1: message-id={ana}",
            f"2026-11-29T03:00:00.5+00:00 mx postfix-out/cleanup[11]: 4fJ2: message-id={ben}",
            "2026-11-29T03:00:01.0+00:00 mx postfix-out/cleanup[11]: 4fJ2: milter-reject: END-OF-MESSAGE from a: 4.7.1 Later",
            "Nov 29 03:00:01 mx postfix/qmgr[12]: 4fJ1: from=<jobs@board.example.org>, size=9, nrcpt=1 (queue active)",
            tmp_path=tmp_path,
        )
        == 1
    )
    assert recipients(work()) == [BEN.for_the_wire]
    assert delivery_to(ANA).attempts == 1


def test_of_other_programs_each_line_with_a_message_id_counts(tmp_path: Path) -> None:
    secret = messages.message_id(delivery_to(ANA)).partition(".")[2]
    with gzip.open(tmp_path / "sent.log.gz", "wt") as log:
        log.write(f'{{"event": "accepted", "message_id": "<4711.{secret}", "status": "250 2.0.0 Ok"}}\n')
        log.write("<1.0123456789abcdef@board.example.org> is nobody's\n")
    marked = taken_before.mark(taken_before.in_logs([str(tmp_path / "sent.log.gz")]))
    assert (marked.in_logs, marked.now) == (2, 1)
    assert recipients(work()) == [BEN.for_the_wire]


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-29 03:00:00 1vPa2b-000001-Xy <= jobs@board.example.org H=(board) [::1] P=esmtp S=4711 id={bare}",
        '{{"event": "accepted", "message": {{"headers": {{"message-id": "{bare}"}}}}}}',
        '{{"smtp-id": "\\u003c{bare}\\u003e"}}',
        "&lt;{bare}&gt;,delivered",
    ],
    ids=["Exim", "bare", "escaped for JSON", "escaped for HTML"],
)
def test_a_message_id_counts_without_its_brackets_too(line: str, tmp_path: Path) -> None:
    bare = messages.message_id(delivery_to(ANA)).strip("<>")
    assert marked_by(line.format(bare=bare), tmp_path=tmp_path) == 1
    assert recipients(work()) == [BEN.for_the_wire]


def test_logs_without_any_message_of_the_board_are_the_wrong_ones(tmp_path: Path) -> None:
    (tmp_path / "mail.log").write_text("Nov 29 03:00:00 mx postfix/cleanup[11]: 4fJ1: message-id=<a.b@example.org>\n")
    with pytest.raises(CommandError, match="None of this board's messages"):
        call_command("deliveries", "--already-sent", str(tmp_path / "mail.log"))


def test_nothing_is_marked_before_all_that_is_due_is_prepared(tmp_path: Path) -> None:
    following.ask(address=CLEO, topic=THE_POSTING, wishes=wishes())
    (tmp_path / "mail.log").touch()
    with pytest.raises(CommandError, match="1 requests to follow"):
        call_command("deliveries", "--already-sent", str(tmp_path / "mail.log"))


def test_a_log_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandError, match="nowhere"):
        call_command("deliveries", "--already-sent", "/nowhere/mail.log")


def test_who_prepares_the_same_again_gets_the_same_messages(clock: time_machine.Traveller) -> None:
    """As in a database that was restored: what a worker had made of what was there is gone, and is made again, later."""
    following.ask(address=CLEO, topic=THE_POSTING, wishes=wishes())
    signing_in.ask(ANA)
    show(MASTER)
    made: list[set[str]] = []
    for _ in range(2):
        with transaction.atomic():
            announce()
            signing_in.send_links()
            waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
            made.append({messages.message_id(each).partition(".")[2] for each in waiting})
            transaction.set_rollback(True)
        clock.shift(HOUR)
    # of the change before and of this one to Ana and Ben, of the request to Cleo, of the link to Ana
    assert len(made[0]) == 6
    assert made[0] == made[1]


def test_a_message_of_something_else_in_the_same_place_is_another_one() -> None:
    """After a restore another thing may happen where something else had happened before: event 3 is not event 3."""
    told: list[tuple[UUID, UUID]] = []
    for details in (DETAILS, MASTER):
        with transaction.atomic():
            event_id = show(details)
            announce()
            told.append((event_id, Notification.objects.get(event_id=event_id).pk))
            transaction.set_rollback(True)
    (first, one), (second, other) = told
    assert first == second
    assert one != other
