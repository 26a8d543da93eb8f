"""The temporary file for values, read by owner."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.paycor.wire.spool import Spool, SpoolRow

KEYS = st.sampled_from(["custom:a", "custom:b", "work_phone"])
ROWS = st.lists(
    st.builds(
        SpoolRow, st.sampled_from("pqr"), KEYS, st.none() | st.text(max_size=3), st.sampled_from("123")
    ),
    unique_by=lambda row: (row.owner, row.key, row.rank),
)


def values_by_owner(*pages: list[SpoolRow]) -> dict[str, dict[str, str | None]]:
    """The values of each owner after these pages were added."""
    with Spool() as spool:
        for page in pages:
            spool.add(page)
        spool.seal()
        return {owner: spool.values_of(owner) for owner in "pqr"}


def test_each_owner_has_their_own_values() -> None:
    """An owner without rows has no values; None is a value."""
    rows = [SpoolRow("p", "custom:a", "1"), SpoolRow("q", "custom:a", None), SpoolRow("p", "custom:b", "2")]

    assert values_by_owner(rows) == {
        "p": {"custom:a": "1", "custom:b": "2"},
        "q": {"custom:a": None},
        "r": {},
    }


@given(ROWS, st.randoms())
def test_neither_row_order_nor_page_size_matters(rows: list[SpoolRow], chance: object) -> None:
    """Paycor may send the rows in any order and in pages of any size."""
    shuffled = sorted(rows, key=lambda _: chance.random())  # type: ignore[attr-defined]

    assert values_by_owner(rows) == values_by_owner(*([row] for row in shuffled))


@pytest.mark.req("D11")
def test_of_two_fields_with_the_same_name_the_first_counts() -> None:
    """The first by field id, so that two reads agree."""
    assert values_by_owner([SpoolRow("p", "custom:a", "late", "2"), SpoolRow("p", "custom:a", "first", "1")])[
        "p"
    ] == {"custom:a": "first"}


def test_memory_does_not_grow_with_the_company() -> None:
    """A hundred thousand values take less than a megabyte in Python."""
    tracemalloc.start()
    with Spool() as spool:
        for number in range(1000):
            spool.add(SpoolRow(f"{number:08}-{index:08}", "custom:a", "Clinical") for index in range(100))
        spool.seal()
        grown, _ = tracemalloc.get_traced_memory()
        found = spool.values_of("00000999-00000099")
    tracemalloc.stop()

    assert found == {"custom:a": "Clinical"}
    assert grown < 1_000_000
