"""A board on one server, as docs/deploy.md says, with everything that is in /srv/board in a folder of the test, behind a real proxy."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests.chaos.processes import until

ROOT: Final = Path(__file__).parents[3]
DEPLOY: Final = ROOT / "docs" / "deploy"
HOST: Final = "jobs.example.org"
BIN: Final = Path(sys.executable).parent
FOREIGN: Final = ("DATABASE_URL", "TEST_DATABASE_URL", "MAIL_", "EMAIL_", "TASKS_", "DJANGO_", "BOARD_")
START_SECONDS: Final = 240
AS_SYSTEMD: Final = (sys.executable, "-m", "tests.integration.deploying.as_systemd")
LAUNCHED: Final = re.compile(r"^ExecStart=(.*)$", re.MULTILINE)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def new_database() -> Iterator[str]:
    """An empty one on PostgreSQL where the tests run there; else none, which is SQLite in `DATA_DIR`."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield ""
        return
    name = sql.Identifier(f"deployed_{uuid4().hex[:8]}")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield urlsplit(url)._replace(path=f"/{name.as_string().strip('"')}").geturl()
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@dataclass
class Server:
    """`folder` stands for /srv/board."""

    folder: Path
    mail_port: int
    database: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    web_port: int = field(default_factory=free_port)
    https_port: int = field(default_factory=free_port)
    http_port: int = field(default_factory=free_port)

    def here(self, text: str) -> str:
        """What the documents say, for this folder and these ports; the tests' own Python stands for that of the server."""
        replaced = {
            "/srv/board/code": str(ROOT),
            "/srv/board": str(self.folder),
            "127.0.0.1:8000": f"127.0.0.1:{self.web_port}",
        }
        text = re.sub(r"(/srv/board/code/)?\.venv/bin", str(BIN), text)
        for documented, ours in replaced.items():
            text = text.replace(documented, ours)
        return text

    def set_up(self) -> None:
        """The commands of the board's user."""
        for name in ("data", "backups"):
            (self.folder / name).mkdir(mode=0o711)
        self._write_settings()
        self.run("uv() { :; }\n" + self.here(documented_commands()))

    def run(self, script: str) -> str:
        done = self.tried(script)
        assert done.returncode == 0, done.stdout[-5_000:] + done.stderr[-5_000:]
        return done.stdout + done.stderr

    def tried(self, script: str, *, given: str = "") -> subprocess.CompletedProcess[str]:
        """With nothing of the tests' own settings."""
        command = ["/bin/sh", "-euc", script]
        return subprocess.run(
            command, cwd=ROOT, env=self._clean(), input=given, capture_output=True, text=True, check=False
        )

    def manage(self, *arguments: str, under: Sequence[str] = ()) -> str:
        return self.with_settings(shlex.join([*under, sys.executable, "manage.py", *arguments]))

    def with_settings(self, command: str) -> str:
        return self.run(f"set -a; . {self.folder / 'environment'}; set +a; {command}")

    @contextmanager
    def listening(self) -> Iterator[socket.socket]:
        """The socket of board-web.socket, which systemd keeps open."""
        with socket.create_server(("127.0.0.1", self.web_port), backlog=128) as listener:
            yield listener

    @contextmanager
    def unit(
        self, name: str, under: Sequence[str] = (), listener: socket.socket | None = None
    ) -> Iterator[subprocess.Popen[bytes]]:
        """What systemd would run, with the settings it would read and the socket it would hand over; `under` goes before its command."""
        (line,) = LAUNCHED.findall((DEPLOY / name).read_text())
        handed_over = () if listener is None else (listener.fileno(),)
        before = [*under, *(option for number in handed_over for option in (*AS_SYSTEMD, "--socket", str(number)))]
        load = f"set -a; . {self.folder / 'environment'}; set +a; exec {shlex.join(before)} "
        with (
            (self.folder / f"{name}.log").open("ab") as log,
            subprocess.Popen(
                ["/bin/sh", "-euc", load + self.here(line)],
                cwd=ROOT,
                env=self._clean(),
                stdout=log,
                stderr=log,
                pass_fds=handed_over,
            ) as process,
        ):
            try:
                yield process
            finally:
                process.terminate()
                process.wait(60)

    @contextmanager
    def running(self, proxy: str) -> Iterator[None]:
        """Web, worker and proxy."""
        with ExitStack() as stack:
            listener = stack.enter_context(self.listening())
            stack.enter_context(self.unit("board-web.service", listener=listener))
            stack.enter_context(self.unit("board-worker@.service"))
            stack.enter_context(self.behind(proxy))
            until(lambda: listens(self.https_port), f"{proxy} listens")
            yield

    @contextmanager
    def behind(self, name: str) -> Iterator[None]:
        """The proxy alone."""
        make_certificate(self.folder)
        command = self._nginx() if name == "nginx" else self._caddy()
        with (
            (self.folder / "proxy.log").open("wb") as log,
            subprocess.Popen(
                command, cwd=self.folder, env=self._clean() | {"HOME": str(self.folder)}, stdout=log, stderr=log
            ) as process,
        ):
            try:
                yield
            finally:
                process.terminate()

    def _nginx(self) -> list[str]:
        site = self.here((DEPLOY / "nginx.conf").read_text())
        site = site.replace(f"/etc/letsencrypt/live/{HOST}", str(self.folder))
        site = site.replace("/var/www/html", str(self.folder / "html"))
        site = re.sub(r"\n *listen \[::\].*", "", site)
        site = site.replace("listen 443", f"listen 127.0.0.1:{self.https_port}")
        site = site.replace("listen 80", f"listen 127.0.0.1:{self.http_port}")
        (self.folder / "site.conf").write_text(site)
        folders = "".join(
            f"{kind}_temp_path {self.folder}/nginx-{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        owner = "user root;" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(
            f"{owner} pid {self.folder}/nginx.pid; error_log stderr; events {{}}\n"
            f"http {{ include /etc/nginx/mime.types; access_log off; {folders} include {self.folder}/site.conf; }}\n"
        )
        nginx = [program("nginx"), "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]
        tested = subprocess.run([*nginx, "-t"], capture_output=True, text=True, check=False)
        assert tested.returncode == 0, tested.stderr
        return [*nginx, "-g", "daemon off;"]

    def _caddy(self) -> list[str]:
        site = self.here((DEPLOY / "Caddyfile").read_text())
        tls = f"tls {self.folder}/fullchain.pem {self.folder}/privkey.pem"
        ports = f"http_port {self.http_port}\n https_port {self.https_port}\n admin off\n default_bind 127.0.0.1"
        site = f"{{\n {ports}\n}}\n" + site.replace(f"\n{HOST} {{", f"\n{HOST} {{\n {tls}\n", 1)
        (self.folder / "Caddyfile").write_text(site)
        return [program("caddy"), "run", "--config", str(self.folder / "Caddyfile"), "--adapter", "caddyfile"]

    def _write_settings(self) -> None:
        given = {
            "SECRET_KEY": "not-a-secret-" + "0123456789abcdefghij" * 3,
            "EMAIL_URL": f"smtp://localhost:{self.mail_port}",
            "MINIMUM_FILL_TIME": "0",
            **({"DATABASE_URL": self.database} if self.database else {}),
            **self.settings,
        }
        lines = self.here((DEPLOY / "environment").read_text()).splitlines()
        kept = [line for line in lines if line.partition("=")[0] not in given]
        file = self.folder / "environment"
        file.write_text("\n".join([*kept, *(f"{name}='{value}'" for name, value in given.items()), ""]))
        file.chmod(0o640)

    def _clean(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}

    def log(self) -> str:
        return "\n".join(f"{file.name}: {file.read_text()[-3_000:]}" for file in self.folder.glob("*.log"))


def documented_commands(document: str = "deploy.md", mark: str = "run by tests/integration/deploying/") -> str:
    text = (ROOT / "docs" / document).read_text()
    found = re.search(rf"<!-- {re.escape(mark)}.*?-->\n```sh\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


def make_certificate(folder: Path) -> None:
    """Of an authority that is its own."""
    subject = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", str(folder / "privkey.pem")]
    command = [program("openssl"), "req", "-x509", "-days", "2", *key, "-out", str(folder / "fullchain.pem"), *subject]
    subprocess.run(command, check=True, capture_output=True)


def program(name: str) -> str:
    """Skips the test where it is not installed, but for CI."""
    found = shutil.which(name)
    if found is None and not os.environ.get("CI"):
        pytest.skip(f"needs {name}")
    assert found is not None, f"{name} is not installed"
    return found


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
