"""What a type checker must refuse of the typed signals. Checked, never run.

Every wrong line bears the exact error that mypy gives; should mypy stop giving it, strict mode reports the comment as unused.
"""

from collections.abc import Callable
from typing import assert_never, assert_type

from adapters import signals
from adapters.signals import EventSignal, posting_closed, posting_revised
from jobs_domain.events import AnyEvent, PostingClosed, PostingPublished, PostingRevised


def tell(event: PostingClosed) -> None: ...


def tell_of_anything(event: AnyEvent) -> None: ...


def tell_of_a_revision(event: PostingRevised) -> None: ...


def unguarded(_uid: str, call: Callable[[], None]) -> None:
    call()


async def tell_later(event: PostingClosed) -> None: ...


def tell_with_more(event: PostingClosed, sender: object) -> None: ...


def tell_nothing() -> None: ...


def answer(event: PostingClosed) -> str:
    return str(event)


def right() -> None:
    assert_type(posting_closed, EventSignal[PostingClosed])
    posting_closed.connect(tell, uid="tell", why="to tell")
    posting_closed.connect(tell_of_anything, uid="tell", why="to tell")


def wrong_handlers() -> None:
    posting_closed.connect(tell_of_a_revision, uid="tell", why="")  # type: ignore[arg-type]
    posting_closed.connect(tell_later, uid="tell", why="")  # type: ignore[arg-type]
    posting_closed.connect(tell_with_more, uid="tell", why="")  # type: ignore[arg-type]
    posting_closed.connect(tell_nothing, uid="tell", why="")  # type: ignore[arg-type]
    posting_closed.connect(answer, uid="tell", why="")  # type: ignore[arg-type]
    posting_closed.connect(tell)  # type: ignore[call-arg]
    posting_closed.connect(tell, "tell", "to tell")  # type: ignore[call-arg]


def wrong_events(published: PostingPublished, revised: PostingRevised) -> None:
    posting_closed.send(published, guard=unguarded)  # type: ignore[arg-type]
    posting_revised.send(revised)  # type: ignore[call-arg]
    signals.send("PostingClosed", guard=unguarded)  # type: ignore[arg-type]
    EventSignal(str)  # type: ignore[type-var]


def an_event_that_nobody_mapped(event: AnyEvent) -> str:
    match event:
        case PostingPublished():
            return "published"
        case PostingRevised():
            return "revised"
        case _:
            assert_never(event)  # type: ignore[arg-type]
