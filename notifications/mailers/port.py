"""What the engine wants of a way to send mail."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from notifications.answers import Answer
from notifications.letters import Message


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the message of this delivery."""

    delivery_id: int
    answer: Answer


@dataclass(slots=True)
class Room:
    """How many more messages may be with the server, or taken by it, without being marked in the ledger.

    A mailer takes a place before it hands over a message; the engine gives the places back when the marks are committed. So a process
    that dies leaves at most `size` messages of which the ledger does not know that they were sent.
    """

    size: int
    taken: int = 0

    @property
    def free(self) -> int:
        return self.size - self.taken

    def take(self, places: int = 1) -> None:
        if places > self.free:
            raise RuntimeError(f"There is no room for {places} more unmarked messages.")
        self.taken += places

    def give_back(self, places: int) -> None:
        self.taken -= places


class Mailer(Protocol):
    """Hands messages to a server, several at a time if it can. Used by one thread; keeps its connections from call to call."""

    @abstractmethod
    def send(self, messages: Iterator[Message], room: Room) -> Iterator[Sequence[Result]]:
        """Hand over the messages and yield what became of them, in groups, in the order of the answers.

        The messages are drawn in the caller's thread, each only when it can be handed over soon and there is room for it: whoever
        wants the sending to stop lets `messages` end, and still hears of those under way. Each message drawn has exactly one result.
        An empty group means that nothing came for a moment, or that there is no room. After `Unavailable` no more are drawn; those
        that are drawn but not begun get the same answer. Whoever does not iterate to the end hears nothing of those under way.

        Never raises because of a message, a server or a network: that is what answers are for.
        """

    @property
    @abstractmethod
    def connections(self) -> int:
        """How many messages it can have under way at once."""

    @abstractmethod
    def close(self) -> None:
        """End the connections in good order; sending opens them again. Never raises."""
