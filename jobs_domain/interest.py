"""Whether somebody still wants what they follow: asked once after a long silence, and ended if no answer comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is to be done before `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Ask:
    """It is time to ask."""


@dataclass(frozen=True, slots=True)
class LetGo:
    """They were asked, and have not answered in time."""


type Step = Wait | Ask | LetGo


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a silence may last before somebody is asked, and how long they may take to answer. Raises `NoPatience`."""

    silence: timedelta
    answer: timedelta

    def __post_init__(self) -> None:
        if self.silence <= timedelta() or self.answer <= timedelta():
            raise NoPatience("Both the silence and the time to answer need to last for a while.")

    def next_step(self, *, silent_since: datetime, asked_at: datetime | None, at: datetime) -> Step:
        """What is to be done at this instant about a person who showed no interest since `silent_since`.

        `asked_at` is when the question was sent, `None` if there is none. A later sign of interest has answered it.
        """
        if asked_at is None or asked_at < silent_since:
            ask_at = silent_since + self.silence
            return Ask() if at >= ask_at else Wait(ask_at)
        ends_at = asked_at + self.answer
        return LetGo() if at >= ends_at else Wait(ends_at)


class NoPatience(ValueError):
    """A period is not longer than nothing."""
