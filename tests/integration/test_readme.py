"""The README's example of a new reaction works as printed."""

import logging
import re
from pathlib import Path

import pytest

from adapters import outbox
from adapters.repositories import django_unit_of_work
from adapters.signals import posting_closed
from jobs_domain.events import CloseReason, PostingClosed
from tests.unit.examples import NOW, POSTING_ID

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

README = Path(__file__).parents[2] / "README.md"
CLOSED = PostingClosed(posting_id=POSTING_ID, version=2, occurred_at=NOW, reason=CloseReason.FILLED)


def example() -> str:
    found = re.search(
        r"<!-- checked by tests/integration/test_readme.py -->\n```python\n(.*?)```", README.read_text(), re.DOTALL
    )
    assert found
    return found[1]


def test_the_example_of_a_reaction_hears_the_event(caplog: pytest.LogCaptureFixture) -> None:
    code = example() + "\n\nready()\n"
    try:
        exec(compile(code, str(README), "exec"), {})  # noqa: S102 - the README is ours
        with django_unit_of_work() as records:
            records.events.publish(CLOSED)
        with caplog.at_level(logging.INFO, "closings"):
            outbox.dispatch_due()
    finally:
        posting_closed.disconnect(uid="closings.log_closing")
    assert f"{POSTING_ID} closed: FILLED" in caplog.messages


def test_the_example_is_about_ten_lines() -> None:
    lines = [line for line in example().splitlines() if line.strip()]
    assert len(lines) <= 10


def test_every_file_that_the_documents_link_to_exists() -> None:
    documents = [README, *(README.parent / "docs").rglob("*.md")]
    links = [
        (document, target)
        for document in documents
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text())
    ]
    assert [f"{document.name}: {target}" for document, target in links if not (document.parent / target).exists()] == []
