"""Values kept aside until the record of their employee comes."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.paycor.wire.spool import Row, Spool

KEYS = st.sampled_from(["custom:a", "custom:b", "work_phone"])
ROWS = st.lists(
    st.builds(Row, st.sampled_from("pqr"), KEYS, st.none() | st.text(max_size=3), st.sampled_from("123")),
    unique_by=lambda row: (row.owner, row.key, row.rank),
)


def held(*pages: list[Row]) -> dict[str, dict[str, str | None]]:
    """What comes out for each owner, after these pages went in."""
    with Spool() as spool:
        for page in pages:
            spool.add(page)
        spool.seal()
        return {owner: spool.of(owner) for owner in "pqr"}


def test_each_owner_gets_their_own_values() -> None:
    """Whoever has none gets none; an empty value is a value."""
    rows = [Row("p", "custom:a", "1"), Row("q", "custom:a", None), Row("p", "custom:b", "2")]

    assert held(rows) == {"p": {"custom:a": "1", "custom:b": "2"}, "q": {"custom:a": None}, "r": {}}


@given(ROWS, st.randoms())
def test_neither_order_nor_pages_matter(rows: list[Row], chance: object) -> None:
    """Paycor may send the rows in any order, and cut them anywhere."""
    shuffled = sorted(rows, key=lambda _: chance.random())  # type: ignore[attr-defined]

    assert held(rows) == held(*([row] for row in shuffled))


@pytest.mark.req("D11")
def test_of_two_fields_with_one_name_the_first_counts() -> None:
    """By the field's own id, so that two reads agree."""
    assert held([Row("p", "custom:a", "late", "2"), Row("p", "custom:a", "first", "1")])["p"] == {
        "custom:a": "first"
    }


def test_memory_does_not_grow_with_the_company() -> None:
    """A hundred thousand values leave next to nothing behind in Python."""
    tracemalloc.start()
    with Spool() as spool:
        for number in range(1000):
            spool.add(Row(f"{number:08}-{at:08}", "custom:a", "Clinical") for at in range(100))
        spool.seal()
        grown, _ = tracemalloc.get_traced_memory()
        found = spool.of("00000999-00000099")
    tracemalloc.stop()

    assert found == {"custom:a": "Clinical"}
    assert grown < 1_000_000
