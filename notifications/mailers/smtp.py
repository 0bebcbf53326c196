"""SMTP over connections that stay open: one in the caller's thread, or several with a thread each."""

import logging
from collections.abc import Iterator, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import Final, override

from django.core.mail.backends.smtp import EmailBackend

from notifications import answers
from notifications.answers import Answer, Refused, Unavailable
from notifications.letters import Message
from notifications.mailers.port import Mailer, Result, Room
from notifications.mailers.smtp_connection import Connection, Parcel
from notifications.mime import CannotBeSent, Letters

MOMENT_SECONDS: Final = 0.05

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Call:
    """What belongs to one call of `send`. `refusal` is set once the server takes nothing, `is_over` once nobody waits for results."""

    results: SimpleQueue[Result] = field(default_factory=SimpleQueue)
    refusal: Unavailable | None = None
    is_over: Event = field(default_factory=Event)


@dataclass(frozen=True, slots=True)
class _Order:
    call: _Call
    delivery_id: int
    parcel: Parcel
    drawn_at: float
    context: Context
    """What its log lines are about."""


class SmtpMailer(Mailer):
    """With room for one message there is nothing to gain from threads. Otherwise each connection has its own, which touches nothing else;
    as far as there is room, the next message waits for each, so that the server works while the engine marks.
    """

    def __init__(self, backend: type[EmailBackend], *, connections: int) -> None:
        self._connections = [Connection(backend) for _ in range(connections)]
        self._letters = Letters()
        self._threads: list[Thread] = []
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._call = _Call()

    @property
    @override
    def connections(self) -> int:
        return len(self._connections)

    @override
    def send(self, messages: Iterator[Message], room: Room) -> Iterator[Sequence[Result]]:
        return self._send_here(messages, room) if room.size == 1 else self._send_in_threads(messages, room)

    @override
    def close(self) -> None:
        self._call.is_over.set()
        for _ in self._threads:
            self._orders.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        self._orders = SimpleQueue()
        for connection in self._connections:
            connection.close()

    def _send_here(self, messages: Iterator[Message], room: Room) -> Iterator[Sequence[Result]]:
        connection = self._connections[0]
        while True:
            if not room.free:
                yield ()
                continue
            message = next(messages, None)
            if message is None:
                return
            room.take()
            parcel = self._packed(message)
            answer = connection.hand_over(parcel, since=monotonic()) if isinstance(parcel, Parcel) else parcel
            yield (Result(message.delivery_id, answer),)
            if isinstance(answer, Unavailable):
                return

    def _send_in_threads(self, messages: Iterator[Message], room: Room) -> Iterator[Sequence[Result]]:
        self._start_threads()
        self._call.is_over.set()
        call = self._call = _Call()
        under_way = 0
        more_to_come = True
        try:
            while True:
                group: list[Result] = []
                while more_to_come and not call.refusal and room.free and under_way < 2 * len(self._connections):
                    message = next(messages, None)
                    if message is None:
                        more_to_come = False
                        break
                    room.take()
                    parcel = self._packed(message)
                    if isinstance(parcel, Parcel):
                        self._orders.put(_Order(call, message.delivery_id, parcel, monotonic(), copy_context()))
                        under_way += 1
                    else:
                        group.append(Result(message.delivery_id, parcel))
                if not under_way and not group and (call.refusal or not more_to_come):
                    return
                answered = _those_there(call.results, wait=under_way > 0 and not group)
                under_way -= len(answered)
                yield (*group, *answered)
        finally:
            call.is_over.set()

    def _packed(self, message: Message) -> Parcel | Answer:
        try:
            return Parcel(message.letter.sender, message.recipient, self._letters.fill(message))
        except CannotBeSent as error:
            return Refused(str(error))
        except Exception as error:  # one message that cannot be made may not keep the others from being sent
            logger.exception("Delivery %s cannot be sent", message.delivery_id)
            return answers.meaning(error)

    def _start_threads(self) -> None:
        if not self._threads:
            self._threads = [
                Thread(target=self._work, args=(connection, self._orders), name="mail", daemon=True)
                for connection in self._connections
            ]
            for thread in self._threads:
                thread.start()

    def _work(self, connection: Connection, orders: SimpleQueue[_Order | None]) -> None:
        while (order := orders.get()) is not None:
            call = order.call
            if call.is_over.is_set():
                continue
            answer = call.refusal or order.context.copy().run(_handed_over, connection, order)
            if not call.refusal and connection.was_refused and self._others_hope(connection):
                orders.put(order)  # the server wants fewer connections from us
                call.is_over.wait()
                continue
            if isinstance(answer, Unavailable):
                call.refusal = answer
            call.results.put(Result(order.delivery_id, answer))

    def _others_hope(self, connection: Connection) -> bool:
        return any(other.is_hopeful for other in self._connections if other is not connection)


def _handed_over(connection: Connection, order: _Order) -> Answer:
    try:
        return connection.hand_over(order.parcel, since=order.drawn_at)
    except Exception as error:  # whoever waits for the answer gets one
        logger.exception("Delivery %s cannot be sent", order.delivery_id)
        return answers.meaning(error)


def _those_there(results: SimpleQueue[Result], *, wait: bool) -> list[Result]:
    there: list[Result] = []
    try:
        if wait:
            there.append(results.get(timeout=MOMENT_SECONDS))
        while True:
            there.append(results.get_nowait())
    except Empty:
        return there
