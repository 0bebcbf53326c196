"""Alerts and the dashboard: they are right, and they ask for what there is."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
import yaml
from django.utils import timezone
from prometheus_client import Counter, Histogram

from adapters.models import Handling, JobRun, OutboxEvent
from adapters.observing import beats, exposition, figures
from config.backups import noted
from notifications.models import Lane, LanePause

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

FOLDER: Final = Path(__file__).parents[3] / "docs" / "monitoring"
DASHBOARD: Final = FOLDER / "dashboard.json"
ALERTS: Final = FOLDER / "alerts.yml"


def promtool(*arguments: str, folder: Path = FOLDER) -> subprocess.CompletedProcess[str]:
    program = shutil.which("promtool")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("promtool is missing: apt-get install prometheus")
        pytest.skip("promtool is missing: apt-get install prometheus")
    return subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_the_rules_wake_somebody_when_they_should_and_only_then() -> None:
    for command in (("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")):
        done = promtool(*command)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_rule_that_is_wrong_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "alerts_test.yml").write_text((FOLDER / "alerts_test.yml").read_text())
    (tmp_path / "alerts.yml").write_text(ALERTS.read_text().replace("< 1", "< 0"))
    assert promtool("test", "rules", "alerts_test.yml", folder=tmp_path).returncode != 0


def test_every_rule_says_how_urgent_it_is_why_and_what_to_do() -> None:
    for rule in rules():
        assert set(rule["annotations"]) == {"summary", "reason", "do"}, rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_rules_and_dashboard_ask_for_metrics_that_there_are() -> None:
    there = {
        name for line in everything().splitlines() if (name := line.split("{")[0].split(" ")[0]).startswith("board_")
    }
    expressions = [str(rule["expr"]) for rule in rules()] + expressions_of(json.loads(DASHBOARD.read_text()))
    asked = {name for expression in expressions for name in re.findall(r"\bboard_[a-z_]+", expression)}
    assert len(asked) > 20
    assert asked <= there


def test_the_dashboard_shows_all_that_there_is() -> None:
    shown = DASHBOARD.read_text()
    families = re.findall(r"^# TYPE (\S+)", everything(), re.MULTILINE)
    assert [family for family in families if family not in shown] == []


def everything() -> str:
    """All metrics, with something to count in each."""
    for metric in vars(figures).values():
        if isinstance(metric, Counter | Histogram):
            child = metric.labels(*("x" for _ in metric._labelnames))
            child.inc() if isinstance(child, Counter) else child.observe(1)
    now = timezone.now()
    JobRun.objects.create(name=noted.NAME, due_at=now, last_started_at=now, last_seconds=1)
    JobRun.objects.create(name="x", due_at=now, last_started_at=now, last_seconds=1)
    event = OutboxEvent.objects.create(name="x", format_version=1, payload={}, occurred_at=now, next_attempt_at=now)
    Handling.objects.create(event=event, handler="x", state=Handling.State.DEAD)
    LanePause.objects.create(lane=Lane.IMMEDIATE, since=now, until=now + timedelta(minutes=1), times=1, answer="")
    beats.Heart(lambda: ("", 0)).beat()
    exposition.forget()
    told = exposition.of_the_board() + exposition.of_this_host()
    exposition.forget()
    return told.decode()


def rules() -> list[dict[str, dict[str, str]]]:
    found: list[dict[str, dict[str, str]]] = yaml.safe_load(ALERTS.read_text())["groups"][0]["rules"]
    return found


def expressions_of(part: object) -> list[str]:
    match part:
        case {"expr": str(expression)}:
            return [expression]
        case dict():
            return [found for each in part.values() for found in expressions_of(each)]
        case list():
            return [found for each in part for found in expressions_of(each)]
        case _:
            return []
