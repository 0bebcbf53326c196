"""Parts of the board's work, each in a process of its own: `python -m tests.benchmarks.stages STAGE ARGUMENT…` prints figures as JSON."""

import json
import statistics
import sys
from collections.abc import Callable, Mapping
from email.generator import BytesGenerator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Final

import django

type Figures = Mapping[str, float | str]

CLICKS: Final = 15


def migrate() -> Figures:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return {}


def create(*numbers: str) -> Figures:
    from tests.benchmarks import ours

    for followers in map(int, numbers):
        ours.create(followers)
    return {}


def publish(*numbers: str) -> Figures:
    """The editor's click for each number of followers; they take turns, so that noise meets all of them alike."""
    from tests.benchmarks import ours

    audiences = [int(number) for number in numbers]
    for followers in audiences:
        ours.publish(followers)  # the first time is never like the others
    clicks: dict[int, list[float]] = {followers: [] for followers in audiences}
    for _ in range(CLICKS):
        for followers in audiences:
            clicks[followers].append(ours.timed(partial(ours.publish, followers)))
    return {str(followers): statistics.median(seconds) for followers, seconds in clicks.items()}


def click(followers: str) -> Figures:
    from tests.benchmarks import ours

    ours.publish(int(followers))
    return {}


def announce(number: str) -> Figures:
    """Everything up to the point where something could be sent."""
    from tests.benchmarks import ours

    followers = int(number)
    ours.publish(followers)
    before, size = ours.pending(), ours.ledger_bytes()
    dispatched = ours.timed(ours.dispatch)
    with ours.transactions() as transactions:
        fanned_out = ours.timed(ours.fan_out)
    made = ours.pending() - before
    assert made == followers, f"{made} deliveries for {followers} followers"
    return {
        "sent_before": ours.sent(followers),
        "dispatch": dispatched,
        "fan_out": fanned_out,
        "longest_transaction": transactions.longest,
        "bytes_per_delivery": (ours.ledger_bytes() - size) / max(followers, 1),
    }


def claim(times: str) -> Figures:
    from tests.benchmarks import ours

    return {"pending": ours.pending(), "seconds": ours.claim(int(times))}


def sent(followers: str) -> Figures:
    from tests.benchmarks import ours

    return {"sent": ours.sent(int(followers))}


def letter(file: str) -> Figures:
    """Writes the mail's bytes as they go over the wire."""
    from tests.benchmarks import ours

    mail = BytesIO()
    message = ours.letter(ours.posting_id(0), "follower-1@example.org").message()
    BytesGenerator(mail, mangle_from_=False).flatten(message, linesep="\r\n")
    Path(file).write_bytes(mail.getvalue())
    return {"bytes": mail.tell()}


def database() -> Figures:
    from tests.benchmarks import ours

    return ours.database()


def load(postings: str, followers: str) -> Figures:
    """A board of that many postings and followers."""
    from tests.benchmarks import desk

    desk.make_board(int(postings), int(followers))
    return {}


def editors() -> Figures:
    from tests.benchmarks import desk

    return desk.figures()


def addresses() -> Figures:
    from tests.benchmarks import visits

    return visits.addresses()


def pages() -> Figures:
    from tests.benchmarks import visits

    return visits.figures()


def ask(number: str) -> Figures:
    """So many people in each state towards a posting, who ask to follow it."""
    from tests.benchmarks import askers

    return askers.make(int(number))


def seek(number: str) -> Figures:
    """So many searches that are followed."""
    from tests.benchmarks import seekers

    seekers.make(int(number))
    return {}


def match() -> Figures:
    from tests.benchmarks import seekers

    return seekers.figures()


def tutorial(*numbers: str) -> Figures:
    from tests.benchmarks import tutorial as way

    return {number: way.request(int(number)) for number in numbers}


STAGES: Final[Mapping[str, Callable[..., Figures]]] = {
    stage.__name__: stage
    for stage in (
        migrate,
        create,
        publish,
        click,
        announce,
        claim,
        sent,
        letter,
        database,
        load,
        editors,
        addresses,
        pages,
        ask,
        seek,
        match,
        tutorial,
    )
}


if __name__ == "__main__":
    django.setup()
    name, *arguments = sys.argv[1:]
    print(json.dumps(STAGES[name](*arguments)))
