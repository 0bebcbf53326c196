"""Events and details as JSON and back.

The format is written down once per type in `cattrs` hooks. Every stored event bears the version of its format; an older one
is brought up to date step by step (`UPGRADES`) before it is read, so that a change of a type never strands what is stored.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final, get_args, get_origin
from uuid import UUID

from cattrs import BaseValidationError, Converter
from cattrs.gen import make_dict_unstructure_fn
from cattrs.preconf.json import make_converter
from cattrs.strategies import configure_tagged_union

from adapters.web.languages import own
from jobs_domain.changes import Change, ChangeNote
from jobs_domain.email_address import EmailAddress
from jobs_domain.events import AnyEvent, PostingEvent, SubscriptionEvent
from jobs_domain.posting_details import ApplyTarget, PostingDetails
from jobs_domain.topics import Topic

type Json = dict[str, object]
type Upgrade = Callable[[Json], Json]

FORMAT_VERSION: Final = 2
"""The version in which events are written now."""


def _wishes_in_one(payload: Json) -> Json:
    """Subscriptions had no language then: all mails were in the board's own."""
    wishes = {key: payload[key] for key in ("frequency", "share_address")}
    others = {key: value for key, value in payload.items() if key not in wishes}
    return others | {"wishes": wishes | {"language": own()}}


UPGRADES: Final[Mapping[tuple[str, int], Upgrade]] = {
    ("SubscriptionRequested", 1): _wishes_in_one,
    ("SubscriptionSucceeded", 1): _wishes_in_one,
}
"""For an event's name and version: what turns its payload into that of the next version. Without an entry it stays as it is."""

EVENT_TYPES: Final[Mapping[str, type[AnyEvent]]] = {
    event.__name__: event for union in (PostingEvent, SubscriptionEvent) for event in get_args(union.__value__)
}


DAMAGED: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a step to the next version runs into when something is missing, or is not what it was."""


class UnreadableEvent(ValueError):
    """What is stored is no event of this program: its name is unknown, its format is newer, or it is damaged."""


def encode_event(event: AnyEvent) -> Json:
    return _as_json(_converter.unstructure(event))


def decode_event(
    name: str,
    version: int,
    payload: Json,
    *,
    upgrades: Mapping[tuple[str, int], Upgrade] = UPGRADES,
    latest: int = FORMAT_VERSION,
) -> AnyEvent:
    """Raises `UnreadableEvent`."""
    event_type = EVENT_TYPES.get(name)
    if event_type is None or version > latest:
        raise UnreadableEvent(f"Event “{name}” in format {version} is not known to this version of the program.")
    try:
        for step in range(version, latest):
            upgrade = upgrades.get((name, step))
            payload = payload if upgrade is None else upgrade(payload)
        return _converter.structure(payload, event_type)
    except (BaseValidationError, *DAMAGED) as error:
        raise UnreadableEvent(f"What is stored as “{name}” in format {version} is not one.") from error


def encode_details(details: PostingDetails) -> Json:
    return _as_json(_converter.unstructure(details))


def decode_details(payload: Json) -> PostingDetails:
    return _converter.structure(payload, PostingDetails)


def encode_topic(topic: Topic) -> Json:
    return _as_json(_converter.unstructure(topic, unstructure_as=Topic))


def decode_topic(payload: Json) -> Topic:
    topic: Topic = _converter.structure(payload, Topic)  # type: ignore[arg-type]  # typeshed has no TypeForm yet
    return topic


def encode_changes(changes: tuple[Change, ...]) -> list[Json]:
    encoded: list[Json] = _converter.unstructure(changes, unstructure_as=tuple[Change, ...])
    return encoded


def decode_changes(payload: list[Json]) -> tuple[Change, ...]:
    return _converter.structure(payload, tuple[Change, ...])


def _as_json(value: object) -> Json:
    if not isinstance(value, dict):
        raise TypeError(f"{type(value).__name__} does not become a JSON object.")
    return value


def _make_converter() -> Converter:
    converter = make_converter()
    converter.register_unstructure_hook(EmailAddress, lambda address: address.value)
    converter.register_structure_hook(EmailAddress, lambda value, _: EmailAddress(value))
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda value, _: Decimal(value))
    converter.register_unstructure_hook(UUID, str)
    converter.register_structure_hook(UUID, lambda value, _: UUID(value))
    converter.register_unstructure_hook(datetime, lambda instant: instant.isoformat())
    converter.register_structure_hook(datetime, lambda value, _: datetime.fromisoformat(value))
    converter.register_unstructure_hook_func(
        _is_frozenset,
        lambda members: sorted(str(converter.unstructure(member)) for member in members),
    )
    for union in (ApplyTarget, Change, ChangeNote, Topic):
        configure_tagged_union(union.__value__, converter, tag_name="type")
        for member in get_args(union.__value__):
            converter.register_unstructure_hook(member, _tagged(member, converter))
    return converter


def _is_frozenset(hint: object) -> bool:
    origin: object = get_origin(hint)
    return origin is frozenset


def _tagged[T](member: type[T], converter: Converter) -> Callable[[T], Json]:
    """Writes the tag also where cattrs does not look for the union, such as in `ApplyTarget | None`."""
    untagged = make_dict_unstructure_fn(member, converter)
    return lambda value: {"type": member.__name__} | untagged(value)


_converter: Final = _make_converter()
