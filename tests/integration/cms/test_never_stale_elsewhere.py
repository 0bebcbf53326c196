"""Several web processes, as operators run them: what one of them has kept is not given by any after another process has committed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Final

import pytest

from cms.actions import CategoriseJobAction, CloseJobAction, MergeCompaniesAction, ReopenJobAction
from cms.actions.categorise_job import How
from cms.models import JobPage
from tests.integration.adapters.conftest import elsewhere
from tests.integration.adapters.elsewhere.processes import Elsewhere, until
from tests.integration.cms.factories import live, make_category, make_company, make_job

__all__ = ["elsewhere"]

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PROCESSES: Final = 3
ENOUGH: Final = 12
"""Requests in a row, so that every process gets some."""
JOB: Final = "/jobs/baker/"


@dataclass(frozen=True, slots=True)
class Servers:
    """`gunicorn` writes down which of its processes has answered."""

    elsewhere: Elsewhere
    port: int

    def get(self, address: str) -> tuple[int, str, str]:
        """Status, body and tag."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", address)
            response = connection.getresponse()
            return response.status, response.read().decode(), response.headers.get("ETag", "")
        finally:
            connection.close()

    def answers(self, address: str) -> set[tuple[int, str, str]]:
        """What one hears who asks until every process has answered."""
        before, heard = len(self._answered()), set[tuple[int, str, str]]()

        def everyone_has_answered() -> bool:
            heard.update(self.get(address) for _ in range(ENOUGH))
            return len(set(self._answered()[before:])) == PROCESSES

        until(everyone_has_answered)
        return heard

    def keep(self, *addresses: str) -> None:
        """Have every process keep the pages; all say the same."""
        for address in addresses:
            ((status, _, tag),) = self.answers(address)
            assert status == 200
            assert tag

    def all_say(self, words: str, *addresses: str) -> bool:
        (answer,) = {words in body for address in addresses for _, body, _ in self.answers(address)}
        return answer

    def _answered(self) -> list[str]:
        return (self.elsewhere.folder / "answered").read_text().split()


@pytest.fixture
def servers(elsewhere: Elsewhere) -> Iterator[Servers]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    command = ["-m", "gunicorn", "config.wsgi", "--workers", str(PROCESSES), "--bind", f"127.0.0.1:{port}"]
    command += ["--pythonpath", "site", "--access-logfile", str(elsewhere.folder / "answered")]
    command += ["--access-logformat", "%(p)s"]
    with elsewhere.running(*command) as gunicorn:
        found = Servers(elsewhere, port)
        until(lambda: _listens(port))
        try:
            yield found
        finally:
            gunicorn.terminate()
            gunicorn.wait(60)


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def test_every_process_shows_what_is_committed(servers: Servers) -> None:
    bakery, food, crafts = make_company("Bakery"), make_category("Food"), make_category("Crafts")
    make_job("Teller", company=make_company("Bank"), town="Porto")
    lists = ("/jobs/", "/companies/bakery/", "/categories/food/", "/companies/bakery/feed.json")
    servers.keep(*lists)

    job = make_job("Baker", company=bakery, categories=(food,))
    assert servers.all_say("Baker", *lists)
    servers.keep(JOB, *lists)

    job.title = "Head baker"
    job.save_revision().publish()
    assert servers.all_say("Head baker", JOB, *lists)

    CloseJobAction(page=live(job), reason=JobPage.ClosedReason.FILLED).execute()
    assert servers.all_say("posting is closed", JOB)
    assert not servers.all_say(JOB, *lists)

    ReopenJobAction(page=live(job)).execute()
    assert not servers.all_say("posting is closed", JOB)
    assert servers.all_say(JOB, *lists)

    bakery.name = "Bread Ltd"
    bakery.save()
    assert servers.all_say("Bread Ltd", JOB, "/jobs/", "/companies/bakery/")

    CategoriseJobAction(page=live(job), how=How.SET, categories=[crafts]).execute()
    assert not servers.all_say(JOB, "/categories/food/")
    assert servers.all_say(JOB, "/categories/crafts/")

    MergeCompaniesAction(duplicate=bakery, kept=make_company("Bank")).execute()
    assert servers.all_say(JOB, "/companies/bank/")

    live(job).unpublish()
    assert {status for status, _, _ in servers.answers(JOB)} == {410}
    assert not servers.all_say(JOB, "/jobs/", "/companies/bank/", "/categories/crafts/")
