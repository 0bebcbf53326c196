"""The demo as a visitor starts it: `manage.py demo` in a process of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from tests import clock

ROOT: Final = Path(__file__).parents[2]
STOP_SECONDS: Final = 30
FOLLOW_THE_CLOCK: Final = """
import os
from pathlib import Path

from tests import clock

clock.follow(Path(os.environ["DEMO_CLOCK"]))
"""
"""Python runs a module of this name when it starts."""


@contextmanager
def running(data: Path, **settings: str) -> Iterator[str]:
    """Runs the demo on a free port as long as the block; gives its address, such as `http://localhost:40123`.

    All its processes have the clock of `tests/clock.py` in the same folder.
    """
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"} | settings
    clock.set_ahead(data, timedelta())
    (data / "sitecustomize.py").write_text(FOLLOW_THE_CLOCK)
    environment |= {"PYTHONPATH": f"{data}{os.pathsep}{ROOT}", "DEMO_CLOCK": str(data)}
    command = [sys.executable, "manage.py", "demo", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as demo:
        try:
            yield _address(demo)
        finally:
            demo.send_signal(signal.SIGINT)
            assert demo.wait(STOP_SECONDS) == 0


def _address(demo: subprocess.Popen[str]) -> str:
    assert demo.stdout is not None
    printed = ""
    for line in demo.stdout:
        printed += line
        if found := re.search(r"The board +(http://\S+)/jobs/", line):
            return found[1]
    raise AssertionError(f"The demo did not start:\n{printed}")
