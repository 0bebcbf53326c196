"""A mail server for tests that fails as it is told. It takes a few thousand messages a second.

As a program, `python -m tests.mail_server --spool FILE` writes a line for each message that it takes, before it says so: recipient,
Message-ID, tab-separated. Its first line on standard output is its port.
"""

import argparse
import os
import signal
import socket
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Final, NoReturn, Self

ENDINGS: Final = (signal.SIGTERM, signal.SIGINT)
HOST: Final = "127.0.0.1"
DRIP_SECONDS: Final = 0.05
SOME: Final = 1 << 16
OFFERS: Final = ("PIPELINING", "8BITMIME", "SIZE 10000000", "ENHANCEDSTATUSCODES")


class Fault(Enum):
    """What it does instead of answering."""

    HANG = "hang"
    DROP = "drop"
    GARBAGE = "garbage"
    ENDLESS_LINE = "endless-line"
    DRIP = "drip"
    """Octet by octet, so that something comes before every time-out."""


type Action = str | Fault


@dataclass(slots=True)
class Rule:
    """What to answer to a step (CONNECT, EHLO, AUTH, MAIL, RCPT, DATA, CONTENT, TAKEN, RSET, NOOP, QUIT) instead of yes.

    CONTENT and TAKEN are the same step before and after the message is taken.
    `recipient` narrows it to some messages (not before RCPT). The first `spare` times it does not apply; then `times` times, or always.
    """

    step: str
    action: Action
    recipient: str = ""
    spare: int = 0
    times: int | None = None

    def applies(self, step: str, recipient: str) -> bool:
        if step != self.step or (self.recipient and recipient != self.recipient):
            return False
        if self.spare:
            self.spare -= 1
            return False
        if self.times is not None:
            self.times -= 1
            return self.times >= 0
        return True


@dataclass(frozen=True, slots=True)
class Taken:
    session: int
    sender: str
    recipient: str
    content: bytes
    """As it was before dots were stuffed."""

    @property
    def message_id(self) -> str:
        head, _, _ = self.content.partition(b"\r\n\r\n")
        return next(line.partition(": ")[2] for line in head.decode().split("\r\n") if line.startswith("Message-ID: "))


@dataclass
class MailServer:
    """`login` is what AUTH PLAIN has to be given as `user:password`; empty for a server that asks for none.

    `commands` are all that it was told, by session. `ahead` counts those that were there before the one before them was answered.
    `most_sessions` is how many connections it bears at once.
    """

    offers: Sequence[str] = OFFERS
    login: str = ""
    rules: list[Rule] = field(default_factory=list)
    most_sessions: int | None = None
    delay: float = 0
    spool: Callable[[Taken], None] | None = None
    taken: list[Taken] = field(default_factory=list)
    commands: dict[int, list[str]] = field(default_factory=dict)
    ahead: int = 0
    on_taken: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        self._lock = Lock()
        self._stopping = Event()
        self._threads: list[Thread] = []
        self._sessions: dict[int, socket.socket] = {}
        self._listener: socket.socket | None = None
        self.port = 0

    @property
    def sessions(self) -> int:
        """How many there have been."""
        return len(self.commands)

    @property
    def open_sessions(self) -> int:
        with self._lock:
            return len(self._sessions)

    def recipients(self) -> Counter[str]:
        return Counter(message.recipient for message in self.taken)

    def rule(self, step: str, action: Action, *, recipient: str = "", spare: int = 0, times: int | None = None) -> None:
        self.rules.append(Rule(step, action, recipient, spare, times))

    def start(self, port: int = 0, host: str = HOST) -> Self:
        self._listener = socket.create_server((host, port), backlog=64)
        self.port = self._listener.getsockname()[1]
        self._begin(partial(self._accept, self._listener))
        return self

    def stop(self) -> None:
        self._stopping.set()
        if self._listener is not None:
            _shut(self._listener)  # wakes whoever waits for a connection
            self._listener.close()
        self.drop_all()
        for thread in self._threads:
            thread.join()

    def drop_all(self) -> None:
        """As if the machine had been restarted."""
        with self._lock:
            for connection in self._sessions.values():
                _shut(connection)

    def wait_until_alone(self) -> None:
        """Until all sessions have ended, which takes no time unless something is wrong."""
        moment = Event()
        for _ in range(1000):
            if not self.open_sessions:
                return
            moment.wait(0.01)
        raise AssertionError("Somebody stays connected.")

    def action(self, step: str, recipient: str = "") -> Action | None:
        with self._lock:
            return next((rule.action for rule in self.rules if rule.applies(step, recipient)), None)

    def take(self, message: Taken) -> None:
        if self.spool is not None:
            self.spool(message)
        with self._lock:
            self.taken.append(message)
        if self.on_taken is not None:
            self.on_taken()

    def pause(self, seconds: float) -> bool:
        """Whether to go on afterwards."""
        return not self._stopping.wait(seconds)

    def _begin(self, target: Callable[[], None]) -> None:
        thread = Thread(target=target, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # each answer goes at once
            with self._lock:
                if self._stopping.is_set():
                    connection.close()
                    return
                number = len(self.commands)
                self.commands[number] = []
                self._sessions[number] = connection
                too_many = self.most_sessions is not None and len(self._sessions) > self.most_sessions
            self._begin(partial(self._serve, number, connection, too_many=too_many))

    def _serve(self, number: int, connection: socket.socket, *, too_many: bool) -> None:
        with connection:
            with suppress(OSError):  # the other side is gone, or we are to stop
                _Session(self, number, connection).run(too_many=too_many)
            with self._lock:
                del self._sessions[number]


class _Ended(OSError):
    """This session has come to its end."""


class _Session:
    def __init__(self, server: MailServer, number: int, connection: socket.socket) -> None:
        self.server = server
        self.number = number
        self.connection = connection
        self.received = b""
        self.sender: str | None = None
        self.recipient = ""
        self.is_known = not server.login

    def run(self, *, too_many: bool) -> None:
        if too_many:
            self.act("421 4.7.0 Too many connections")
        self.answer("CONNECT", "220 mail.test ESMTP")
        while True:
            command = self.line()
            self.server.commands[self.number].append(command)
            if self.received:
                self.server.ahead += 1
            verb = command.split(" ")[0].split(":")[0].upper()
            self.obey(verb, command)

    def obey(self, verb: str, command: str) -> None:  # noqa: C901 - a table of commands
        match verb:
            case "EHLO":
                offers = [*self.server.offers, *(["AUTH PLAIN"] if self.server.login else [])]
                lines = ["mail.test", *offers]
                self.answer(verb, "\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"]))
            case "AUTH":
                given = b64decode(command.split(" ")[-1]).decode().split("\0")[1:]
                self.is_known = ":".join(given) == self.server.login
                self.answer(verb, "235 2.7.0 Welcome" if self.is_known else "535 5.7.8 Wrong password")
            case "MAIL" if not self.is_known:
                self.answer(verb, "530 5.7.0 Log in first")
            case "MAIL" if self.sender is not None:
                self.answer(verb, "503 5.5.1 Nested MAIL command")
            case "MAIL":
                if self.answer(verb, "250 2.1.0 OK"):
                    self.sender = _path(command)
            case "RCPT" if self.sender is None:
                self.answer(verb, "503 5.5.1 MAIL first")
            case "RCPT":
                recipient = _path(command)
                if self.answer(verb, "250 2.1.5 OK", recipient=recipient):
                    self.recipient = recipient
            case "DATA" if not self.recipient:
                if self.answer(verb, "503 5.5.1 RCPT first"):
                    self.content()
            case "DATA":
                if self.answer(verb, "354 Go ahead", recipient=self.recipient):
                    self.content()
            case "RSET" | "NOOP":
                if verb == "RSET":
                    self.forget()
                self.answer(verb, "250 2.0.0 OK")
            case "QUIT":
                self.answer(verb, "221 2.0.0 Bye")
                raise _Ended
            case _:
                self.answer(verb, "500 5.5.2 What?")

    def content(self) -> None:
        self.received = b"\r\n" + self.received
        while b"\r\n.\r\n" not in self.received:
            self.more()
        stuffed, _, self.received = self.received.partition(b"\r\n.\r\n")
        content = stuffed.replace(b"\r\n..", b"\r\n.")[2:] + b"\r\n"
        message = Taken(self.number, self.sender or "", self.recipient, content)
        self.forget()
        if not message.recipient:
            self.answer("CONTENT", "554 5.5.1 No valid recipients")
        elif (refusal := self.server.action("CONTENT", message.recipient)) is None:
            self.server.take(message)
            self.answer("TAKEN", "250 2.0.0 Taken", recipient=message.recipient)
        else:
            self.act(refusal)

    def forget(self) -> None:
        self.sender, self.recipient = None, ""

    def answer(self, step: str, yes: str, *, recipient: str = "") -> bool:
        """Whether it was a yes."""
        return self.act(self.server.action(step, recipient) or yes)

    def act(self, action: Action) -> bool:
        if self.server.delay and not self.server.pause(self.server.delay):
            raise _Ended
        if isinstance(action, Fault):
            self.fail(action)
        self.connection.sendall(f"{action}\r\n".encode())
        if action.startswith("421"):
            self.connection.shutdown(socket.SHUT_WR)
            while self.connection.recv(SOME):
                pass  # closed at once, the other side would perhaps not come to read the answer
            raise _Ended
        return action[0] in "23"

    def fail(self, fault: Fault) -> NoReturn:
        match fault:
            case Fault.HANG:
                while self.connection.recv(SOME):
                    pass
            case Fault.DROP:
                pass
            case Fault.GARBAGE:
                self.connection.sendall(b"\xff\x00\xfe<html>no mail here\r\n")
            case Fault.ENDLESS_LINE:
                while True:
                    self.connection.sendall(b"250-" + b"x" * 1000)
            case Fault.DRIP:
                self.connection.sendall(b"250-")
                while self.server.pause(DRIP_SECONDS):
                    self.connection.sendall(b"x")
        raise _Ended

    def line(self) -> str:
        while b"\r\n" not in self.received:
            self.more()
        line, _, self.received = self.received.partition(b"\r\n")
        return line.decode()

    def more(self) -> None:
        octets = self.connection.recv(SOME)
        if not octets:
            raise _Ended
        self.received += octets


def _path(command: str) -> str:
    return command.partition("<")[2].partition(">")[0]


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):  # it is already
        connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def running(server: MailServer, port: int = 0, host: str = HOST) -> Iterator[MailServer]:
    server.start(port, host)
    try:
        yield server
    finally:
        server.stop()


def main() -> None:
    arguments = _parser().parse_args()
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)  # in the threads to come, too
    spool = os.open(arguments.spool, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def write(message: Taken) -> None:
        os.write(spool, f"{message.recipient}\t{message.message_id}\n".encode())

    server = MailServer(login=arguments.login, delay=arguments.delay, spool=write)
    if arguments.step_by_step:
        server.offers = OFFERS[1:]
    for rule in arguments.rule:
        step, recipient, action = rule.split("|")
        faults = {fault.value: fault for fault in Fault}
        server.rule(step, faults.get(action, action), recipient=recipient)
    with running(server, arguments.port, arguments.host):
        print(server.port, flush=True)
        signal.sigwait(ENDINGS)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default=HOST, help="the address on which it listens")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--spool", type=Path, required=True)
    parser.add_argument("--login", default="", help="user:password")
    parser.add_argument("--delay", type=float, default=0, help="seconds before each answer")
    parser.add_argument("--step-by-step", action="store_true", help="without PIPELINING")
    parser.add_argument("--rule", action="append", default=[], help="STEP|RECIPIENT|ANSWER, the recipient may be empty")
    return parser


if __name__ == "__main__":
    main()
