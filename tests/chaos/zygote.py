"""`python -m tests.chaos.zygote FOLDER`: has the whole board in memory and forks workers and web processes from it on demand.

A fork takes milliseconds where a start takes seconds, and so a hundred kills take minutes. A forked worker is the command that operators
run; a forked web process answers through the board's WSGI application, on a socket that all of them share, as gunicorn does it.

It reads orders, `start worker`, `start web`, `kill PID`, `stop PID`, line by line, and tells `ready PORT`, `started PID` and
`ended PID STATUS`. Its children end with it. They write their log to a file in the folder, and follow the clock that the folder keeps
(`clock.py`).
"""

import gc
import os
import signal
import socket
import socketserver
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import Final, NoReturn, override
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django

LOG: Final = "log"
KEPT_JOBS: Final = {"see to requests to follow", "dispatch events", "fan out mails", "send mails", "prune tasks"}
"""The others would look for the page of the posting, which has none here."""
PERIOD: Final = timedelta(seconds=1)
"""What a killed worker had begun is found by the next one in its period; tests do not want to wait half a minute for that."""
SLICE: Final = 150
"""Followers of a slice: so few that a fan-out can be killed between two."""


class Quiet(WSGIRequestHandler):
    @override
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing of requests that were answered."""


class Zygote:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.children: set[int] = set()
        self.door = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.roles: Mapping[str, Callable[[], None]] = {"worker": work, "web": self.serve}
        self.woken, wake = socket.socketpair()
        for end in (self.woken, wake):
            end.setblocking(False)
        self.wake = wake
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake.fileno())

    def run(self) -> None:
        tell(f"ready {self.door.getsockname()[1]}")
        selector = DefaultSelector()
        selector.register(sys.stdin, EVENT_READ)
        selector.register(self.woken, EVENT_READ)
        pending = b""
        try:
            while True:
                ready = {key.fileobj for key, _ in selector.select()}
                if self.woken in ready:
                    self.woken.recv(4096)
                    self.bury()
                if sys.stdin in ready:
                    read = os.read(sys.stdin.fileno(), 65536)
                    if not read:
                        return
                    *orders, pending = (pending + read).split(b"\n")
                    for order in orders:
                        self.obey(*order.decode().split())
        finally:
            for child in self.children:
                os.kill(child, signal.SIGKILL)

    def obey(self, verb: str, argument: str) -> None:
        match verb:
            case "start":
                self.start(self.roles[argument])
            case "kill" | "stop" if int(argument) in self.children:  # not buried yet: nobody else can have the number
                os.kill(int(argument), signal.SIGKILL if verb == "kill" else signal.SIGTERM)
            case _:
                pass

    def bury(self) -> None:
        while self.children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self.children.remove(pid)
            tell(f"ended {pid} {os.waitstatus_to_exitcode(status)}")

    def start(self, role: Callable[[], None]) -> None:
        sys.stdout.flush()
        pid = os.fork()
        if pid:
            self.children.add(pid)
            tell(f"started {pid}")
        else:
            self.be(role)

    def be(self, role: Callable[[], None]) -> NoReturn:
        """The child's whole life."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            log = os.open(self.folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            nothing = os.open(os.devnull, os.O_RDONLY)
            for theirs, ours in ((nothing, 0), (log, 1), (log, 2)):
                os.dup2(theirs, ours)
            for end in (self.woken, self.wake):
                end.close()
            from tests import clock

            clock.follow(self.folder)
            role()
            status = 0
        except BaseException:  # noqa: BLE001 - whatever it is, it must not go on in the zygote's loop
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def serve(self) -> None:
        from config.wsgi import application

        server = WSGIServer(("127.0.0.1", 0), Quiet, bind_and_activate=False)
        server.socket.close()
        server.socket = self.door
        server.server_name, server.server_port = "localhost", int(self.door.getsockname()[1])
        server.setup_environ()
        server.set_app(application)
        socketserver.BaseServer.serve_forever(server, poll_interval=60)


def work() -> None:
    from django.core.management import call_command

    call_command("worker")


def tell(line: str) -> None:
    print(line, flush=True)


def get_ready() -> None:
    """Everything that does not need the database."""
    django.setup()
    from django.db import connections
    from django.template.loader import get_template
    from django.urls import get_resolver

    from adapters import background
    from adapters.management.commands import worker  # noqa: F401 - each child needs it
    from config import wsgi  # noqa: F401
    from notifications import fan_out
    from notifications.mailers import chosen

    for job in list(background.jobs()):
        if job.name in KEPT_JOBS:
            background._jobs[job.name] = replace(job, every=PERIOD)
        else:
            del background._jobs[job.name]
    setattr(fan_out, "SLICE", SLICE)  # noqa: B010 - a constant, elsewhere
    assert get_resolver().url_patterns
    get_template("adapters/confirmed.html")
    chosen.close()
    assert not any(connection.connection for connection in connections.all(initialized_only=True))
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    get_ready()
    Zygote(Path(sys.argv[1])).run()
