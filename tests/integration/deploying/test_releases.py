"""A folder for each release: what runs stays with its own, and the link moves when the new one is ready."""

import os
import re
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

import pytest

from tests.integration.deploying.fresh import DEPLOY, LAUNCHED, documented_commands

pytestmark = [pytest.mark.integration]

MARK: Final = "tried by tests/integration/deploying/test_releases.py"
PREFIX: Final = "import sys; print(sys.prefix)"
NEW_RELEASE: Final = """
git() {
    mkdir -p "$5/.venv/bin"
    printf '#!/bin/sh\\necho "$(pwd -P): $*" >> {log}\\n[ "$2" != {fails} ]\\n' > "$5/.venv/bin/python"
    chmod +x "$5/.venv/bin/python"
}
uv() { echo "$(pwd -P): uv $*" >> {log}; }
"""


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """As /srv/board, where the release before runs."""
    for folder in ("releases/v0.1.0/.venv/bin", "data", "backups"):
        (tmp_path / folder).mkdir(parents=True)
    python = tmp_path / "releases/v0.1.0/.venv/bin/python"
    python.write_text(f'#!/bin/sh\necho "$(pwd -P): $*" >> {tmp_path}/log\n')
    python.chmod(0o755)
    (tmp_path / "code").symlink_to("releases/v0.1.0")
    (tmp_path / "environment").write_text("DJANGO_SETTINGS_MODULE='config.settings.production'\n")
    return tmp_path


def upgrade(board: Path, *, fails: str = "nothing") -> int:
    stubs = NEW_RELEASE.replace("{log}", str(board / "log")).replace("{fails}", fails)
    script = stubs + documented_commands(mark=MARK).replace("/srv/board", str(board))
    return subprocess.run(["/bin/sh", "-uc", script], check=False).returncode


def test_the_new_release_is_ready_before_the_link_moves(board: Path) -> None:
    assert upgrade(board) == 0
    assert (board / "code").readlink() == Path("releases/v0.2.0")
    log = (board / "log").read_text().replace(f"{board}/releases/", "")
    done = re.findall(r"^(\S+): (?:manage\.py )?(\w+)", log, re.MULTILINE)
    assert done == [
        ("v0.2.0", "uv"),
        ("v0.1.0", "backup"),
        ("v0.2.0", "migrate"),
        ("v0.2.0", "collectstatic"),
        ("v0.2.0", "check"),
    ]


@pytest.mark.parametrize("command", ["migrate", "check"])
def test_what_fails_leaves_the_release_before_in_its_place(board: Path, command: str) -> None:
    assert upgrade(board, fails=command) != 0
    assert (board / "code").readlink() == Path("releases/v0.1.0")


def test_a_worker_stays_with_the_folder_that_it_was_started_in(tmp_path: Path) -> None:
    """What it imports late is of its own release, too."""
    release = tmp_path / "releases" / "v0.1.0"
    venv.create(release / ".venv", symlinks=True)
    (tmp_path / "code").symlink_to("releases/v0.1.0")
    (line,) = LAUNCHED.findall((DEPLOY / "board-worker@.service").read_text())
    python = line.partition(" manage.py")[0].replace("/srv/board", str(tmp_path)).split()
    started = subprocess.run(
        [*python, "-c", PREFIX], cwd=tmp_path / "code", env=os.environ, capture_output=True, text=True, check=True
    )
    assert Path(started.stdout.strip()) == release / ".venv", sys.version
