"""Digests of the mirror: which are known, and which of them a read has seen."""

from hypothesis import given
from hypothesis import strategies as st

from connector.store.mirror.digest_index import DigestIndex

DIGESTS = st.lists(st.binary(min_size=16, max_size=16), unique_by=lambda one: one[:8])


@given(DIGESTS, DIGESTS)
def test_an_index_answers_as_a_set_would(known: list[bytes], read: list[bytes]) -> None:
    """Unknown digests come by their index; the others count as seen, each once."""
    index = DigestIndex([sorted(known)])
    prints = {one[:8] for one in known}

    unknown = index.unknown([*read, *read])

    expected = [number for number, one in enumerate([*read, *read]) if one[:8] not in prints]
    seen = [one for one in read if one[:8] in prints]
    assert unknown == expected
    assert (index.seen, len(index)) == (len(seen), len(known))
    assert all(index.was_seen(one) for one in seen)
    assert not any(index.was_seen(read[number]) for number in unknown if number < len(read))


def test_digests_are_passed_in_chunks() -> None:
    """As a database gives them: ascending over all chunks."""
    first, second, third = (bytes([number]) * 16 for number in (1, 128, 255))
    index = DigestIndex([[first], [second, third]])

    assert index.unknown([third, b"\x02" * 16, first]) == [1]
    assert (index.was_seen(second), index.was_seen(third)) == (False, True)


def test_an_empty_index_knows_nothing() -> None:
    """Before the first sync every record is new."""
    index = DigestIndex()

    assert (index.unknown([b"x" * 16]), index.seen, index.was_seen(b"x" * 16)) == ([0], 0, False)
