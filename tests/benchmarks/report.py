"""What was measured, as tables and as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from tests.benchmarks import throughput
from tests.benchmarks.throughput import Run

DOCS: Final = Path(__file__).parents[2] / "docs" / "benchmarks.md"
BEGIN: Final = "<!-- made by the command below: begin -->"
END: Final = "<!-- end -->"


@dataclass(frozen=True, slots=True)
class Target:
    """What a ratio says, and the bound that it is to keep, if any."""

    says: str
    at_most: float | None = None
    at_least: float | None = None

    def is_reached(self, value: float) -> bool:
        return (self.at_most is None or value <= self.at_most) and (self.at_least is None or value >= self.at_least)

    @property
    def bound(self) -> str:
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return "" if self.at_least is None else f"≥ {self.at_least:g}"


def _on_both(key: str, says: str, *, at_most: float | None = None, at_least: float | None = None) -> dict[str, Target]:
    return {
        f"{key}_{name.lower()}": Target(f"{says}, {name}", at_most=at_most, at_least=at_least)
        for name in ("SQLite", "PostgreSQL")
    }


PUBLISH: Final = "editor's publish at 100,000 followers / at 0"
SLOW: Final = "ours / floor, slow provider, 16 connections"
TARGETS: Final[Mapping[str, Target]] = {
    "publish_100k_over_0": Target(f"{PUBLISH}, SQLite", at_most=1.10),
    "publish_100k_over_0_postgresql": Target(f"{PUBLISH}, PostgreSQL", at_most=1.10),
    "tutorial_10k_over_0": Target("the tutorial's way: publish at 10,000 followers / at 0"),
    "tutorial_1k_over_0": Target("the tutorial's way: publish at 1,000 followers / at 0"),
    "ours_over_floor_sqlite": Target(
        "ours / floor, SQLite, 1 worker, 1 connection, ≤ 1 duplicate per kill", at_least=0.85
    ),
    "ours_over_floor_postgresql": Target(
        "ours / floor, PostgreSQL, 1 worker, 1 connection, ≤ 8 unmarked", at_least=0.65
    ),
    "ours_over_floor_slow": Target(f"{SLOW}, SQLite", at_least=0.9),
    "ours_over_floor_slow_postgresql": Target(f"{SLOW}, PostgreSQL", at_least=0.9),
    "ours_over_post_office": Target("ours / django-post_office, whose mails are ready, PostgreSQL", at_least=10),
    "ours_over_post_office_with_rendering": Target("ours / django-post_office with its rendering and queueing"),
    "ours_over_best_peer": Target("ours on PostgreSQL / the best task-per-message peer", at_least=3),
    **_on_both("fan_out_100k_seconds", "fan-out of 100,000 deliveries: seconds"),
    "fan_out_1m_seconds_sqlite": Target("fan-out of 1,000,000 deliveries: seconds, SQLite", at_most=3),
    "fan_out_1m_seconds_postgresql": Target("fan-out of 1,000,000 deliveries: seconds, PostgreSQL", at_most=10),
    **_on_both("fan_out_longest_transaction_ms", "fan-out: longest transaction in milliseconds", at_most=250),
    **_on_both("bytes_per_delivery", "fan-out: bytes for each delivery, indexes included", at_most=250),
    **_on_both("claim_100k_over_1k", "claiming at 100,000 pending / at 1,000"),
    **_on_both("claim_1m_over_1k", "claiming at 1,000,000 pending / at 1,000", at_most=2),
    **_on_both("worker_memory_mib", "memory of a worker over its idle state, MiB", at_most=32),
    **_on_both("end_to_end_10k_over_1k", "end to end, time per message: 10,000 deliveries / 1,000"),
    **_on_both("end_to_end_1m_over_10k", "end to end, time per message: 1,000,000 deliveries / 10,000", at_most=1.3),
}


@dataclass(frozen=True, slots=True)
class Row:
    """`figures` are per message, in microseconds, but for `rate`, which is messages a second."""

    name: str
    figures: dict[str, float]
    note: str = ""


@dataclass(slots=True)
class Report:
    machine: dict[str, object]
    is_quick: bool
    rows: list[Row] = field(default_factory=list)
    ratios: dict[str, float] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def add_runs(self, name: str, runs: Sequence[Run], note: str = "") -> float:
        """Gives the median of the messages a second."""
        rate = throughput.median_rate(runs)
        parts = {part: throughput.micros(runs, part) for part in ("wall", "client", "sink", "database")}
        self.rows.append(Row(name, {"rate": rate, **parts}, note))
        return rate

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=2, ensure_ascii=False)

    def as_markdown(self) -> str:
        rows = [
            [
                row.name,
                *(_figure(row.figures.get(name)) for name in ("rate", "wall", "client", "sink", "database")),
                row.note,
            ]
            for row in self.rows
        ]
        header = ["row", "messages/s", "wall µs", "client CPU µs", "sink CPU µs", "database CPU µs", ""]
        ratios = [
            [TARGETS[key].says, f"{value:.3g}", TARGETS[key].bound, self._mark(key, value)]
            for key, value in sorted(self.ratios.items(), key=lambda item: list(TARGETS).index(item[0]))
        ]
        parts = [
            _table(header, rows) if rows else "",
            _table(["what", "measured", "to reach", ""], ratios) if ratios else "",
            "\n".join(f"- Left out: {reason}" for reason in self.left_out),
            "\n".join(f"- {name}: {value}" for name, value in self.machine.items()),
        ]
        return "\n\n".join(part for part in parts if part)

    @staticmethod
    def _mark(key: str, value: float) -> str:
        if not TARGETS[key].bound:
            return ""
        return "reached" if TARGETS[key].is_reached(value) else "MISSED"

    def write_into_docs(self) -> None:
        before, begin, rest = DOCS.read_text().partition(BEGIN)
        _, end, after = rest.partition(END)
        if not (begin and end):
            raise ValueError(f"{DOCS.name} has no place for the table: {BEGIN} … {END}")
        DOCS.write_text(f"{before}{begin}\n\n{self.as_markdown()}\n\n{end}{after}")


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Reads well as it stands and as Markdown: the first and the last column are words, the others numbers."""
    widths = [max(len(line[column]) for line in (header, *rows)) for column in range(len(header))]
    last = len(header) - 1

    def line(cells: Sequence[str]) -> str:
        padded = [
            cell.ljust(width) if column in (0, last) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * width if column in (0, last) else "-" * (width - 1) + ":" for column, width in enumerate(widths)]
    return "\n".join([line(header), line(rule), *(line(row) for row in rows)])
