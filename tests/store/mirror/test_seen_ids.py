"""Ids remembered in eight bytes each."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from connector.store.mirror.seen_ids import SeenIds


@given(st.lists(st.text("abc", max_size=3)))
def test_a_text_is_new_exactly_once(texts: list[str]) -> None:
    """SeenIds answer as a set of the texts themselves would."""
    fingerprints, kept = SeenIds(), set[str]()

    for text in texts:
        assert fingerprints.add(text) == (text not in kept)
        kept.add(text)


def test_an_id_takes_little_more_than_eight_bytes() -> None:
    """Memory hardly grows with the head count: 12 bytes a head at most, where a set of texts takes over 100."""
    fingerprints = SeenIds()
    tracemalloc.start()
    for number in range(100_000):
        fingerprints.add(f"{number:036}")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 12 * 100_000


class Fixed(str):
    """A text whose hash is what a test says."""

    number = 0

    def __hash__(self) -> int:
        """The hash that the test has set."""
        return self.number


def fixed(fingerprint: bytes) -> Fixed:
    """A text with this fingerprint."""
    text = Fixed("x")
    text.number = int.from_bytes(fingerprint, "little", signed=True)
    return text


def test_two_neighbours_do_not_make_a_third() -> None:
    """The end of one fingerprint and the start of the next look like a third one, which is new all the same."""
    fingerprints = SeenIds()
    left, right = b"\x01\x00ab\x01\x00cd", b"\x01\x00ef\x01\x00gh"
    between = left[4:] + right[:4]

    assert [fingerprints.add(fixed(each)) for each in (left, right, between, between)] == [
        True,
        True,
        True,
        False,
    ]
