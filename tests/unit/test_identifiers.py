from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs_domain.identifiers import event_id, new_subscription_id

pytestmark = pytest.mark.unit

_steps = st.tuples(st.uuids(), st.integers(1, 10**6))


def test_nobody_can_guess_the_id_of_a_subscription() -> None:
    ids = {new_subscription_id() for _ in range(100)}
    assert len(ids) == 100
    assert {drawn.version for drawn in ids} == {4}


@given(_steps, _steps)
def test_two_events_share_an_id_only_if_they_are_the_same_step_of_the_same_life(
    one: tuple[UUID, int], other: tuple[UUID, int]
) -> None:
    ids = event_id(stream=one[0], version=one[1]), event_id(stream=other[0], version=other[1])
    assert (ids[0] == ids[1]) == (one == other)


def test_the_id_of_an_event_never_changes_between_releases() -> None:
    stream = UUID("11111111-1111-4111-8111-111111111111")
    assert event_id(stream=stream, version=7) == UUID("ccfcfeb3-85e1-516f-9528-2cfaa6030352")
