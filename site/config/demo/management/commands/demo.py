"""`manage.py demo`: the whole board on this machine, with content and an inbox that shows every mail it sends."""

import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Final, override

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from config.demo import accounts, mailbox

POLL_SECONDS: Final = 0.25
START_SECONDS: Final = 60
STOP_SECONDS: Final = 15
TIED: Final = Path(__file__).parents[2] / "tied.py"
FOREIGN: Final = frozenset({"DATABASE_URL", "BOARD_NAME"})
"""Variables of other boards: this one has its own database, whose accounts have a public password."""


class Command(BaseCommand):
    help = "Start the board with content, a worker, and an inbox that shows every mail. Ctrl-C ends it; the data stays."
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, default=8000, help="Where the board listens (default: 8000; 0: any free)."
        )
        parser.add_argument(
            "--data",
            type=Path,
            default=settings.ROOT / "var" / "demo",
            help="Folder for the database, uploads and mails (default: var/demo). Delete it to begin afresh.",
        )

    @override
    def handle(self, *, port: int, data: Path, **_: object) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo has public passwords: it runs with the development settings only.")
        stop = _stop_on_signals()
        data = data.resolve()
        try:
            (data / "static").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(
                f"The folder {data} cannot be used ({error}). Choose another one with --data."
            ) from error
        port = _free_port(port)
        with ExitStack() as cleanup:
            mail_port = _free_port(0)
            mail_server = mailbox.serve(data / "inbox", port=mail_port)
            cleanup.callback(mail_server.stop)
            environment = {name: value for name, value in os.environ.items() if name not in FOREIGN} | {
                "DEBUG": "false",
                "DJANGO_SETTINGS_MODULE": "config.settings.dev",
                "DATA_DIR": str(data),
                "STATIC_ROOT": str(data / "static"),
                "BOARD_URL": f"http://localhost:{port}",
                "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
                "MAIL_FROM": "jobs@board.example.org",
                "LOG_LEVEL": "WARNING",
                "PYTHONUNBUFFERED": "1",
            }
            self.stdout.write("Preparing the database …")
            _run(environment, "migrate", "--verbosity", "0")
            _run(environment, "demo_content")
            servers = {
                "web server": _start(
                    cleanup, environment, "runserver", "--noreload", "--insecure", f"127.0.0.1:{port}"
                ),
                "worker": _start(cleanup, environment, "worker"),
            }
            if self._wait_until_ready(f"http://127.0.0.1:{port}/jobs/", servers, stop):
                self._welcome(f"http://localhost:{port}", data)
            _watch(servers, stop)
            self.stdout.write("\nStopping …")
        self.stdout.write("The demo has ended. Its data stays; start it again to go on.")

    def _wait_until_ready(self, url: str, servers: dict[str, subprocess.Popen[bytes]], stop: threading.Event) -> bool:
        for _ in range(int(START_SECONDS / POLL_SECONDS)):
            _check_alive(servers)
            try:
                with urllib.request.urlopen(url, timeout=START_SECONDS):  # noqa: S310
                    return True
            except (urllib.error.URLError, OSError):
                if stop.wait(POLL_SECONDS):
                    return False
        raise CommandError(f"The web server did not answer within {START_SECONDS} s.")

    def _welcome(self, url: str, data: Path) -> None:
        self.stdout.write(
            f"""
  The board      {url}/jobs/
  Inbox          {url}/inbox/      every mail the board sends, its links working
  Wagtail admin  {url}{reverse("wagtailadmin_home")}
                 publisher / {accounts.PASSWORD}        publishes, closes, takes down
                 editor / {accounts.PASSWORD}           writes and submits for moderation
                 administrator / {accounts.PASSWORD}    may do everything

  Data in {data}. Ctrl-C ends the demo.
"""
        )
        self.stdout.flush()


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def finish(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, finish)
    signal.signal(signal.SIGTERM, finish)
    return stop


def _free_port(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise CommandError(f"Port {port} cannot be used ({error}). Choose another one with --port.") from error
        bound: tuple[str, int] = probe.getsockname()
        return bound[1]


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, str(settings.ROOT / "manage.py"), *arguments]


def _run(environment: dict[str, str], *arguments: str) -> None:
    if subprocess.run(_manage(*arguments), env=environment, check=False).returncode:
        raise CommandError(f"“manage.py {' '.join(arguments)}” failed; its message is above.")


def _start(cleanup: ExitStack, environment: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    """Starts a server in a session of its own, so that Ctrl-C reaches only this process, which then ends it.

    If this process is killed, the server ends by itself, because its standard input does.
    """
    program, *command = _manage(*arguments)
    server = subprocess.Popen(
        [program, "-P", str(TIED), *command],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    cleanup.callback(_end, server)
    return server


def _end(server: subprocess.Popen[bytes]) -> None:
    with server:
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()


def _watch(servers: dict[str, subprocess.Popen[bytes]], stop: threading.Event) -> None:
    while not stop.wait(POLL_SECONDS):
        _check_alive(servers)


def _check_alive(servers: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, server in servers.items():
        if server.poll() is not None:
            raise CommandError(f"The {name} has stopped with exit code {server.returncode}; its message is above.")
