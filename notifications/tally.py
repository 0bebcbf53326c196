"""What became of the messages of one batch: for the log, and for the metrics. Without a word of who got them."""

import logging
from collections import Counter
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from adapters.observing import figures
from notifications import answers
from notifications.answers import Accepted, Deferred, Refused
from notifications.models import Lane, WhyNot

logger = logging.getLogger(__name__)

SENT: Final = "sent"
FAILED: Final = "failed"
DEFERRED: Final = "deferred"
SKIPPED: Final = "skipped"


@dataclass(slots=True)
class Tally:
    """`conclude` writes one line for all that were sent, with their deliveries' numbers: each message's Message-ID begins with its own,
    and so it is found in the log of the mail server. Each other answer has a line of its own.
    """

    lane: Lane
    began: float = field(default_factory=monotonic)
    numbers: Counter[str] = field(default_factory=Counter)
    sent_ones: list[int] = field(default_factory=list)
    last: Accepted = field(default_factory=Accepted)

    def taken(self, delivery_id: int, answer: Accepted) -> None:
        self.last = answer
        self.sent_ones.append(delivery_id)
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug("message sent", extra={"delivery_id": delivery_id, "answer": _words(answer.answer)})

    def sent(self, number: int) -> None:
        self._count(SENT, "", number)

    def skipped(self, why: WhyNot, number: int) -> None:
        self._count(SKIPPED, why, number)

    def refused(self, delivery_id: int, answer: Deferred | Refused, why: WhyNot | None, *, recipient: str) -> None:
        """`why` if that was the end of it."""
        outcome = DEFERRED if why is None else FAILED
        self._count(outcome, why or "")
        said = _words(answers.without_address(answer.answer, recipient))
        about = {"delivery_id": delivery_id, "outcome": outcome, "reason": why or "", "answer": said}
        logger.info("message not sent", extra=about)

    def conclude(self, *, refusal: str | None) -> None:
        numbers = {outcome: self.numbers[outcome] for outcome in (SENT, FAILED, DEFERRED, SKIPPED)}
        about = {
            "lane": self.lane.name,
            "seconds": round(monotonic() - self.began, 3),
            "answer": _words(self.last.answer if refusal is None else refusal),
            "deliveries": self.sent_ones,
        }
        logger.info("batch sent", extra=numbers | about)

    def _count(self, outcome: str, why: str, number: int = 1) -> None:
        self.numbers[outcome] += number
        figures.DELIVERIES.labels(self.lane.name, outcome, why).inc(number)


def _words(answer: str) -> str:
    return answers.cleaned(answer)
