"""The file of settings means the same to all that read it: the shell, systemd (`man 5 systemd.exec`) and compose."""

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.integration.deploying.fresh import DEPLOY

pytestmark = [pytest.mark.integration]

FILE: Final = (DEPLOY / "environment").read_text()
SETTING: Final = re.compile(r"(?P<name>[A-Z][A-Z_]+)='(?P<value>[^']*)'")
"""Between single quotes nothing has a meaning of its own, to any of the three."""


def test_each_value_stands_in_single_quotes() -> None:
    lines = [line for line in FILE.splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if SETTING.fullmatch(line) is None] == []


def test_so_do_those_that_are_to_be_turned_on() -> None:
    turned_off = re.findall(r"^# ([A-Z][A-Z_]+=.*)$", FILE, re.MULTILINE)
    assert [line for line in turned_off if SETTING.fullmatch(line) is None] == []
    assert {line.partition("=")[0] for line in turned_off} == {"DATABASE_URL", "METRICS_TOKEN"}


def test_the_shell_reads_what_is_written(tmp_path: Path) -> None:
    file = tmp_path / "environment"
    odd = 'Bread & <Jobs> $HOME `id` \\ "x" #1; *'
    file.write_text(f"{FILE}\nODD='{odd}'\n")
    read = subprocess.run(
        ["/bin/sh", "-euc", f"set -a; . {file}; set +a; exec env -0"],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = dict(line.partition("=")[::2] for line in read.stdout.split("\0") if line)
    written = {
        found["name"]: found["value"] for found in SETTING.finditer(re.sub(r"^#.*$", "", FILE, flags=re.MULTILINE))
    }
    assert found | written | {"ODD": odd} == found
