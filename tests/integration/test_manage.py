"""`manage.py` works on the board that is meant."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

pytestmark = [pytest.mark.integration]

ROOT: Final = Path(__file__).parents[2]
WITHOUT_TOOLS: Final = (
    "import runpy, sys; sys.modules['pytest'] = None; runpy.run_path('manage.py', run_name='__main__')"
)


def version(*, started: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    command = [sys.executable, "-c", started, "version"]
    return subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, check=False)


def test_without_settings_it_is_for_developers_only() -> None:
    done = version(started=WITHOUT_TOOLS)
    assert (done.returncode, done.stdout) == (1, "")
    assert "DJANGO_SETTINGS_MODULE is not set" in done.stderr


def test_developers_need_not_say_anything() -> None:
    done = version(started="import runpy; runpy.run_path('manage.py', run_name='__main__')")
    assert done.returncode == 0, done.stderr
