"""When a run that was not finished is tried again: a pure function of the try and the instant."""

from datetime import UTC, datetime, timedelta

import pytest

from connector.core.rules.tries import MAX_PAUSE, PAUSES, TRIES, next_try_at

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)


@pytest.mark.req("D30")
def test_the_pauses_grow() -> None:
    """Five minutes first, and each one is longer than the one before; then the tries are used up."""
    pauses = [next_try_at(attempt, NOW) for attempt in range(1, TRIES + 1)]

    assert pauses == [*(NOW + pause for pause in PAUSES), None]
    assert PAUSES[0] == timedelta(minutes=5)
    assert list(PAUSES) == sorted(set(PAUSES))


@pytest.mark.req("D30")
def test_an_endless_run_keeps_the_last_pause() -> None:
    """A first sync is tried until it succeeds."""
    assert next_try_at(TRIES + 5, NOW, is_endless=True) == NOW + PAUSES[-1]


@pytest.mark.parametrize(("due_in", "is_tried"), [(4, False), (5, False), (6, True)])
@pytest.mark.req("D30")
def test_the_next_due_run_takes_the_place_of_a_try(due_in: int, is_tried: bool) -> None:
    """One that would not start before it is not needed."""
    at = next_try_at(1, NOW, next_due_at=NOW + timedelta(minutes=due_in))

    assert (at is not None) is is_tried


@pytest.mark.parametrize(
    ("asked_s", "expected"),
    [(0.0, PAUSES[0]), (60.0, PAUSES[0]), (3_600.0, timedelta(hours=1)), (1e9, MAX_PAUSE)],
)
@pytest.mark.req("D30")
def test_a_pause_that_is_asked_for_has_a_floor_and_a_ceiling(asked_s: float, expected: timedelta) -> None:
    """Never shorter than our own, never longer than a day."""
    assert next_try_at(1, NOW, asked_s=asked_s) == NOW + expected
