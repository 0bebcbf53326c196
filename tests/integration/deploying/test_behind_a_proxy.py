"""A fresh board by the steps of docs/deploy.md, behind nginx and behind Caddy: a posting is followed through TLS."""

import http.client
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from typing import Final
from uuid import uuid4

import pytest

from tests.chaos.processes import until
from tests.integration.deploying.fresh import HOST, START_SECONDS, Server, documented_commands, new_database, program
from tests.integration.deploying.visitor import announced, fetch, slow, taken_in
from tests.mail_server import MailServer, running

pytestmark = [pytest.mark.integration, pytest.mark.any_database]

POSTING: Final = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "identifier": {"@type": "PropertyValue", "name": "Bread & Sons", "value": "1"},
    "title": "Baker",
    "description": "<p>You bake.</p>",
    "datePosted": "2026-11-01",
    "employmentType": "FULL_TIME",
    "hiringOrganization": {"@type": "Organization", "name": "Bread & Sons"},
    "jobLocation": {"@type": "Place", "address": {"addressLocality": "Ghent", "addressCountry": "BE"}},
    "url": "https://bread.example/apply",
}
FOLLOW: Final = """
from adapters import board, following
from adapters.models import SubscriptionRecord
from adapters.tokens import Purpose, sign_short
from jobs_domain.email_address import EmailAddress
from jobs_domain.topics import JobSearch
from tests.unit.examples import wishes
following.ask(address=EmailAddress("leaver@example.net"), topic=JobSearch(text="baker"), wishes=wishes())
following.see_to()
asked = SubscriptionRecord.objects.get(address="leaver@example.net")
board.confirm_subscription(subscription_id=asked.subscription_id)
print(f"leave+{sign_short(Purpose.END, asked.subscription_id)}@example.org")
"""
STATE: Final = """
from adapters.models import SubscriptionRecord
print("it is", SubscriptionRecord.objects.get(address="leaver@example.net").state)
"""
MEGABYTE: Final = 1_000_000
_numbers: Final = count(1)


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with new_database() as url:
        yield url


@pytest.fixture(scope="module")
def mails() -> Iterator[MailServer]:
    with running(MailServer()) as server:
        yield server


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory, mails: MailServer, database: str) -> Server:
    """Set up, with one posting and two uploads; nothing runs."""
    settings = {"ASKS_PER_CLIENT": "2", "SETTLING_TIME": "0", "LEAVE_ADDRESS": "leave@example.org"}
    server = Server(tmp_path_factory.mktemp("srv-board"), mails.port, database, settings)
    server.set_up()
    (server.folder / "postings.jsonl").write_text(json.dumps(POSTING))
    server.manage("import_postings", str(server.folder / "postings.jsonl"))
    for name in ("images/team.svg", "original_images/team.svg", "documents/contract.html"):
        upload = server.folder / "data" / "media" / name
        upload.parent.mkdir(parents=True)
        upload.write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    return server


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def proxied(request: pytest.FixtureRequest, board: Server) -> Iterator[Server]:
    name: str = request.param
    program(name)
    with board.running(name):
        until(lambda: fetch(board, "/en/jobs/").status == 200, "The board answers", seconds=START_SECONDS)
        yield board


def test_who_leaves_by_mail_has_left_the_board_that_the_pipe_is_for(board: Server) -> None:
    pipe = board.here(documented_commands("operating.md"))
    (address,) = re.findall(
        r"^leave\+\S+$", board.manage("shell", "--verbosity", "0", "--command", FOLLOW), re.MULTILINE
    )
    taken = board.tried(pipe, given=f"From: ana@example.net\nTo: {address}\nSubject: unsubscribe\n\n")
    assert (taken.returncode, taken.stdout) == (0, "Left, as the mail asks.\n"), taken.stderr
    assert "it is ENDED" in board.manage("shell", "--verbosity", "0", "--command", STATE)


def test_a_pipe_that_cannot_work_has_the_mail_kept(board: Server) -> None:
    settings = board.folder / "environment"
    aside = settings.rename(settings.with_name("aside"))
    try:
        assert (
            board.tried(board.here(documented_commands("operating.md")), given="To: leave@example.org\n\n").returncode
            == 75
        )
    finally:
        aside.rename(settings)


def test_a_posting_is_followed_through_the_proxy(proxied: Server, mails: MailServer) -> None:
    mails.taken.clear()
    reader = f"ana-{uuid4().hex[:6]}@example.org"
    page = fetch(proxied, "/en/jobs/baker/")
    assert (page.status, page.headers["Set-Cookie"]) == (200, None), proxied.log()
    asked = fetch(proxied, "/en/jobs/baker/subscribe/", {"address": reader}, client="127.0.0.2")
    assert (asked.status, asked.headers["Location"]) == (303, "/en/jobs/baker/subscribe/sent/")
    until(lambda: mails.recipients()[reader], "The mail that asks to confirm comes", seconds=START_SECONDS)
    (link,) = set(re.findall(rf"https://{HOST}(/\S*confirm/[^\s\"<]+)", readable(mails)))
    assert fetch(proxied, link).status == 200
    assert "You follow" in fetch(proxied, link, {}, client="127.0.0.2").text


def readable(mails: MailServer) -> str:
    """The text part is quoted-printable where it has long lines."""
    return re.sub(rb"=\r?\n", b"", mails.taken[-1].content).replace(b"=3D", b"=").decode()


def test_who_is_who_is_for_the_proxy_to_say(proxied: Server) -> None:
    """Whoever asks too often has to wait, whatever they say of themselves; others do not wait for them."""

    def ask(client: str, **headers: str) -> int:
        form = {"address": f"{uuid4().hex[:8]}@example.org"}
        return fetch(proxied, "/en/jobs/baker/subscribe/", form, client=client, headers=headers).status

    one, other = (f"127.3.0.{next(_numbers)}" for _ in range(2))
    answers = [ask(one), ask(one), ask(one)]
    assert answers == [303, 303, 429]
    assert ask(one, **{"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "http"}) == 429
    assert ask(other) == 303


def test_cookies_of_the_admin_are_for_https_alone(proxied: Server) -> None:
    login = fetch(proxied, "/admin/login/")
    cookies = login.headers.get_all("Set-Cookie") or []
    assert (login.status, bool(cookies)) == (200, True)
    assert all("Secure" in cookie for cookie in cookies)
    assert login.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_who_comes_by_http_is_sent_to_https(proxied: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxied.http_port, timeout=60)
    connection.request("GET", "/en/jobs/", headers={"Host": HOST, "X-Forwarded-Proto": "https"})
    answer = connection.getresponse()
    assert answer.status in {301, 308}
    assert re.fullmatch(rf"https://{HOST}(:\d+)?/en/jobs/", answer.headers["Location"])
    connection.close()


def test_uploads_cannot_run_and_documents_and_numbers_are_not_there(proxied: Server) -> None:
    picture = fetch(proxied, "/media/images/team.svg")
    assert picture.status == 200
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert picture.headers["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert "immutable" in picture.headers["Cache-Control"]
    hidden = (
        "/media/documents/contract.html",
        "/media/images/../documents/contract.html",
        "/media/original_images/team.svg",
        "/metrics",
        "/metrics/web",
    )
    assert {fetch(proxied, path).status for path in hidden} == {404}
    above = [
        fetch(proxied, path)
        for path in ("/media/../board.sqlite3", "/media../board.sqlite3", "/media/%2e%2e/environment")
    ]
    assert not {answer.status for answer in above} & {200, 500}


def test_bodies_that_are_too_large_are_refused(proxied: Server) -> None:
    assert announced(proxied, "/en/jobs/baker/subscribe/", octets=28 * MEGABYTE).status == 413


def test_slow_visitors_do_not_keep_the_board_from_others(proxied: Server) -> None:
    """There are two processes. Nobody waits for those who have not sent all."""
    with ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(slow(proxied, "/en/jobs/baker/subscribe/"))
            stack.enter_context(slow(proxied, "/admin/login/", octets=20 * MEGABYTE, of_them=4 * MEGABYTE))
        # strangers with 20 MB may be turned away already
        until(lambda: taken_in(proxied) >= 4, "All of them are there")
        assert fetch(proxied, "/healthz", patience=30).status == 200


def test_what_an_authority_asks_for_is_answered_without_tls(proxied: Server, request: pytest.FixtureRequest) -> None:
    """Caddy answers by itself. nginx has to find what certbot has put there before it sends anybody to https."""
    asked = proxied.folder / "html" / ".well-known" / "acme-challenge" / "token"
    asked.parent.mkdir(parents=True, exist_ok=True)
    asked.write_text("token.thumbprint")
    connection = http.client.HTTPConnection("127.0.0.1", proxied.http_port, timeout=60)
    connection.request("GET", "/.well-known/acme-challenge/token", headers={"Host": HOST})
    answer = connection.getresponse()
    if request.node.callspec.params["proxied"] == "nginx":
        assert (answer.status, answer.read()) == (200, b"token.thumbprint")
    connection.close()


def test_style_sheets_are_kept_for_years(proxied: Server) -> None:
    (sheet, *_) = re.findall(r'href="(/static/[^"]+\.css)"', fetch(proxied, "/en/jobs/").text)
    answer = fetch(proxied, sheet)
    assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (200, "text/css")
    assert "max-age=315360000" in answer.headers["Cache-Control"]


def test_nobody_else_can_read_the_database(board: Server, database: str) -> None:
    files = [] if database else list((board.folder / "data").glob("board.sqlite3*"))
    assert all(file.stat().st_mode & 0o077 == 0 for file in files if file.is_file())
    assert bool(files) is not bool(database)
