"""The limits over seven days: what an admin has approved counts against no one (D20)."""

from datetime import timedelta

import pytest

from tests.clock import Clock
from tests.services.portal import ConnectedPortal, gone, hire

#: More new accounts than the limit of one run and of a week: 50 people, three times that in seven days.
MANY = 255


@pytest.mark.req("D20")
def test_the_first_sync_counts_in_no_weekly_limit(portal: ConnectedPortal, clock: Clock) -> None:
    """The first hire after it gets an account, and leavers lose access."""
    people = [hire(number) for number in range(MANY)]
    portal.employs(*people)
    assert portal.sync().status == "done"
    clock.advance(timedelta(days=2))

    portal.employs(*people[1:], gone(0), hire(MANY))

    assert portal.sync().status == "done"
    assert len(portal.host.accounts) == MANY + 1


@pytest.mark.req("D20")
def test_a_released_plan_counts_in_no_weekly_limit(portal: ConnectedPortal, clock: Clock) -> None:
    """A merger that an admin has approved does not hold the hires of the days after it."""
    portal.sync()
    clock.advance(timedelta(days=10))
    merged = [hire(number) for number in range(MANY)]
    portal.employs(*merged)
    held = portal.sync()
    assert held.status == "held"
    portal.carry_out(portal.runs.release("a", held.id, "admin"))
    clock.advance(timedelta(days=2))

    portal.employs(*merged, hire(MANY))

    assert portal.sync().status == "done"
    assert len(portal.host.accounts) == MANY + 1


@pytest.mark.req("D20", "X4")
def test_what_the_connector_did_by_itself_counts_for_seven_days(
    portal: ConnectedPortal, clock: Clock
) -> None:
    """Plans that each stay below the limit of one run are held when they are over that of a week together."""
    people = [hire(number) for number in range(3)]
    portal.sync()
    statuses = []
    for day in range(4):
        clock.advance(timedelta(days=1))
        people += [hire(100 * (day + 1) + number) for number in range(45)]
        portal.employs(*people)
        statuses.append(portal.sync().status)

    assert statuses == ["done", "done", "done", "held"]
