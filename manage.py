#!/usr/bin/env python
"""Django's command line, with the settings that DJANGO_SETTINGS_MODULE names; for developers without it, with theirs.

A developer's machine is one where the tools of the tests are installed (`uv sync` without `--no-dev`). Everywhere else a command that was
given no settings would quietly work on a database of its own.
"""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from django.core.management import execute_from_command_line

SETTINGS = "DJANGO_SETTINGS_MODULE"


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parent / "site"))
    if SETTINGS not in os.environ:
        if find_spec("pytest") is None:
            sys.exit(
                f"{SETTINGS} is not set: which board is meant? Load its settings first: set -a; . /srv/board/environment; set +a"
            )
        os.environ[SETTINGS] = "config.settings.dev"
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
