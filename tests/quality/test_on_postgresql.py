"""The integration tests once more, on the database of large boards."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.postgresql


def test_the_integration_tests_pass_on_postgresql_too(
    postgresql_url: str, pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-m", "integration and not any_database", "-q", "-p", "no:cacheprovider"]
    run = subprocess.run(
        [*command, *(["-n", str(1 + (os.cpu_count() or 1))] if alone else [])],
        env=environment | {"TEST_DATABASE_URL": postgresql_url},
        cwd=pytestconfig.rootpath,
        capture_output=True,
        text=True,
        check=False,
    )
    summary = run.stdout.strip().rpartition("\n")[2]
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-5_000:]
    assert "passed" in summary
    assert "skipped" not in summary, run.stdout[-5_000:]
    with capsys.disabled():
        print(f"\n  on PostgreSQL: {summary.strip('= ')}")
