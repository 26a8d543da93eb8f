"""Lots: one each, spread wide, found either way."""

import pytest

from connector.sandbox.company.lots import Lots

pytestmark = pytest.mark.req("X23")


@pytest.mark.parametrize(("first", "end"), [(60, 500), (3, 25), (60, 61), (60, 1_003), (60, 60), (3, 3)])
@pytest.mark.parametrize("seed", [1, 99])
def test_everybody_plain_has_a_lot_of_their_own(first: int, end: int, seed: int) -> None:
    """Lots are the numbers from 0 on, each drawn once, and lead back to who drew them."""
    lots = Lots(first, end, seed)
    drawn = {index: lot for index in range(end + 10) if (lot := lots.lot_of(index)) is not None}

    assert sorted(drawn.values()) == list(range(lots.count))
    assert {lots.index_of(lot) for lot in drawn.values()} == set(drawn)


def test_neighbouring_lots_are_far_apart() -> None:
    """What strikes ten lots in a row does not strike ten people of one team."""
    lots = Lots(60, 5_000, 1)
    indexes = sorted(lots.index_of(lot) for lot in range(100, 110))

    assert min(b - a for a, b in zip(indexes, indexes[1:], strict=False)) > 100
