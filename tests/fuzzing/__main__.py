"""Feeds a target with what libFuzzer makes of its seeds, and stops at the first fault; the input is then in the folder `found`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

OURS = ["adapters", "cms", "jobs_domain", "notifications"]
"""Whose branches lead the search."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    with atheris.instrument_imports(include=OURS):
        import django

        django.setup()
        from tests.fuzzing.targets import TARGETS
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="How long, at most (default: 60).")
    parser.add_argument("--runs", type=int, default=-1, help="How many inputs, at most (default: as time allows).")
    parser.add_argument(
        "--seed", type=int, default=0, help="The same seed makes the same inputs (default: another one each time)."
    )
    parser.add_argument("--found", type=Path, default=Path("found"), help="Where the input of a fault is put.")
    given = parser.parse_args()
    target = TARGETS[given.target]
    given.found.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(target.seeds):
            (corpus / str(number)).write_bytes(seed)
        dictionary = Path(folder) / "dictionary"
        dictionary.write_text("".join(f'"{_escaped(piece)}"\n' for piece in target.pieces))
        options = [
            f"-max_total_time={given.seconds}",
            f"-runs={given.runs}",
            f"-seed={given.seed}",
            f"-dict={dictionary}",
            f"-artifact_prefix={given.found}/{given.target}-",
            "-timeout=20",
            "-rss_limit_mb=4096",
            "-max_len=16384",
        ]
        atheris.Setup([sys.argv[0], *options, str(corpus)], target)
        atheris.Fuzz()


def _escaped(piece: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in piece)


if __name__ == "__main__":
    main()
