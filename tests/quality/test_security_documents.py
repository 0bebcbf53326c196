"""What the documents about security say can be looked up."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.quality

ROOT: Final = Path(__file__).parents[2]
DOCUMENTS: Final = ("security.md", "asvs.md")
NAMED: Final = re.compile(r"`(test_\w+)::(test_\w+)`")
ELSEWHERE: Final = re.compile(r"\(see [\w-]+\.md\) \|")


def known_tests() -> set[tuple[str, str]]:
    return {
        (file.stem, name)
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(), re.MULTILINE)
    }


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_test_that_is_named_exists(document: str) -> None:
    named = set(NAMED.findall((ROOT / "docs" / document).read_text()))
    assert named
    assert named - known_tests() == set()


def test_every_threat_has_a_test_or_a_document_that_names_them() -> None:
    text = (ROOT / "docs" / "security.md").read_text().partition("## Every entry")[2].partition("\n## ")[0]
    rows = [line for line in text.splitlines() if line.startswith("|")][2:]
    assert len(rows) > 20
    shown_by = [row.rsplit(" | ", 1)[1] for row in rows]
    assert [each for each in shown_by if not (NAMED.search(each) or ELSEWHERE.fullmatch(each))] == []


def test_every_requirement_has_a_state() -> None:
    text = (ROOT / "docs" / "asvs.md").read_text()
    rows = [line for line in text.splitlines() if re.match(r"\| \d", line)]
    assert len(rows) > 100
    states = {row.split(" | ")[2].strip(" |") for row in rows}
    assert states <= {"met", "in part", "not met", "operator", "does not apply"}
    asked = [number for row in rows for number in row.split(" | ")[0].strip("| ").split(", ")]
    assert len(asked) == len(set(asked))
