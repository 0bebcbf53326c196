"""`uv run python -m docs.audit`: looks for known vulnerabilities in what is locked, where advisories can be reached.

Exit code 0 if there are none, 1 if there are some, and 3, with a sentence that says so, if no advisories could be reached: nothing is
known then. `--advisories-cannot-be-reached` makes 0 of that and of nothing else, for machines that see no more than a mirror of the package
registry.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

ROOT: Final = Path(__file__).parents[1]
SERVICES: Final = ("pypi", "osv")
"""Where pip-audit asks for advisories."""
KNOWN: Final = ("jinja2==2.10",)
"""Was published with vulnerabilities that every service knows: one that does not tell of them knows nothing."""
NOT_AUDITED: Final = 3
EXPECTED: Final = "--advisories-cannot-be-reached"


@dataclass(frozen=True, slots=True)
class Finding:
    """Of one package: what is known against it, by the names of the advisories, and where it is mended."""

    name: str
    version: str
    advisories: tuple[str, ...]
    mended_in: tuple[str, ...]


class NoAdvisories(Exception):
    """The service could not be reached, or gave no answer about a package; the message says what happened."""


def findings(requirements: Sequence[str], service: str) -> list[Finding]:
    """What the service knows against the requirements, each like `name==version`. Raises `NoAdvisories`."""
    with TemporaryDirectory() as folder:
        listed = Path(folder) / "requirements.txt"
        listed.write_text("\n".join(requirements))
        options = f"--requirement {listed} --no-deps --disable-pip --progress-spinner off --format json --timeout 10"
        program = Path(sys.executable).with_name("pip-audit")
        ran = subprocess.run(
            [str(program), "--vulnerability-service", service, *options.split()],
            capture_output=True,
            text=True,
            check=False,
        )
    try:
        audited = json.loads(ran.stdout)["dependencies"]
    except ValueError:
        raise NoAdvisories(ran.stderr.strip().rpartition("\n")[2] or "no answer") from None
    if skipped := [each["skip_reason"] for each in audited if "skip_reason" in each]:
        raise NoAdvisories(skipped[0])
    return [
        Finding(
            name=each["name"],
            version=each["version"],
            advisories=tuple(known["id"] for known in each["vulns"]),
            mended_in=tuple(version for known in each["vulns"] for version in known["fix_versions"]),
        )
        for each in audited
        if each["vulns"]
    ]


def locked() -> list[str]:
    """All that is locked for every extra and for development, as `name==version`."""
    command = (
        "export --quiet --locked --all-extras --all-groups --no-hashes --no-emit-project --no-header --no-annotate"
    )
    ran = subprocess.run(
        [os.environ.get("UV", "uv"), *command.split()], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [line.partition(";")[0].strip() for line in ran.stdout.splitlines() if "==" in line]


def audit() -> list[Finding]:
    """By the first service that proves to know something. Raises `NoAdvisories`."""
    why = []
    for service in SERVICES:
        try:
            if findings(KNOWN, service):
                return findings(locked(), service)
            why.append(f"{service}: knows nothing against {KNOWN[0]}")
        except NoAdvisories as error:
            why.append(f"{service}: {error}")
    raise NoAdvisories("; ".join(why))


def main(arguments: Sequence[str]) -> int:
    try:
        found = audit()
    except NoAdvisories as error:
        print(f"Not audited: no advisories reachable. {error}")
        return 0 if EXPECTED in arguments else NOT_AUDITED
    for each in found:
        mended = f"mended in {', '.join(each.mended_in)}" if each.mended_in else "not mended yet"
        print(f"{each.name} {each.version}: {', '.join(each.advisories)} ({mended})")
    print(f"Audited: {len(found)} packages with known vulnerabilities.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
