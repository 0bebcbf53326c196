"""What is counted, and under which few names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.cache import caches
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from adapters import background
from adapters.models import JobRun, WorkerBeat
from adapters.observing import beats, exposition, figures
from adapters.observing.beats import Heart
from notifications import hold
from notifications.models import Batch, Lane, LanePause
from tests.integration.cms.factories import make_job

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _looked_at_anew() -> Iterator[None]:
    exposition.forget()
    yield
    exposition.forget()


type Since = Callable[[], Counter[tuple[str, ...]]]


def read(told: bytes) -> Counter[tuple[str, ...]]:
    families = text_string_to_metric_families(told.decode())
    return Counter(
        {
            (sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items()))): sample.value
            for family in families
            for sample in family.samples
        }
    )


@pytest.fixture
def since() -> Since:
    """What this process has counted since the test began; other tests have counted before."""
    before = read(exposition.of_this_host())

    def counted() -> Counter[tuple[str, ...]]:
        now = read(exposition.of_this_host())
        return Counter({key: value - before[key] for key, value in now.items()})

    return counted


def of_the_board() -> Counter[tuple[str, ...]]:
    exposition.forget()
    return read(exposition.of_the_board())


def idle() -> tuple[str, float]:
    return "", 0.0


def test_requests_are_counted_by_route_method_and_status_and_never_by_path(client: Client, since: Since) -> None:
    for path in ("/jobs/", "/jobs/?q=nurse", "/subscriptions/confirm/secret-token/", "/nowhere/ana@example.org/"):
        client.get(path)
    client.generic("BREW", "/jobs/")
    told = exposition.of_this_host()
    counted = since()
    assert counted["board_requests_total", "method=GET", "route=jobindexpage", "status=200"] == 2
    assert counted["board_requests_total", "method=GET", "route=subscriptions:confirm", "status=404"] == 1
    assert counted["board_requests_total", "method=GET", "route=none", "status=404"] == 1
    assert counted["board_requests_total", "method=other", "route=wagtail_serve", "status=405"] == 1
    assert counted["board_queries_total", "route=jobindexpage"] > 3
    assert counted["board_request_seconds_count", "route=jobindexpage"] == 2  # another search is another page
    for word in (b"secret-token", b"nurse", b"ana@", b"/"):
        assert word not in b"\n".join(line for line in told.splitlines() if not line.startswith(b"#"))


def test_a_posting_and_its_form_have_routes_of_their_own(client: Client, since: Since) -> None:
    job = make_job()
    assert job.url is not None
    client.get(job.url)
    client.get(f"{job.url}subscribe/")
    counted = since()
    for route in ("jobpage.index_route", "jobpage.subscribe"):
        assert counted["board_requests_total", "method=GET", f"route={route}", "status=200"] == 1


def test_pages_that_are_given_again_are_told_from_those_that_are_made(client: Client, since: Since) -> None:
    caches["pages"].clear()
    for _ in range(3):
        client.get("/jobs/")
    counted = since()
    assert counted["board_kept_pages_total", "outcome=miss"] == 1
    assert counted["board_kept_pages_total", "outcome=hit"] == 2
    assert counted["board_request_seconds_count", "route=jobindexpage"] == 1
    assert counted["board_requests_total", "method=GET", "route=jobindexpage", "status=200"] == 3


def test_a_worker_hands_in_what_it_has_counted_and_it_stays_when_the_worker_is_gone() -> None:
    figures.JOBS.labels("of this test", "done").inc(3)
    heart = Heart(lambda: ("of this test", 7.5))
    heart.beat()
    figures.JOBS.labels("of this test", "done").inc()
    heart.beat()
    key = ("board_job_runs_total", "job=of this test", "outcome=done")
    told = of_the_board()
    assert told[key] == 4
    assert (told["board_workers", "state=alive"], told["board_worker_busy_seconds",]) == (1, 7.5)
    heart.beat(ended_at=Now())
    assert of_the_board()["board_workers", "state=alive"] == 0
    beats.prune()
    assert [row.pk for row in WorkerBeat.objects.all()] == [beats.THOSE_WHO_ARE_GONE]
    assert of_the_board()[key] == 4
    figures.JOBS.labels("of this test", "done").inc()
    heart.beat()  # it was only away
    assert of_the_board()[key] == 5


def test_a_worker_that_was_not_heard_of_is_lost_and_after_an_hour_forgotten() -> None:
    heart = Heart(idle)
    heart.beat()
    WorkerBeat.objects.update(beat_at=timezone.now() - beats.ALIVE - timedelta(minutes=1))
    told = of_the_board()
    assert (told["board_workers", "state=alive"], told["board_workers", "state=lost"]) == (0, 1)
    beats.prune()
    assert WorkerBeat.objects.exclude(pk=beats.THOSE_WHO_ARE_GONE).exists()
    WorkerBeat.objects.update(beat_at=timezone.now() - beats.MISSED - timedelta(hours=1))
    beats.prune()
    assert of_the_board()["board_workers", "state=lost"] == 0


def test_a_periodic_job_tells_when_it_ran_how_long_and_whether_it_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> int:
        raise RuntimeError

    jobs = {"well": lambda: 0, "ill": fails}
    every = timedelta(minutes=1)
    monkeypatch.setattr(background, "_jobs", {name: background.Job(name, every, run) for name, run in jobs.items()})
    background.run_due()
    told = of_the_board()
    assert told["board_job_failing", "job=well"] == 0
    assert told["board_job_failing", "job=ill"] == 1
    assert told["board_job_period_seconds", "job=ill"] == 60
    assert abs(told["board_job_last_run_timestamp_seconds", "job=well"] - timezone.now().timestamp()) < 60
    assert ("board_job_last_seconds", "job=well") in told
    assert read(exposition.of_this_host())["board_job_runs_total", "job=ill", "outcome=failed"] == 1
    assert JobRun.objects.get(pk="ill").last_error == "RuntimeError: "


def test_a_pause_that_is_over_counts_while_there_is_something_to_send_and_a_hold_counts_by_itself() -> None:
    now = timezone.now()
    for lane, until in ((Lane.IMMEDIATE, now - HOUR), (Lane.DIGEST, now - HOUR), (Lane.TRANSACTIONAL, now + HOUR)):
        LanePause.objects.create(lane=lane, since=now - 2 * HOUR, until=until, times=1, answer="421 Later")
    any_id = UUID(int=1)
    Batch.objects.create(notification_id=any_id, lane=Lane.DIGEST, first=any_id, last=any_id, due_at=now - HOUR)
    told = of_the_board()
    paused = {key[1] for key in told if key[0] == "board_mail_paused_seconds"}
    assert paused == {"lane=DIGEST", "lane=TRANSACTIONAL"}
    assert told["board_mail_held_seconds",] == 0
    Batch.objects.all().delete()
    hold.begin()
    LanePause.objects.update(since=now - HOUR)
    told = of_the_board()
    assert not [key for key in told if key[0] == "board_mail_paused_seconds"]
    assert told["board_mail_held_seconds",] >= HOUR.total_seconds()


def test_the_board_is_looked_at_once_in_ten_seconds() -> None:
    exposition.of_the_board()
    WorkerBeat.objects.create(pk=UUID(int=7))
    assert read(exposition.of_the_board())["board_workers", "state=alive"] == 0
    assert of_the_board()["board_workers", "state=alive"] == 1


def test_every_metric_is_named_and_explained_as_prometheus_wants_it() -> None:
    told = exposition.of_the_board().decode() + exposition.of_this_host().decode()
    names = re.findall(r"^# HELP (\S+) (.*)$", told, re.MULTILINE)
    assert len(names) > 20
    for name, what in names:
        assert re.fullmatch(r"board_[a-z_]+", name)
        assert what.endswith(".")
