import pytest

from tests.unit.board import Board


@pytest.fixture
def board() -> Board:
    return Board()
