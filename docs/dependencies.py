"""`uv run python -m docs.dependencies`: renews the bill of materials and the table of licences from what is locked.

With `--check` it only says what is stale. Either way it fails on a licence that is not allowed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

ROOT: Final = Path(__file__).parents[1]
BILL: Final = ROOT / "docs" / "sbom.cdx.json"
DOCUMENT: Final = ROOT / "docs" / "dependencies.md"
BEGIN: Final = "<!-- made by docs/dependencies.py -->\n"
END: Final = "<!-- end of what is made -->\n"

ALLOWED: Final = frozenset(
    "0BSD Apache-2.0 BSD BSD-2-Clause BSD-3-Clause CC-BY-4.0 CC0-1.0 ISC LGPL-2.1 LGPL-3.0-only MIT MIT-0 MIT-CMU MPL-2.0 PSF-2.0"
    " Python-2.0 Zlib".split()
)
"""Licences under which the board can be run, changed and given away as its own allows: those that ask for no more than their text, and
those that are about their own files only (LGPL, MPL)."""
CLASSIFIERS: Final = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
READ: Final = {"crontab": "LGPL-2.1", "protobuf": "BSD-3-Clause", "qrcode": "BSD-3-Clause"}
"""Of packages whose metadata say none, or several that contradict each other: what the licence that they bring along is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """`licence` in the terms of SPDX; `direct` if the project itself asks for it."""

    name: str
    version: str
    licence: str
    direct: bool

    @property
    def is_allowed(self) -> bool:
        """One of those to choose from is, or all of those that hold together are."""
        choices = self.licence.split(" OR ")
        return any(all(part in ALLOWED for part in choice.split(" AND ")) for choice in choices)


def bill_of_materials() -> str:
    """CycloneDX, of all that runs the board with every extra, as it is locked. The same for the same lock. Takes half a minute."""
    with TemporaryDirectory() as folder:
        environment = Path(folder) / "environment"
        sync = "sync --quiet --locked --no-dev --all-extras --no-install-project".split()
        _run(_uv(), *sync, UV_PROJECT_ENVIRONMENT=str(environment))
        program = Path(sys.executable).with_name("cyclonedx-py")
        made = _run(
            str(program), "environment", "--output-reproducible", "--pyproject", "pyproject.toml", str(environment)
        )
    return json.dumps(json.loads(made), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def dependencies(bill: str) -> list[Dependency]:
    """Those that the bill of materials lists, by name."""
    asked_for = set(_asked_for())
    found = [
        Dependency(
            name=component["name"],
            version=component["version"],
            licence=_licence(component),
            direct=normal(component["name"]) in asked_for,
        )
        for component in json.loads(bill)["components"]
    ]
    return sorted(found, key=lambda each: normal(each.name))


def table(bill: str) -> str:
    """Direct ones are bold."""
    rows = (
        f"| {f'**{each.name}**' if each.direct else each.name} | {each.version} | {each.licence} |\n"
        for each in dependencies(bill)
    )
    return "| package | version | licence |\n|---|---|---|\n" + "".join(rows)


def with_table(document: str, made: str) -> str:
    before, _, rest = document.partition(BEGIN)
    return f"{before}{BEGIN}\n{made}\n{END}{rest.partition(END)[2]}"


def locked() -> Mapping[str, str]:
    """Versions by normalised name, of all that is locked, for development as well."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    return {normal(package["name"]): package["version"] for package in packages}


def normal(name: str) -> str:
    """PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _asked_for() -> Iterator[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for requirements in (project["dependencies"], *project["optional-dependencies"].values()):
        for requirement in requirements:
            yield normal(re.split(r"[\[<>=!~; ]", requirement)[0])


def _licence(component: Mapping[str, object]) -> str:
    """One expression; several that are listed hold together."""
    name = normal(str(component["name"]))
    if name in READ:
        return READ[name]
    listed = component.get("licenses", [])
    if not isinstance(listed, list):
        raise TypeError("Licences are a list (CycloneDX).")
    words = [each.get("expression") or each["license"].get("id") or each["license"].get("name") for each in listed]
    exact = [word for word in words if word not in CLASSIFIERS]
    return " AND ".join(exact or [CLASSIFIERS[word] for word in words]) or "none stated"


def _uv() -> str:
    """`uv run` tells where it is."""
    return os.environ.get("UV", "uv")


def _run(*command: str, **environment: str) -> str:
    ran = subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        sys.exit(f"{' '.join(command)}\n{ran.stdout}{ran.stderr}")
    return ran.stdout


def main() -> None:
    bill = bill_of_materials()
    wanted = {BILL: bill, DOCUMENT: with_table(DOCUMENT.read_text(), table(bill))}
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    if "--check" not in sys.argv:
        for path in stale:
            path.write_text(wanted[path])
    refused = [each for each in dependencies(bill) if not each.is_allowed]
    for each in refused:
        print(f"{each.name} {each.version}: “{each.licence}” is not among the licences that are allowed.")
    for path in stale:
        print(f"{path.relative_to(ROOT)} {'is stale' if '--check' in sys.argv else 'was renewed'}.")
    if refused or (stale and "--check" in sys.argv):
        sys.exit(1)


if __name__ == "__main__":
    main()
