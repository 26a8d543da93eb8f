"""Rows of a batch that share a key are written one after the other."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.ports.host import Outcome, OutcomeStatus
from connector.hosts.rounds import in_rounds

Row = tuple[int, frozenset[str]]


def rounds(keys: Sequence[Sequence[str]]) -> tuple[list[list[int]], list[Outcome]]:
    """The indexes of the rows in each round, and the outcomes, whose code is the index of the row."""
    written: list[list[int]] = []

    def write(rows: list[Row]) -> list[Outcome]:
        written.append([index for index, _ in rows])
        return [Outcome(OutcomeStatus.UPDATED, code=str(index)) for index, _ in rows]

    rows = [(index, frozenset(row_keys)) for index, row_keys in enumerate(keys)]
    return written, in_rounds(rows, lambda row: row[1], write)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        pytest.param([], [], id="no rows"),
        pytest.param(["a", "b", "c"], [[0, 1, 2]], id="nothing in common"),
        pytest.param(["a", "a", "b"], [[0, 2], [1]], id="one key twice"),
        pytest.param(["a", "ab", "b"], [[0], [1], [2]], id="a chain"),
        pytest.param(["", "", "a"], [[0, 1, 2]], id="no keys"),
    ],
)
def test_a_row_waits_for_earlier_rows_with_its_keys(keys: list[str], expected: list[list[int]]) -> None:
    """And for no others."""
    written, _ = rounds(keys)

    assert written == expected


@given(st.lists(st.text(alphabet="abcd", max_size=3), max_size=12))
def test_outcomes_are_in_order_and_no_round_has_a_key_twice(keys: list[str]) -> None:
    """Each row is written once, after every earlier row that shares a key with it."""
    written, outcomes = rounds(keys)
    rounds_of = {index: number for number, indexes in enumerate(written) for index in indexes}

    assert [outcome.code for outcome in outcomes] == [str(index) for index in range(len(keys))]
    assert sorted(index for indexes in written for index in indexes) == list(range(len(keys)))
    assert all(
        rounds_of[earlier] < rounds_of[later]
        for later in range(len(keys))
        for earlier in range(later)
        if set(keys[earlier]) & set(keys[later])
    )
