"""Sends what is due, a batch at a time, and marks what became of each message.

At most `MAIL_UNMARKED` messages are with the mail server, or taken by it, without being marked. If a worker dies, its lease runs out
and others send what it did not mark, under the same Message-ID.
"""

import logging
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, assert_never
from uuid import UUID

from django.conf import settings

from adapters import background, clock
from adapters.observing import ids, tracing
from notifications import batches, marks, messages, pace, pauses, recipients, suppression
from notifications.announcing import SEND
from notifications.answers import Accepted, Deferred, Refused, Unavailable
from notifications.batches import Claim
from notifications.letters import Letter, Message
from notifications.mailers import chosen
from notifications.mailers.port import Mailer, Result, Room
from notifications.models import Lane, Notification, WhyNot
from notifications.personal import Personal
from notifications.recipients import Decision, Wanted
from notifications.tally import Tally

logger = logging.getLogger(__name__)

FRESH_SECONDS: Final = 1.0
"""A follower who leaves is written to for so long at most; and so soon does something more urgent go first."""
SHORT: Final = timedelta(seconds=1)
"""A worker sleeps no longer before it looks again whether to go on; a batch that waits for its turn is left alone for at least so long."""


_suspected: Final[dict[int, int]] = {}
"""By lane, the last delivery that got an answer that may be meant for all: if another one gets such an answer next, it is."""


def send_due() -> int:
    """Send the batch that is most urgent. Returns how many deliveries it dealt with."""
    claim = batches.claim()
    if claim is None:
        chosen.close()
        return 0
    background.call_colleague(if_true=batches.is_due)
    shift = _Shift(claim, chosen.mailer())
    notification = shift.notification
    about = {"board.notification_id": str(notification.pk), "board.batch_id": str(claim.batch.pk)}
    with (
        ids.bound(
            request_id=notification.request_id,
            event_id=notification.event_id,
            notification_id=notification.pk,
            batch_id=claim.batch.pk,
        ),
        tracing.span("send batch", about, linked_to=notification.traceparent),
        batches.kept(claim),
    ):
        return shift.work()


def sweep() -> int:
    """What the worker does now and then in case that a wake-up was lost."""
    batches.end_impossible_leases()
    return send_due()


@dataclass(slots=True)
class _Shift:
    """One worker's work on one batch.

    `queue` holds what is still to be handed over, `under_way` what was, until its answer is recorded. `refusal` is set once the
    server takes nothing at all, `put_back` once the rest has to wait for another reason.
    """

    claim: Claim
    mailer: Mailer
    notification: Notification = field(init=False)
    room: Room = field(init=False)
    queue: deque[tuple[UUID, int]] = field(init=False)
    under_way: dict[int, Wanted] = field(default_factory=dict)
    sent: list[int] = field(default_factory=list)
    decisions: Mapping[UUID, Decision] = field(default_factory=dict)
    decided: float = float("-inf")
    refusal: str | None = None
    put_back: timedelta = timedelta()
    has_sent: bool = False
    done: int = 0
    turns: pace.Turns = field(default_factory=pace.Turns)
    tally: Tally = field(init=False)

    def __post_init__(self) -> None:
        self.notification = Notification.objects.get(pk=self.claim.batch.notification_id)
        self.tally = Tally(Lane(self.claim.batch.lane))
        self.room = Room(settings.MAIL_UNMARKED)
        now = clock.now()
        waiting = self.claim.unfinished().order_by("subscription_id")
        rows = waiting.values_list("subscription_id", "pk", "next_attempt_at")
        self.queue = deque((follower, pk) for follower, pk, again_at in rows if again_at is None or again_at <= now)

    def work(self) -> int:
        try:
            for results in self.mailer.send(self._messages(), self.room):
                for result in results:
                    self._take_note(result)
                if self.sent and (not results or len(self.sent) >= self._enough):
                    self._mark()
        finally:
            if self.sent:
                self._mark()
        self.tally.conclude(refusal=self.refusal)
        if not self.claim.lost.is_set():
            self._conclude()
        return self.done

    @property
    def _enough(self) -> int:
        """So many are marked at once: while they are, the server is kept busy with as many again, if there is room for them."""
        return max(1, (self.room.size - self.mailer.connections + 1) // 2)

    def _messages(self) -> Iterator[Message]:
        letters: dict[str, tuple[Letter, frozenset[Personal]]] = {}
        while self.queue and self._may_go_on():
            subscription_id, delivery_id = self.queue.popleft()
            decision = self.decisions[subscription_id]
            if isinstance(decision, WhyNot):
                continue
            if self.turns.has_turn(decision.domain):
                self.under_way[delivery_id] = decision
                if decision.language not in letters:
                    letter = messages.letter(self.notification, decision.language)
                    letters[decision.language] = letter, messages.personal_parts(letter)
                letter, parts = letters[decision.language]
                yield messages.message(
                    letter, parts, delivery_id=delivery_id, subscription_id=subscription_id, wanted=decision
                )
            else:
                self.queue.append((subscription_id, delivery_id))
                self._wait_for_a_turn()

    def _wait_for_a_turn(self) -> None:
        """Only if nothing in the queue can go and there is no other batch to go on with."""
        domains = {who.domain for follower, _ in self.queue if isinstance(who := self.decisions[follower], Wanted)}
        wait = self.turns.wait(domains)
        if not wait:
            return
        if not self.turns.is_for_all and batches.is_due():
            self.put_back = max(wait, SHORT)
        else:
            time.sleep(min(wait, SHORT).total_seconds())

    def _may_go_on(self) -> bool:
        if self.refusal is not None or self.put_back or not self.claim.is_safe or background.is_stopping():
            return False
        if time.monotonic() - self.decided < FRESH_SECONDS:
            return True
        if self.done and batches.is_due(more_urgent_than=Lane(self.claim.batch.lane)):
            return False
        self._decide()
        return True

    def _decide(self) -> None:
        self.decisions = recipients.check(self.notification, [follower for follower, _ in self.queue])
        self.decided = time.monotonic()
        unwanted = {follower: why for follower, why in self.decisions.items() if isinstance(why, WhyNot)}
        if unwanted:
            marks.skipped(self.claim, unwanted)
            for why, number in Counter(unwanted.values()).items():
                self.tally.skipped(why, number)
            self.done += len(unwanted)

    def _take_note(self, result: Result) -> None:
        answer = result.answer
        wanted = self.under_way.pop(result.delivery_id)
        match answer:
            case Accepted():
                self.sent.append(result.delivery_id)
                self.tally.taken(result.delivery_id, answer)
                _suspected.pop(self.claim.batch.lane, None)
                return
            case Unavailable():
                self.refusal = answer.answer
            case Deferred() | Refused():
                self._suspect(result.delivery_id, answer)
                why = marks.failed(self.claim, result.delivery_id, answer, wire_address=wanted.wire_address)
                self.tally.refused(result.delivery_id, answer, why, recipient=wanted.wire_address)
                if why is WhyNot.REFUSED:
                    suppression.after_refusal(wanted.address_key, answer.answer)
                self.done += 1
            case _:
                assert_never(answer)
        self.room.give_back(1)

    def _suspect(self, delivery_id: int, answer: Deferred | Refused) -> None:
        before = _suspected.pop(self.claim.batch.lane, delivery_id)
        if isinstance(answer, Deferred) and answer.may_be_all:
            _suspected[self.claim.batch.lane] = delivery_id
            if before != delivery_id:
                self.refusal = answer.answer

    def _mark(self) -> None:
        marks.sent(self.claim, self.sent)
        self.tally.sent(len(self.sent))
        self.room.give_back(len(self.sent))
        self.done += len(self.sent)
        self.has_sent = True
        self.sent = []

    def _conclude(self) -> None:
        lane = Lane(self.claim.batch.lane)
        due_at = batches.release(self.claim, not_before=self.put_back)
        if self.refusal is not None:
            due_at = pauses.begin(lane, self.refusal)
        elif self.has_sent:
            pauses.end()
        if due_at is not None:
            background.wake(SEND, at=due_at)
