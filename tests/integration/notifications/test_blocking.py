"""An operator blocks a domain, or an address: what visitors see, what is sent, and what the screens say."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from adapters.hourly import Counted
from adapters.models import BlockedDomain, HourlyCount
from jobs_domain.email_address import EmailAddress
from notifications import ledger, suppression
from notifications.models import AddressLookup, Audience, Delivery, Suppression, WhyNot
from notifications.retrying import retry_failed
from tests.integration.cms.factories import make_job
from tests.integration.notifications import people
from tests.integration.notifications.people import see, words
from tests.integration.notifications.rows import delivery, follower, notification
from tests.integration.notifications.world import BETTER_PAID, delivery_to, follow, recipients, show, work
from tests.unit.examples import ANA, BEN, NOW

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

FORM = "/jobs/baker/subscribe/"
SIGN_IN = "/subscriptions/manage/"
ONE = "/admin/notifications/addresses/one/"
LIST = "/admin/notifications/addresses/"
DOMAINS = "/admin/notifications/domains/"
ELSEWHERE = EmailAddress("cleo@mail.junk.example")


def block(domain: str = "junk.example") -> None:
    BlockedDomain.objects.create(domain=domain)


@pytest.mark.parametrize("typed", ["ana@junk.example", "ana@JUNK.example", "ana@a.b.junk.example"])
def test_a_blocked_domain_is_refused_openly(client: Client, typed: str) -> None:
    make_job()
    block()
    for form in (FORM, SIGN_IN):
        refused = client.post(form, {"address": typed})
        assert refused.status_code == 422
        assert "This board does not write to addresses at" in refused.content.decode()
        assert f'value="{typed}"' in refused.content.decode()
    assert work() == []
    assert HourlyCount.objects.get(what=Counted.BLOCKED_DOMAIN.value).number == 2


def test_others_are_as_free_as_before(client: Client) -> None:
    make_job()
    block()
    for typed in ("ana@example.org", "ana@otherjunk.example", "ana@example"):
        client.post(FORM, {"address": typed})
    assert recipients(work()) == ["ana@example.org", "ana@otherjunk.example"]


def test_a_blocked_address_is_answered_like_any_other_and_gets_nothing(client: Client) -> None:
    make_job()
    suppression.suppress(ANA.key, Suppression.Reason.BY_HAND, "", NOW)
    answers = [client.post(FORM, {"address": each.value}) for each in (ANA, BEN)]
    for answer in answers:
        del answer.headers["X-Request-ID"]  # of each its own
    assert (answers[0].status_code, answers[0].headers, answers[0].content) == (
        answers[1].status_code,
        answers[1].headers,
        answers[1].content,
    )
    assert recipients(work()) == [BEN.for_the_wire]


def test_who_follows_from_a_blocked_domain_gets_nothing_more_and_the_ledger_says_why() -> None:
    show()
    subscription_id = follow(ELSEWHERE)
    follow(BEN)
    block()
    event_id = show(BETTER_PAID)
    assert recipients(work()) == [BEN.for_the_wire]
    account = ledger.told(subscription_id, event_id)
    assert isinstance(account, ledger.NotTold)
    assert account.why is WhyNot.BLOCKED_DOMAIN
    assert delivery_to(ELSEWHERE).state == Delivery.State.SKIPPED


def test_a_company_at_a_blocked_domain_hears_nothing_either() -> None:
    show()
    block("bread.example")
    follow(ANA)
    assert not Delivery.objects.filter(notification__audience=Audience.COMPANY, state="SENT").exists()


def test_what_failed_is_not_tried_again_at_a_blocked_domain() -> None:
    told = notification()
    delivery(told, follower(ELSEWHERE).pk, Delivery.State.FAILED, WhyNot.GAVE_UP)
    block()
    retried = retry_failed()
    assert (retried.again, retried.suppressed) == (0, 1)


def test_when_it_is_unblocked_they_are_told_again() -> None:
    show()
    follow(ELSEWHERE)
    block()
    BlockedDomain.objects.all().delete()
    show(BETTER_PAID)
    assert recipients(work()) == [ELSEWHERE.for_the_wire]


def test_an_administrator_blocks_a_domain_and_unblocks_it() -> None:
    administrator = people.administrator()
    done = administrator.post(f"{DOMAINS}block/", {"domain": " Jünk.EXAMPLE ", "note": "Robots"}, follow=True)
    assert "xn--jnk-hoa.example" in words(done)
    (blocked,) = BlockedDomain.objects.all()
    assert "Robots" in see(administrator, DOMAINS)
    assert "already exists" in words(administrator.post(f"{DOMAINS}block/", {"domain": "jünk.example"}))
    assert "needs a full domain" in words(administrator.post(f"{DOMAINS}block/", {"domain": "junk"}))
    administrator.post(f"{DOMAINS}{blocked.pk}/release/")
    assert not BlockedDomain.objects.exists()
    logged = people.logged().order_by("timestamp").values_list("action", "label")
    assert list(logged) == [("wagtail.create", "xn--jnk-hoa.example"), ("wagtail.delete", "xn--jnk-hoa.example")]


def test_an_administrator_looks_an_address_up_blocks_and_unblocks_it() -> None:
    administrator = people.administrator()
    assert "It is not blocked." in words(administrator.post(ONE, {"address": "Ana@Example.org"}))
    blocked = words(administrator.post(ONE, {"address": "ana@example.org", "block": ""}))
    assert "put on the list by an operator" in blocked
    assert suppression.is_suppressed(ANA.key)
    released = words(administrator.post(ONE, {"address": "ana@example.org", "release": ""}))
    assert "It is not blocked." in released
    assert not suppression.is_suppressed(ANA.key)
    assert AddressLookup.objects.count() == 3


def test_who_blocked_is_noted_without_the_address() -> None:
    administrator = people.administrator()
    for _ in range(2):  # once more changes nothing
        administrator.post(ONE, {"address": "ana@example.org", "block": ""})
    administrator.post(ONE, {"address": "ana@example.org", "release": ""})
    noted = list(people.logged().order_by("timestamp"))
    assert [entry.action for entry in noted] == ["notifications.block_address", "notifications.release_address"]
    assert [entry.formatter.format_message(entry) for entry in noted if entry.formatter] == [
        "Blocked an address",
        "Unblocked an address: put on the list by an operator",
    ]
    assert not any("ana" in f"{entry.label}{entry.data}".lower() for entry in noted)


def test_the_first_reason_stays_and_the_wish_of_the_owner_is_said() -> None:
    suppression.suppress(ANA.key, Suppression.Reason.BY_OWNER, "", NOW)
    answer = words(people.administrator().post(ONE, {"address": "ana@example.org", "block": ""}))
    assert "its owner wishes never to be written to" in answer
    assert "Unblock it only if they ask for it." in answer


def test_the_list_has_reasons_and_dates_but_no_addresses() -> None:
    suppression.suppress(ANA.key, Suppression.Reason.BOUNCED, f"550 {ANA.value} unknown", NOW)
    suppression.suppress(BEN.key, Suppression.Reason.BY_HAND, "", NOW)
    administrator = people.administrator()
    shown = see(administrator, LIST)
    assert "mail to it came back for good 550 … unknown" in shown
    assert "ana@" not in shown.lower()
    by_hand = see(administrator, f"{LIST}?reason=BY_HAND")
    assert "550" not in by_hand
    assert "put on the list by an operator" in by_hand


def test_who_may_only_look_cannot_block(client: Client) -> None:
    looker = people.browser("Publishers", permissions=("view_suppression",))
    assert "Block the address" not in words(looker.post(ONE, {"address": "ana@example.org"}))
    assert looker.post(ONE, {"address": "ana@example.org", "block": ""}).status_code == 302
    assert not Suppression.objects.exists()
    assert looker.get(f"{DOMAINS}block/").status_code == 302


def test_the_command_blocks_lists_and_unblocks(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("blocked_domains", "--add", "Junk.example", "spam.example", "--note", "Robots")
    call_command("blocked_domains", "--check", "mail.junk.example")
    call_command("blocked_domains")
    call_command("blocked_domains", "--remove", "junk.example")
    call_command("blocked_domains", "--check", "junk.example")
    said = capsys.readouterr().out.splitlines()
    assert said[:3] == [
        "junk.example is blocked.",
        "spam.example is blocked.",
        "mail.junk.example is blocked: junk.example",
    ]
    assert [line.split(maxsplit=1)[1] for line in said[3:5]] == ["junk.example  Robots", "spam.example  Robots"]
    assert said[5:] == ["junk.example is no longer blocked.", "junk.example is not blocked."]


def test_of_a_line_with_a_mistake_nothing_is_done() -> None:
    with pytest.raises(CommandError, match="needs a full domain"):
        call_command("blocked_domains", "--add", "junk.example", "junk")
    assert not BlockedDomain.objects.exists()
