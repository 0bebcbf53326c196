"""What failed is sent again by the worker, a slice at a time, however much it is."""

from smtplib import SMTPRecipientsRefused
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core import mail
from wagtail.models import ModelLogEntry

from adapters import background
from jobs_domain.email_address import EmailAddress
from notifications import resending, retrying, suppression
from notifications.models import Delivery, LanePause, Notification, Resending, Suppression, WhyNot
from notifications.resending import RESEND, resend_due
from tests.integration.notifications import rows
from tests.integration.notifications.people import administrator, editor, publisher, see, words
from tests.integration.notifications.scripted import Server
from tests.integration.notifications.world import MINUTE, recipients, work
from tests.unit.examples import NOW

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

INDEX = "/admin/notifications/"
RETRY = f"{INDEX}retry/"
FAILED, WAITING = Delivery.State.FAILED, Delivery.State.WAITING


def address(number: int) -> EmailAddress:
    return EmailAddress(f"follower{number}@example.org")


def failed(told: Notification, number: int, why: WhyNot = WhyNot.REFUSED) -> UUID:
    """One more delivery that failed, to a follower of this number."""
    follower = rows.follower(address(number), ended_at=None)
    rows.delivery(told, follower.pk, FAILED, why).answers.create(at=NOW, outcome="REFUSED")
    return follower.pk


@pytest.fixture
def told() -> list[Notification]:
    """Two notifications of which three messages failed and two."""
    first, second = rows.notification(), rows.notification()
    for number in range(3):
        failed(first, number)
    for number in range(3, 5):
        failed(second, number, WhyNot.GAVE_UP)
    return [first, second]


def go_on() -> int:
    """All that the worker does about it, without sending; in how many portions."""
    portions = 0
    while resend_due():
        portions += 1
    return portions


def states(told: Notification) -> list[str]:
    return list(told.deliveries.order_by("subscription_id").values_list("state", flat=True))


def test_pressing_the_button_leaves_the_work_to_the_worker(
    told: list[Notification], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(background, "wake", asked.append)
    client = publisher()
    said = words(client.post(RETRY, follow=True))
    assert "What failed will be sent again. It is under way." in said
    assert "What failed is being sent again, as was asked for on 2 Mar 2026, 09:30." in said
    assert "Send again all that failed" not in said
    assert asked == [RESEND]
    assert not Delivery.objects.exclude(state=FAILED).exists()


def test_the_worker_does_it_and_the_list_says_so(told: list[Notification]) -> None:
    client = publisher()
    client.post(RETRY)
    assert recipients(work()) == [address(number).for_the_wire for number in range(5)]
    said = see(client, INDEX)
    assert "Sending again was asked for on 2 Mar 2026, 09:30. 5 messages put back to be sent again." in said
    assert "is being sent again" not in said


def test_the_job_is_registered() -> None:
    assert {job.name: job.run for job in background.jobs()}[RESEND] is resend_due


def test_pressing_twice_is_pressing_once(told: list[Notification], clock: time_machine.Traveller) -> None:
    client = publisher()
    client.post(RETRY)
    clock.shift(MINUTE)
    assert "It is under way already" in words(client.post(RETRY, follow=True))
    assert Resending.objects.get().asked_at == NOW
    assert len(work()) == 5
    mail.outbox = []
    assert go_on() == 0
    assert work() == []


def test_once_it_is_through_it_can_be_asked_for_again(
    told: list[Notification], server: Server, clock: time_machine.Traveller
) -> None:
    resending.ask()
    for number in range(5):
        to = address(number).for_the_wire
        server.answers[to] = [SMTPRecipientsRefused({to: (550, b"5.7.1 Not from you")})]
    assert work() == []
    clock.shift(MINUTE)
    assert resending.ask()
    assert Resending.objects.get().asked_at == NOW + MINUTE
    server.answers.clear()
    assert len(work()) == 5


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_slices_of_any_size_deal_with_each_delivery_once(
    size: int, told: list[Notification], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "SLICE", size)
    resending.ask()
    assert go_on() > 5 // size
    wish = Resending.objects.get()
    assert (wish.again, wish.suppressed, wish.unknown, wish.finished_at) == (5, 0, 0, NOW)
    assert [states(each) for each in told] == [[WAITING] * 3, [WAITING] * 2]
    assert sorted(recipients(work())) == [address(number).for_the_wire for number in range(5)]


def test_one_portion_is_one_slice(told: list[Notification], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "SLICE", 2)
    resending.ask()
    assert resend_due() == 1
    assert Delivery.objects.filter(state=WAITING).count() == 2
    assert "2 messages put back to be sent again." in see(publisher(), INDEX)


def test_what_fails_again_meanwhile_is_not_tried_for_ever(
    told: list[Notification], clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrying, "SLICE", 1)
    resending.ask()
    for _ in range(20):
        clock.shift(1)
        resend_due()
        Delivery.objects.filter(state=WAITING).update(
            state=FAILED, reason=WhyNot.REFUSED, finished_at=NOW + 10 * MINUTE
        )
    assert Resending.objects.get().finished_at is not None
    assert Resending.objects.get().again == 5


def test_what_fails_after_it_was_asked_for_stays_failed(
    told: list[Notification], clock: time_machine.Traveller
) -> None:
    resending.ask()
    clock.shift(MINUTE)
    later = rows.notification(at=NOW + MINUTE)
    rows.delivery(later, rows.follower(address(9)).pk, FAILED, WhyNot.REFUSED, at=NOW + MINUTE)
    go_on()
    assert [states(each) for each in (*told, later)] == [[WAITING] * 3, [WAITING] * 2, [FAILED]]


def test_what_is_not_sent_again_is_said(told: list[Notification]) -> None:
    first, _ = told
    suppression.suppress(address(0).key, Suppression.Reason.BOUNCED, "", NOW)
    rows.delivery(first, uuid4(), FAILED, WhyNot.REFUSED)
    client = publisher()
    client.post(f"{INDEX}{first.pk}/retry/")
    go_on()
    said = see(client, f"{INDEX}{first.pk}/")
    assert (
        "2 messages put back to be sent again. 1 message left: mail to the address is suppressed. "
        "1 message left: the address is no longer known."
    ) in said


def test_of_one_notification_only_its_own_are_sent_again(told: list[Notification]) -> None:
    first, second = told
    client = publisher()
    client.post(f"{INDEX}{second.pk}/retry/")
    said = see(client, f"{INDEX}{second.pk}/")
    assert "What failed is being sent again" in said
    assert "Send again what failed" not in said
    assert "Send again what failed" in see(client, f"{INDEX}{first.pk}/")
    assert "Send again all that failed" in see(client, INDEX)
    go_on()
    assert [states(each) for each in told] == [[FAILED] * 3, [WAITING] * 2]


def test_with_nothing_failed_that_is_said() -> None:
    rows.delivery(rows.notification(), rows.follower().pk)
    client = publisher()
    client.post(RETRY)
    go_on()
    assert "There was nothing to send again." in see(client, INDEX)
    assert Delivery.objects.get().state == Delivery.State.SENT


def test_pauses_of_the_mail_server_are_over_at_once(told: list[Notification]) -> None:
    LanePause.objects.create(lane=1, since=NOW, until=NOW + MINUTE, times=1, answer="421")
    resending.ask()
    assert not LanePause.objects.exists()


def test_who_asked_first_is_in_the_history(told: list[Notification]) -> None:
    first, _ = told
    client, again = publisher(), publisher()
    for _ in range(2):
        client.post(RETRY)
        client.post(f"{INDEX}{first.pk}/retry/")
        again.post(RETRY)
    noted = ModelLogEntry.objects.filter(action="notifications.send_again").values_list("label", "user")
    who = int(client.session["_auth_user_id"])
    assert sorted(noted) == sorted([(str(first), who), ("All that failed", who)])
    assert "Had what failed sent again" in see(client, f"{INDEX}{first.pk}/")
    history = see(administrator(), "/admin/reports/site-history/")
    assert history.count("Had what failed sent again") == 2
    assert "All that failed" in history


def test_who_may_not_have_sent_again_cannot_ask(told: list[Notification]) -> None:
    assert editor().post(RETRY).headers["Location"] == "/admin/"
    assert not Resending.objects.exists()


def test_a_task_that_is_lost_is_made_up_for(told: list[Notification]) -> None:
    resending.ask()
    background.Rounds().run_due(now_anyhow=True)
    assert not Delivery.objects.filter(state=FAILED).exists()
