"""The order in which addresses move: every address is free before it is taken, whatever the rows are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.ports.ledger import Move
from connector.core.rules.address_order import Round, is_parking_address, parking_address, rounds

ADDRESSES = [f"{letter}@example.com" for letter in "abcdefgh"]


@st.composite
def moves(draw: st.DrawFn) -> list[Move]:
    """Accounts with addresses of their own, each of which gets another one, and new ones that only take."""
    count = draw(st.integers(0, len(ADDRESSES)))
    held = ADDRESSES[:count]
    taken = draw(st.permutations(ADDRESSES))
    updates = [
        Move(number, frees, takes) for number, (frees, takes) in enumerate(zip(held, taken, strict=False))
    ]
    new = [Move(100 + number, None, takes) for number, takes in enumerate(taken[count:])]
    return [one for one in [*updates, *new] if one.frees != one.takes]


@pytest.mark.req("D26")
@given(moves())
def test_an_address_is_free_when_it_is_taken(given_moves: list[Move]) -> None:
    """Whatever the swaps, rings and chains: no row of a round takes an address that another account has."""
    by_id = {move.row_id: move for move in given_moves}
    held: dict[str | None, int] = {move.frees: move.row_id for move in given_moves if move.frees}
    sent: list[int] = []
    for one in rounds(given_moves):
        for row_id in one.parked:
            del held[by_id[row_id].frees]
        before = dict(held)
        for row_id in one.rows:
            move = by_id[row_id]
            assert before.get(move.takes, row_id) == row_id
            if held.get(move.frees) == row_id:
                del held[move.frees]
        sent += one.rows

    assert sorted(sent) == sorted(by_id)


@pytest.mark.req("D26")
def test_only_a_ring_needs_a_parking_address() -> None:
    """A chain is sent from its free end; of a ring one account is parked, and of two rings one each."""
    a, b, c, d, e = ADDRESSES[:5]
    chain = [Move(1, a, b), Move(2, b, c), Move(3, c, d)]
    swap, other = [Move(4, a, b), Move(5, b, a)], [Move(6, c, d), Move(7, d, e), Move(8, e, c)]

    assert list(rounds(chain)) == [Round((3,)), Round((2,)), Round((1,))]
    assert list(rounds([*swap, *other])) == [Round((5, 8), (4, 6)), Round((4, 7)), Round((6,))]
    assert list(rounds([])) == []


@pytest.mark.req("D26")
def test_two_accounts_with_one_address_end_as_well() -> None:
    """An LMS may allow it: who takes the address waits for both."""
    a, b, c = ADDRESSES[:3]
    found = list(rounds([Move(1, a, b), Move(2, a, c), Move(3, b, a)]))

    assert sorted(row_id for one in found for row_id in one.rows) == [1, 2, 3]


def test_a_parking_address_says_what_it_is() -> None:
    """It is one person's own, is no one's address, and shows no id."""
    assert is_parking_address(parking_address("p1"))
    assert parking_address("p1") == parking_address("p1") != parking_address("p2")
    assert "p1" not in parking_address("p1")
    assert not is_parking_address("ada@example.com")
    assert not is_parking_address(None)
