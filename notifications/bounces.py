"""What comes back after the mail server has taken a message: reports that it could not be delivered, and that it was called spam; and mails
with which people leave (`leaving.py`).

Anybody can send such a report. One counts only if it shows the Message-ID of a message of ours, which nobody can know who did not have
the message, and, if it names a recipient, the one whom that message went to.
"""

import hmac
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, message_from_string
from email.message import Message
from enum import Enum
from typing import Final, assert_never

from django.db import transaction

from adapters.models import SubscriptionRecord
from jobs_domain.email_address import EmailAddress, InvalidEmailAddress
from notifications import answers, leaving, messages, suppression
from notifications.leaving import Wish
from notifications.models import Delivery, DeliveryAttempt, Suppression

logger = logging.getLogger(__name__)

LARGEST: Final = 1 << 20
"""Bytes of a report that are looked at. What counts stands at its beginning; what follows is the message that came back."""
MOST_RECIPIENTS: Final = 100
COMPLAINTS: Final = frozenset({"abuse", "fraud"})
"""The feedback types (RFC 5965 §7.3) with which somebody says that they do not want our mail."""
PERMANENT: Final = re.compile(r"5\.\d{1,3}\.\d{1,3}")
NOT_THE_ADDRESS: Final = re.compile(r"5\.(?:2\.[23]|[3567]\.\d{1,3})(?!\d)")
"""Permanent for this message only (RFC 3463 §3): the mailbox is full, the message too long; the other system, the protocol, the
content, or a policy such as a block list against us."""
UNSAID: Final = re.compile(r"5\.0\.0")
"""“Other undefined status” (RFC 3463 §3.1): what some mail servers say of everything, and give the real one in the diagnostic code."""

_MESSAGE_ID: Final = re.compile(r"<(?P<delivery>[0-9]{1,18})\.[0-9a-f]{16}@[^<>@\s]{1,255}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Somebody's word that a message came back for good, or was complained about.

    `recipient` is the `EmailAddress.key` of each address it may be about; none, if the report keeps that to itself. `for_good`: because
    of the address, so that the next message would come back too.
    """

    outcome: DeliveryAttempt.Outcome
    recipients: frozenset[str]
    message_id: str
    words: str
    for_good: bool = True


class Effect(Enum):
    """What came of a report. The most telling first."""

    NOTED = "noted"
    NOTED_BEFORE = "noted before"
    LEFT = "left, as the mail asks"
    NOT_OURS = "ignored: not about a message that this board keeps, or not to this recipient"
    FORGED = "ignored: a wish to leave that does not show which mail it answers"
    NO_REPORT = "not a report that something came back for good"


@dataclass(frozen=True, slots=True)
class Account:
    """What was done with a report, and with what it was about, as far as that is known."""

    effect: Effect
    report: Report | None = None
    delivery: Delivery | None = None


def take_in(raw: bytes, at: datetime) -> Account:
    """Do what the mail calls for, if it is a report or asks to leave. Doing it again changes nothing."""
    accounts = [_act_on(report, at) for report in reports_in(raw)] or _wishes_in(raw)
    order = list(Effect)
    return min(accounts, key=lambda account: order.index(account.effect), default=Account(Effect.NO_REPORT))


def _wishes_in(raw: bytes) -> list[Account]:
    wish = leaving.take_in(raw[:LARGEST])
    match wish:
        case None:
            return []
        case Wish.DONE:
            return [Account(Effect.LEFT)]
        case Wish.FORGED:
            return [Account(Effect.FORGED)]
        case _:
            assert_never(wish)


def came_back(
    delivery: Delivery,
    address_key: str,
    outcome: DeliveryAttempt.Outcome,
    words: str,
    at: datetime,
    *,
    for_good: bool = True,
) -> bool:
    """Note it in the ledger and write to the address no more, if that is what it means. Says whether it was new."""
    with transaction.atomic():
        # two copies of one report wait for each other here
        if Delivery.objects.select_for_update().filter(pk=delivery.pk).first() is None:
            return False
        if DeliveryAttempt.objects.filter(delivery=delivery, outcome=outcome).exists():
            return False
        said = answers.without_address(words, address_key)
        logger.info(
            "message came back", extra={"delivery_id": delivery.pk, "outcome": str(outcome), "for_good": for_good}
        )
        DeliveryAttempt.objects.create(delivery=delivery, at=at, outcome=outcome, answer=said)
        if outcome == DeliveryAttempt.Outcome.COMPLAINED:
            suppression.suppress(address_key, Suppression.Reason.COMPLAINED, said, at)
        else:
            suppression.after_bounce(address_key, said, at, for_good=for_good)
    return True


def delivery_of(message_id: str) -> Delivery | None:
    """The delivery whose message has this Message-ID, given with its angle brackets.

    What follows the @ may have changed since, with the address that the board sends from.
    """
    found = _MESSAGE_ID.fullmatch(message_id)
    delivery = None if found is None else Delivery.objects.filter(pk=int(found["delivery"])).first()
    if delivery is None:
        return None
    theirs, ours = message_id.partition("@")[0], messages.message_id(delivery).partition("@")[0]
    return delivery if hmac.compare_digest(theirs, ours) else None


def recipient_of(delivery: Delivery) -> str:
    """The key of the address that the message went to; empty if it was forgotten since."""
    notification = delivery.notification
    if notification.goes_elsewhere:
        return key_of(notification.contact_address)
    records = SubscriptionRecord.objects.filter(pk=delivery.subscription_id)
    return records.values_list("address_key", flat=True).first() or ""


def reports_in(raw: bytes) -> tuple[Report, ...]:
    """What a mail reports, if it is a report: RFC 3464 (delivery status) or RFC 5965 (complaints). Anything else gives nothing."""
    try:
        return tuple(_read(message_from_bytes(raw[:LARGEST])))
    except Exception:  # the standard library's parser has many ways to fail on what no mail program would send
        logger.warning("A mail could not be read as a report", exc_info=True)
        return ()


def clean(text: str) -> str:
    """On one line, not too long, and such that any database keeps it."""
    return answers.cleaned(text.encode("utf-8", "replace").decode())


def key_of(address: str) -> str:
    """Its `EmailAddress.key`; empty if it is no address that we could have written to."""
    try:
        return EmailAddress(address).key
    except InvalidEmailAddress:
        return ""


def _act_on(report: Report, at: datetime) -> Account:
    delivery = delivery_of(report.message_id)
    if delivery is None:
        return Account(Effect.NOT_OURS, report)
    recipient = recipient_of(delivery)
    if not recipient or (report.recipients and recipient not in report.recipients):
        return Account(Effect.NOT_OURS, report)
    is_new = came_back(delivery, recipient, report.outcome, report.words, at, for_good=report.for_good)
    return Account(Effect.NOTED if is_new else Effect.NOTED_BEFORE, report, delivery)


def _read(message: Message) -> Iterator[Report]:
    """The human part, the machine's part, and what came back, in this order (RFC 6522 §3)."""
    parts = _inner(message)
    if message.get_content_type() != "multipart/report" or len(parts) < 3:
        return
    message_id = _returned_message_id(parts[2])
    if not message_id:
        return
    match parts[1].get_content_type():
        case "message/delivery-status" | "message/global-delivery-status":
            for fields in _blocks(parts[1]):
                if (bounced := _bounce(fields, message_id)) is not None:
                    yield bounced
        case "message/feedback-report":
            for fields in _inner(parts[1])[:1]:
                if (complaint := _complaint(fields, message_id)) is not None:
                    yield complaint
        case _:
            return


def _bounce(fields: Message, message_id: str) -> Report | None:
    """The per-recipient fields (RFC 3464 §2.3). Only a failure for good counts, and only one of a recipient that is named."""
    status = PERMANENT.match(_field(fields, "Status"))
    if _field(fields, "Action").lower() != "failed" or status is None:
        return None
    recipients = {_typed_key(_field(fields, name)) for name in ("Original-Recipient", "Final-Recipient")} - {""}
    if not recipients:
        return None
    diagnosis = _field(fields, "Diagnostic-Code")
    code = status[0]
    if UNSAID.fullmatch(code) and (better := PERMANENT.search(diagnosis)) is not None:
        code = better[0]
    words = f"{status[0]} {diagnosis}"
    for name in ("Original-Recipient", "Final-Recipient"):
        words = answers.without_address(words, _typed(_field(fields, name)))
    return Report(
        outcome=DeliveryAttempt.Outcome.BOUNCED,
        recipients=frozenset(recipients),
        message_id=message_id,
        words=clean(words),
        for_good=NOT_THE_ADDRESS.match(code) is None,
    )


def _complaint(fields: Message, message_id: str) -> Report | None:
    """A feedback report (RFC 5965 §3). Many leave out or disguise the recipient (RFC 6590): the Message-ID has to do then."""
    kind = _field(fields, "Feedback-Type").lower()
    if kind not in COMPLAINTS:
        return None
    named = [clean(str(value)) for value in fields.get_all("Original-Rcpt-To", [])]
    return Report(
        outcome=DeliveryAttempt.Outcome.COMPLAINED,
        recipients=frozenset({key_of(address.strip("<>")) for address in named[:MOST_RECIPIENTS]} - {""}),
        message_id=message_id,
        words=clean(f"{kind} {_field(fields, 'User-Agent')}"),
    )


def _returned_message_id(part: Message) -> str:
    """From the message that came back, or from its header if that is all that did (RFC 6522 §4)."""
    inner = _inner(part)
    if inner:
        return _field(inner[0], "Message-ID")
    header = part.get_payload(decode=True)
    return _field(message_from_bytes(header), "Message-ID") if isinstance(header, bytes) else ""


def _blocks(part: Message) -> Iterator[Message]:
    """The blocks of fields that blank lines part; the parser takes them apart itself, except for the international kind (RFC 6533)."""
    for count, block in enumerate(_inner(part)):
        if count > MOST_RECIPIENTS:
            return
        yield block
        rest = block.get_payload()
        for _ in range(MOST_RECIPIENTS):
            if not isinstance(rest, str) or not rest.strip():
                break
            further = message_from_string(rest.lstrip("\r\n"))
            yield further
            rest = further.get_payload()


def _inner(part: Message) -> Sequence[Message]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def _field(fields: Message, name: str) -> str:
    return clean(str(fields.get(name, "")))


def _typed(recipient: str) -> str:
    """`rfc822; ana@example.org` (RFC 3464 §2.3.2), or `utf-8; …` (RFC 6533 §3), without its type."""
    return recipient.partition(";")[2].strip().removeprefix("<").removesuffix(">")


def _typed_key(recipient: str) -> str:
    return key_of(_typed(recipient))
