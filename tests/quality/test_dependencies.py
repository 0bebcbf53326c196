"""What the project depends on: listed, licensed, as it is locked; and that nothing secret is in the tree."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from docs import audit, dependencies
from docs.dependencies import BILL, DOCUMENT, Dependency

pytestmark = pytest.mark.quality

ROOT: Final = Path(__file__).parents[2]
SECRETS: Final = re.compile(
    rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bxox[abprs]-[0-9A-Za-z-]{10,}"
    rb"|\bAIza[0-9A-Za-z_-]{35}\b|\bsk_live_[0-9A-Za-z]{16,}|\bpypi-AgEI[0-9A-Za-z_-]{20,}|\bglpat-[0-9A-Za-z_-]{20}"
    rb"|\bSG\.[\w-]{22}\.[\w-]{43}|\bkey-[0-9a-f]{32}\b|://[^/\s:@'\"{}<>$]+:[^/\s:@'\"{}<>$]{12,}@(?!localhost|127\.)[a-z]+\.[a-z.]*(?<!example)(?<!example\.org)[/:\s]"
)
"""Private keys, the keys of well-known services, and addresses with a long password."""


@pytest.fixture(scope="module")
def bill() -> str:
    return BILL.read_text()


def test_the_bill_of_materials_and_the_table_are_of_what_is_locked() -> None:
    """Made anew, and twice the same. It takes half a minute: a whole environment is read."""
    made = dependencies.bill_of_materials()
    assert made == BILL.read_text(), "Renew it: uv run python -m docs.dependencies"
    assert dependencies.with_table(DOCUMENT.read_text(), dependencies.table(made)) == DOCUMENT.read_text()


def test_the_bill_of_materials_is_what_its_schema_asks_for(bill: str) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None
    broken = json.loads(bill) | {"bomFormat": "something else"}
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(broken)) is not None


def test_versions_are_those_of_the_lock(bill: str) -> None:
    locked = dependencies.locked()
    listed = dependencies.dependencies(bill)
    assert len(listed) > 80
    assert {each.name: each.version for each in listed} == {
        each.name: locked[dependencies.normal(each.name)] for each in listed
    }
    assert {"Django", "wagtail", "gunicorn"} <= {each.name for each in listed if each.direct}
    assert "pytest" not in {each.name for each in listed}


def test_every_licence_is_allowed(bill: str) -> None:
    assert [each for each in dependencies.dependencies(bill) if not each.is_allowed] == []


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("AGPL-3.0-only", False),
        ("GPL-3.0-or-later", False),
        ("none stated", False),
        ("MIT OR GPL-2.0-only", True),
        ("MIT AND GPL-2.0-only", False),
        ("Apache-2.0 AND MIT", True),
    ],
)
def test_other_licences_are_refused(licence: str, allowed: bool) -> None:
    some = Dependency(name="some", version="1", licence="MIT", direct=True)
    assert replace(some, licence=licence).is_allowed == allowed


def test_an_audit_without_advisories_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And is no success, unless that was asked for."""

    def unreachable(_requirements: Sequence[str], service: str) -> list[audit.Finding]:
        raise audit.NoAdvisories(f"{service} is away")

    monkeypatch.setattr(audit, "findings", unreachable)
    assert audit.main([]) == audit.NOT_AUDITED
    assert audit.main([audit.EXPECTED]) == 0
    said = capsys.readouterr().out
    assert said.count("Not audited: no advisories reachable. pypi: pypi is away; osv: osv is away") == 2


def test_ci_fails_without_advisories_where_they_are_required(tmp_path: Path) -> None:
    """Its last line, with something in place of uv that says what it was asked for."""
    command = (ROOT / ".ci" / "run").read_text().rstrip().rpartition("\n")[2]
    script = tmp_path / "run"
    script.write_text(f'set -euo pipefail\nuv() {{ echo "$@"; }}\n{command}\n')
    for told, options in ({"ADVISORIES": "required"}, ""), ({}, f" {audit.EXPECTED}"):
        ran = subprocess.run(["/bin/bash", script], env=told, capture_output=True, text=True, check=True)
        assert ran.stdout == f"run python -m docs.audit{options}\n"


def test_a_service_that_knows_nothing_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "findings", lambda _requirements, _service: [])
    assert audit.main([]) == audit.NOT_AUDITED
    assert "knows nothing against jinja2==2.10" in capsys.readouterr().out


def test_what_an_audit_finds_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    known = audit.Finding(name="jinja2", version="2.10", advisories=("PYSEC-2019-217",), mended_in=("2.10.1",))
    monkeypatch.setattr(audit, "locked", lambda: ["jinja2==2.10"])
    monkeypatch.setattr(audit, "findings", lambda _requirements, _service: [known])
    assert audit.main([audit.EXPECTED]) == 1
    assert "jinja2 2.10: PYSEC-2019-217 (mended in 2.10.1)" in capsys.readouterr().out


def test_all_that_is_locked_is_audited() -> None:
    listed = dict(line.split("==") for line in audit.locked())
    assert {"django", "pytest", "celery", "boto3"} <= listed.keys()
    assert listed.items() <= dependencies.locked().items()


def test_nothing_secret_is_in_the_tree() -> None:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.split(b"\0")  # noqa: S607
    files = [ROOT / name.decode() for name in names if name]
    assert len(files) > 500
    found = {str(file.relative_to(ROOT)): SECRETS.findall(file.read_bytes()) for file in files if file.is_file()}
    assert {name: secrets for name, secrets in found.items() if secrets} == {}


@pytest.mark.parametrize(
    "secret",
    [
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "AKIA" + "A" * 16,
        "ghp_" + "a" * 36,
        "postgres://board:" + "correct-horse-battery@db.shop.com/board",
    ],
)
def test_a_secret_is_seen(secret: str) -> None:
    assert SECRETS.search(f"x = '{secret}'\n".encode())
