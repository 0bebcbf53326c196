"""The screens on which editors see what was sent, and to whom (A31)."""

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import StringIO
from smtplib import SMTPRecipientsRefused
from uuid import UUID, uuid4

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from adapters.models import SubscriptionRecord
from jobs_domain.email_address import EmailAddress
from notifications import trouble
from notifications.models import AddressLookup, Audience, Delivery, DeliveryAttempt, Notification, WhyNot
from notifications.pruning import prune_deliveries
from tests.integration.notifications import people, rows
from tests.integration.notifications.people import administrator, editor, publisher, see, trusted, words
from tests.integration.notifications.scripted import Server
from tests.integration.notifications.world import BETTER_PAID, announce, follow, show, work
from tests.unit.examples import ANA, BEN, NOW, THE_POSTING

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def at(name: str, *args: object) -> str:
    return reverse(f"notifications_admin:{name}", args=args)


@pytest.fixture
def change() -> Notification:
    """News of which Ana was told and Ben was not, because his server refused it."""
    show()
    follow(ANA)
    ben = follow(BEN)
    show(BETTER_PAID)
    work()
    told = Notification.objects.get(audience=Audience.FOLLOWERS)
    fail(told, ben)
    return told


def fail(told: Notification, subscription_id: UUID, answer: str = "550 5.7.1 Not from you") -> Delivery:
    delivery, _ = Delivery.objects.update_or_create(
        notification=told,
        subscription_id=subscription_id,
        defaults={"state": "FAILED", "reason": WhyNot.REFUSED, "attempts": 1, "finished_at": NOW},
    )
    delivery.answers.create(at=NOW, outcome=DeliveryAttempt.Outcome.REFUSED, answer=answer)
    return delivery


SCREENS = ("index", "index_results", "failures", "failures_results", "one", "one_results")


def address(name: str, told: Notification) -> str:
    return at(name, told.pk) if name in ("one", "one_results", "retry") else at(name)


@pytest.mark.parametrize("name", [*SCREENS, "lookups", "lookups_results", "person", "timing"])
def test_who_is_not_logged_in_sees_nothing(change: Notification, name: str) -> None:
    answer = Client().get(address(name, change))
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/admin/login/")


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("who", [editor, publisher, trusted, administrator])
def test_editors_and_publishers_see_what_is_sent(change: Notification, name: str, who: Callable[[], Client]) -> None:
    assert who().get(address(name, change)).status_code == 200


@pytest.mark.parametrize("name", [*SCREENS, "lookups", "person", "timing"])
def test_who_has_no_such_right_is_turned_away(change: Notification, name: str) -> None:
    somebody = people.browser()
    somebody.force_login(with_access_to_the_admin())
    answer = somebody.get(address(name, change))
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/admin/")


def with_access_to_the_admin() -> User:
    user = User.objects.create_user("nobody")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return user


@pytest.mark.parametrize("name", ["retry", "retry_all"])
def test_who_may_have_messages_sent_again(change: Notification, name: str) -> None:
    assert Client().post(address(name, change)).headers["Location"].startswith("/admin/login/")
    assert editor().post(address(name, change)).headers["Location"] == "/admin/"
    assert Delivery.objects.filter(state="FAILED").exists()
    assert publisher().get(address(name, change)).status_code == 405
    assert Delivery.objects.filter(state="FAILED").exists()
    answer = publisher().post(address(name, change))
    assert answer.headers["Location"] == (at("one", change.pk) if name == "retry" else at("index"))
    announce()
    assert not Delivery.objects.filter(state="FAILED").exists()


def test_only_who_may_is_offered_to_send_again(change: Notification) -> None:
    for url in (at("index"), at("one", change.pk)):
        assert "Send again" not in see(editor(), url)
        assert "Send again" in see(publisher(), url)


def test_menu_items_are_shown_to_those_who_may_see_them() -> None:
    def menu(client: Client) -> set[str]:
        content = client.get("/admin/").content.decode()
        return {name for name in ("index", "failures", "lookups", "timing") if f'"{at(name)}"' in content}

    assert menu(editor()) == menu(publisher()) == menu(trusted()) == {"index", "failures"}
    assert menu(administrator()) == {"index", "failures", "lookups", "timing"}


def test_the_list_says_what_was_told_to_whom_and_how_far_it_is(change: Notification) -> None:
    shown = see(editor(), at("index_results"))
    assert (
        "Pay raised: Baker at Bread & Co Baker · the posting changed · to the followers 2 Mar 2026, 09:30 1 failed 1 sent"
        in shown
    )
    assert "Confirm: follow Baker at Bread & Co Baker · please confirm · to the person who asked to follow" in shown
    assert shown.count("New follower: Baker") == 2


def test_failures_stand_out_on_both_screens(change: Notification) -> None:
    for url in (at("index"), at("one", change.pk)):
        assert re.search(r'class="w-status notification-failed">\s*1 failed', editor().get(url).content.decode())
    assert "1 message of the last 7 days could not be delivered." in see(editor(), at("index"))
    Delivery.objects.filter(state="FAILED").delete()
    assert "could not be delivered" not in see(editor(), at("index"))


def test_the_newest_is_first_and_the_rest_is_on_further_pages(clock: time_machine.Traveller) -> None:
    for minutes in range(21):
        told = rows.notification(at=NOW + timedelta(minutes=minutes))
        Notification.objects.filter(pk=told.pk).update(subject=f"Number {minutes:02}")
    first = see(editor(), at("index_results"))
    assert re.findall(r"Number (\d\d)", first) == [f"{minutes:02}" for minutes in range(20, 0, -1)]
    assert re.findall(r"Number (\d\d)", see(editor(), at("index_results") + "?p=2")) == ["00"]


def test_what_is_withheld_pending_or_under_way_says_so(change: Notification) -> None:
    Notification.objects.all().delete()
    rows.notification(withheld=WhyNot.RECALLED)
    assert "Told nobody Baker · the posting changed · to the followers" in see(editor(), at("index_results"))
    assert "Told nobody: an editor decided to tell nobody" in see(editor(), at("index_results"))
    Notification.objects.all().delete()
    pending = rows.notification(at=NOW + timedelta(minutes=5))
    Notification.objects.filter(pk=pending.pk).update(fanned_out_at=None)
    assert "Released at 09:35" in see(editor(), at("index_results"))
    Notification.objects.all().delete()
    under_way = rows.notification()
    waiting = rows.delivery(under_way, uuid4(), Delivery.State.WAITING).subscription_id
    rows.batch(under_way, waiting, waiting)
    rows.delivery(under_way, uuid4(), Delivery.State.SKIPPED, WhyNot.LEFT)
    assert "0 sent, 1 waiting, 1 not sent (being sent)" in see(editor(), at("index_results"))


def listed(query: str) -> set[UUID]:
    content = administrator().get(f"{at('index_results')}?{query}").content.decode()
    return {UUID(found) for found in re.findall(r"/admin/notifications/([0-9a-f-]{36})/", content)}


def test_the_list_is_filtered_and_searched() -> None:
    done = rows.notification()
    company = rows.notification(Audience.COMPANY, at=NOW - timedelta(days=2), contact="jobs@bread.example")
    withheld = rows.notification(withheld=WhyNot.MINOR)
    pending, under_way, failed = rows.notification(), rows.notification(), rows.notification()
    Notification.objects.filter(pk=pending.pk).update(fanned_out_at=None)
    waiting = rows.delivery(under_way, uuid4(), Delivery.State.WAITING).subscription_id
    rows.batch(under_way, waiting, waiting)
    fail(failed, uuid4())
    pruned = rows.notification()
    Notification.objects.filter(pk=pruned.pk).update(pruned_at=NOW, counts={"FAILED/GAVE_UP": 2, "SENT": 1})
    Notification.objects.filter(pk=done.pk).update(subject="Something rare")

    assert listed("audience=COMPANY") == {company.pk}
    assert listed("kind=NEW_FOLLOWER&kind=CLOSED") == {company.pk}
    assert listed("state=PENDING") == {pending.pk}
    assert listed("state=UNDER_WAY") == {under_way.pk}
    assert listed("state=WITHHELD") == {withheld.pk}
    assert listed("state=FAILED") == {failed.pk, pruned.pk}
    assert listed("state=TROUBLE") == {failed.pk}
    assert listed("state=DONE") == {done.pk, company.pk, failed.pk, pruned.pk}
    assert listed("created_at_to=2026-02-28") == {company.pk}
    assert listed("q=rare") == {done.pk}
    assert len(listed("")) == 7
    assert len(listed("state=NONSENSE&created_at_from=yesterday")) == 7


def test_the_list_of_what_is_in_trouble_holds_what_the_number_counts(clock: time_machine.Traveller) -> None:
    rows.notification(withheld=WhyNot.RECALLED)
    rows.delivery(rows.notification(), uuid4())
    failed, came_back, late, not_begun, old = (rows.notification() for _ in range(5))
    fail(old, uuid4())
    clock.shift(timedelta(days=8))
    fail(failed, uuid4()).answers.update(at=timezone.now())
    bounced = rows.delivery(came_back, uuid4())
    bounced.answers.create(at=timezone.now(), outcome=DeliveryAttempt.Outcome.BOUNCED)
    waiting = rows.delivery(late, uuid4(), Delivery.State.WAITING).subscription_id
    rows.batch(late, waiting, waiting)
    Notification.objects.filter(pk=not_begun.pk).update(fanned_out_at=None)
    rows.follower(ANA, THE_POSTING)
    soon = rows.notification(at=timezone.now() - timedelta(minutes=59))
    Notification.objects.filter(pk=soon.pk).update(fanned_out_at=None)
    assert trouble.undelivered() + trouble.overdue() == 4
    assert listed("state=TROUBLE") == {failed.pk, came_back.pk, late.pk, not_begun.pk}


def test_the_list_leads_to_what_is_in_trouble(change: Notification) -> None:
    assert f'href="{at("index")}?state=TROUBLE">1 message</a>' in editor().get(at("index")).content.decode()


def test_the_lists_take_few_queries_however_long_they_are(change: Notification) -> None:
    def queries(url: str) -> int:
        """Besides those with which Wagtail finds out who is asking, and draws its menu."""
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        ours = ("notifications_", "adapters_")
        return sum(any(f'FROM "{table}' in query["sql"] for table in ours) for query in captured)

    client = publisher()
    few = [queries(at("index")), queries(at("one", change.pk))]
    for _ in range(15):
        told = rows.notification()
        fail(told, uuid4())
        fail(change, rows.follower(EmailAddress(f"{told.pk.hex}@example.org"), ended_at=NOW).pk)
    assert [queries(at("index")), queries(at("one", change.pk))] == few
    assert few == [7, 9]


def test_the_page_shows_the_message_with_examples_in_place_of_what_is_personal(change: Notification) -> None:
    content = editor().get(at("one", change.pk)).content.decode()
    (frame,) = re.findall(r"<iframe[^>]*>", content)
    assert 'sandbox=""' in frame
    html = unescape(frame.partition('srcdoc="')[2].rpartition('"')[0])
    assert "Pay" in html
    assert 'href="#"' in html
    assert change.pk.hex not in content.replace(str(change.pk), "")
    assert "Stop following this job: #" in unescape(content)


def test_the_page_lists_each_delivery_with_its_answers_and_reasons_in_words(change: Notification) -> None:
    shown = see(editor(), at("one_results", change.pk))
    assert "A…@example.org sent 2 Mar 2026, 09:30" in shown
    assert (
        "b…@example.org failed 2 Mar 2026, 09:30: the mail server refused the message for good"
        " 2 Mar, 09:30: refused for good – 550 5.7.1 Not from you"
    ) in shown
    assert "1 failed: the mail server refused the message for good" in see(editor(), at("one", change.pk))
    only_failed = see(editor(), at("one_results", change.pk) + "?state=FAILED")
    assert "b…@example.org" in only_failed
    assert "A…@" not in only_failed


def test_when_the_next_attempt_is_made_is_shown(change: Notification) -> None:
    Delivery.objects.filter(notification=change).update(
        state="WAITING", reason="", finished_at=None, next_attempt_at=NOW + timedelta(hours=2)
    )
    assert "waiting until 2 Mar 2026, 11:30" in see(editor(), at("one_results", change.pk))


@pytest.mark.parametrize("who", [editor, publisher, administrator, trusted])
def test_addresses_are_shortened_for_everybody_who_does_not_ask(
    change: Notification, who: Callable[[], Client]
) -> None:
    content = who().get(at("one", change.pk)).content.decode()
    assert ANA.value not in content
    assert BEN.value not in content
    assert not AddressLookup.objects.exists()


@pytest.mark.parametrize("who", [editor, publisher])
def test_who_may_not_see_addresses_cannot_have_them_shown(change: Notification, who: Callable[[], Client]) -> None:
    client = who()
    assert "Show addresses" not in see(client, at("one", change.pk))
    answer = client.post(at("one", change.pk))
    assert answer.headers["Location"] == "/admin/"
    assert not AddressLookup.objects.exists()


@pytest.mark.parametrize("who", [trusted, administrator])
def test_addresses_are_shown_in_full_when_somebody_who_may_asks_and_that_is_noted(
    change: Notification, who: Callable[[], Client]
) -> None:
    client = who()
    assert "Show addresses" in see(client, at("one", change.pk))
    shown = words(client.post(at("one", change.pk) + "?state=FAILED"))
    assert BEN.value in shown
    assert ANA.value not in shown
    assert "Show addresses" not in shown
    lookup = AddressLookup.objects.get()
    assert (lookup.purpose, lookup.notification_id, lookup.addresses, lookup.at) == ("FULL_VIEW", change.pk, 1, NOW)
    assert lookup.user is not None
    assert lookup.username == lookup.user.get_username()
    assert BEN.value not in see(client, at("one", change.pk))


def test_the_fragment_that_scripts_fetch_never_shows_addresses(change: Notification) -> None:
    assert trusted().post(at("one_results", change.pk)).status_code == 405
    assert not AddressLookup.objects.exists()


def test_the_companys_address_is_shortened_and_the_followers_no_longer_known_is_said_so(change: Notification) -> None:
    to_company = Notification.objects.filter(audience=Audience.COMPANY).latest("created_at")
    content = editor().get(at("one", to_company.pk)).content.decode()
    assert "jobs@bread.example" not in content
    assert "j…@bread.example" in content
    SubscriptionRecord.objects.all().delete()
    assert see(editor(), at("one_results", change.pk)).count("no longer known") == 2


def test_a_notification_that_is_not_there_is_not_found() -> None:
    assert editor().get(at("one", uuid4())).status_code == 404
    assert publisher().post(at("retry", uuid4())).status_code == 404


def test_of_a_pruned_notification_the_numbers_are_left(change: Notification, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=100))
    while prune_deliveries():
        pass
    shown = see(publisher(), at("one", change.pk))
    assert "1 failed 1 sent" in shown
    assert "The words and the recipients are no longer kept" in shown
    assert "Send again what failed" not in shown
    assert "(no longer kept)" in see(editor(), at("index_results"))


def test_what_was_merged_leads_to_what_tells_it(change: Notification) -> None:
    merged = rows.notification(withheld=WhyNot.MERGED)
    Notification.objects.filter(pk=merged.pk).update(merged_into=change.pk)
    content = editor().get(at("one", merged.pk)).content.decode()
    assert f'href="{at("one", change.pk)}"' in content
    assert "it was told together with what followed soon after" in content


def test_sending_again_sends_what_failed_of_that_notification_only(change: Notification) -> None:
    other = rows.notification()
    left_alone = fail(other, follow(EmailAddress("cem@example.org")))
    mail.outbox = []
    publisher().post(at("retry", change.pk))
    assert [message.to for message in work()] == [[BEN.for_the_wire]]
    assert Delivery.objects.get(pk=left_alone.pk).state == "FAILED"
    publisher().post(at("retry_all"))
    announce()
    assert Delivery.objects.get(pk=left_alone.pk).state == "WAITING"


def test_looking_changes_nothing(change: Notification) -> None:
    before = [list(model.objects.order_by("pk").values()) for model in (Notification, Delivery, AddressLookup)]
    client = administrator()
    for name in (*SCREENS, "lookups", "person", "timing"):
        assert client.get(address(name, change)).status_code == 200
        assert client.head(address(name, change)).status_code == 200
    assert [list(model.objects.order_by("pk").values()) for model in (Notification, Delivery, AddressLookup)] == before


def failures(query: str = "") -> list[dict[str, str]]:
    answer = editor().get(at("failures") + f"?export=csv{query}")
    return list(csv.DictReader(StringIO(answer.getvalue().decode())))


def test_failures_are_reported_by_domain(change: Notification) -> None:
    for number in range(2):
        other = rows.follower(EmailAddress(f"cem{number}@other.example"), ended_at=NOW)
        fail(change, other.pk)
    gave_up = rows.follower(EmailAddress("dan@other.example"), ended_at=NOW)
    given = rows.delivery(change, gave_up.pk, Delivery.State.FAILED, WhyNot.GAVE_UP)
    given.answers.create(at=NOW, outcome=DeliveryAttempt.Outcome.DEFERRED)
    bounced = Delivery.objects.get(notification=change, state="SENT")
    bounced.answers.create(at=NOW, outcome=DeliveryAttempt.Outcome.BOUNCED)
    fail(change, uuid4())
    fail(rows.notification(Audience.COMPANY, contact="jobs@bread.example"), uuid4())

    assert [tuple(row.values())[:5] for row in failures()] == [
        ("other.example", "3", "2", "1", "0"),
        ("example.org", "2", "1", "0", "1"),
        ("", "1", "1", "0", "0"),
        ("bread.example", "1", "1", "0", "0"),
    ]
    assert next(iter(failures("&ordering=domain")))["Domain"] == ""
    shown = see(editor(), at("failures_results"))
    assert "other.example 3 2 1 0" in shown
    assert "(address no longer known) 1 1 0 0" in shown
    assert editor().get(at("failures") + "?export=xlsx").headers["Content-Type"].endswith("sheet")


def test_an_answer_of_the_mail_server_is_shown_without_the_address(server: Server) -> None:
    show()
    follow(ANA)
    said = f"no <{ANA.for_the_wire}> here".encode()
    server.answers[ANA.for_the_wire] = [SMTPRecipientsRefused({ANA.for_the_wire: (550, said)})]
    show(BETTER_PAID)
    work()
    told = Notification.objects.get(audience=Audience.FOLLOWERS)
    assert "550 no <…> here" in see(editor(), at("one_results", told.pk))
