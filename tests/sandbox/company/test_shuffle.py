"""The shuffle: one position for each ordinary person, spread wide, found either way."""

import pytest

from connector.sandbox.company.shuffle import Shuffle

pytestmark = pytest.mark.req("X23")


@pytest.mark.parametrize(("first", "end"), [(60, 500), (3, 25), (60, 61), (60, 1_003), (60, 60), (3, 3)])
@pytest.mark.parametrize("seed", [1, 99])
def test_every_ordinary_person_has_a_position_of_their_own(first: int, end: int, seed: int) -> None:
    """Positions are the numbers from 0 on, each used once, and lead back to the index."""
    shuffle = Shuffle(first, end, seed)
    drawn = {
        index: position for index in range(end + 10) if (position := shuffle.position_of(index)) is not None
    }

    assert sorted(drawn.values()) == list(range(shuffle.count))
    assert {shuffle.index_of(position) for position in drawn.values()} == set(drawn)


def test_neighbouring_positions_are_far_apart_by_index() -> None:
    """An event for ten positions in a row does not happen to ten people of one team."""
    shuffle = Shuffle(60, 5_000, 1)
    indexes = sorted(shuffle.index_of(position) for position in range(100, 110))

    assert min(b - a for a, b in zip(indexes, indexes[1:], strict=False)) > 100
