"""Dates that HR moves after they were acted on (rule D28), with real tables and an LMS in memory."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connector.core.model.account import AccountState, MailState
from connector.core.model.settings import AddAs, InviteWhen
from connector.hosts.memory import MemoryHost
from tests.clock import Clock
from tests.engine.company import SETTINGS, leaver, worker
from tests.engine.workbench import Desk

DAY = timedelta(days=1)
ACTIVE, PENDING, SUSPENDED = AccountState
ON_HIRE = replace(SETTINGS, policy=replace(SETTINGS.policy, invite_when=InviteWhen.HIRE_DATE))
INVITED = replace(SETTINGS, policy=replace(SETTINGS.policy, add_as=AddAs.PENDING_INVITATION))


def state(host: MemoryHost) -> AccountState:
    """The state of the only account."""
    [account] = host.accounts.values()
    return account.state


@pytest.mark.req("D28", "D8")
def test_hire_date_that_moves_on_ends_access_until_the_new_date(
    desk: Desk, host: MemoryHost, clock: Clock
) -> None:
    """And the hourly run opens the same account again on that date, without a second mail."""
    desk.settings = ON_HIRE
    desk.sync([worker(1, hire_date=clock.today)])
    opened = state(host)
    clock.advance(2 * DAY)
    desk.sync([worker(1, hire_date=clock.today + 4 * DAY)])
    moved = state(host)
    clock.advance(3 * DAY)
    desk.run_due_dates()
    day_before = state(host)
    clock.advance(DAY)
    desk.run_due_dates()

    assert [opened, moved, day_before, state(host)] == [ACTIVE, SUSPENDED, SUSPENDED, ACTIVE]
    assert len(host.mails) == 1


@pytest.mark.req("D28", "D8")
def test_hire_date_that_moves_back_gives_access_at_once(desk: Desk, host: MemoryHost, clock: Clock) -> None:
    """Moved on by mistake and corrected the next day."""
    desk.settings = ON_HIRE
    states = []
    for offset in (0, 5, -1):
        desk.sync([worker(1, hire_date=clock.today + offset * DAY)])
        states.append(state(host))

    assert states == [ACTIVE, SUSPENDED, ACTIVE]


@pytest.mark.req("D28", "D7")
@pytest.mark.parametrize("offset", [9, None])
def test_end_that_is_moved_or_removed_gives_access_back(
    desk: Desk, host: MemoryHost, clock: Clock, offset: int | None
) -> None:
    """Until the new date, if there is one."""
    desk.sync([worker(1)])
    desk.sync([worker(1, termination_date=clock.today - DAY)])
    ended = state(host)
    later = clock.today + offset * DAY if offset else None
    desk.sync([worker(1, termination_date=later)])
    back = state(host)
    clock.advance(10 * DAY)
    desk.run_due_dates()

    assert [ended, back, state(host)] == [SUSPENDED, ACTIVE, SUSPENDED if offset else ACTIVE]


@pytest.mark.req("D28", "D3", "D8")
@pytest.mark.parametrize("old", ["e001", "e002"])
def test_between_two_jobs_the_account_is_closed_and_opens_by_itself(
    desk: Desk, host: MemoryHost, clock: Clock, old: str
) -> None:
    """Whichever of the two comes first in the list; the new start is a stored date."""
    new = "e002" if old == "e001" else "e001"
    desk.sync([worker(1, employee_id=old)])
    first = worker(1, employee_id=old, termination_date=clock.today)
    second = worker(1, employee_id=new, hire_date=clock.today + 6 * DAY)
    desk.sync([first, second])
    states = [state(host)]
    for _ in range(6):
        clock.advance(DAY)
        desk.run_due_dates()
        states.append(state(host))

    assert states == [ACTIVE, *[SUSPENDED] * 5, ACTIVE]


@pytest.mark.req("D28", "D9")
def test_rehire_who_never_accepted_is_invited_again(desk: Desk, host: MemoryHost, clock: Clock) -> None:
    """The old invitation has expired, so a second one goes out; an answered one is not repeated."""
    desk.settings = INVITED
    desk.sync([worker(1), worker(2)])
    accepted = next(one for one in host.accounts.values() if one.external_id == "p002")
    host.accounts[accepted.account_id] = replace(accepted, state=ACTIVE)
    clock.advance(5 * DAY)
    desk.settings = replace(
        INVITED,
        version=2,
        policy=replace(
            INVITED.policy, limits=replace(INVITED.policy.limits, leavers=INVITED.policy.limits.created)
        ),
    )
    desk.sync([leaver(worker(1)), leaver(worker(2))])
    clock.advance(5 * DAY)
    desk.sync([worker(1), worker(2)])

    mailed = [host.accounts[one.account_id].external_id for one in host.mails]
    assert sorted(mailed, key=str) == ["p001", "p001", "p002"]
    assert {one.external_id: one.state for one in host.accounts.values()} == {"p001": PENDING, "p002": ACTIVE}
    assert desk.links()["p001"].mail_state == MailState.SENT


@pytest.mark.req("D28", "X14")
def test_waiting_mail_does_not_go_to_an_account_that_was_closed(
    desk: Desk, host: MemoryHost, clock: Clock
) -> None:
    """The pace had not let it out yet; it goes out once access is back."""
    paced = replace(SETTINGS.policy.mail_pace, quiet_from=0, quiet_until=23)
    desk.settings = replace(SETTINGS, policy=replace(SETTINGS.policy, mail_pace=paced))
    desk.sync([worker(1)])
    desk.settings = replace(SETTINGS, version=2)
    desk.sync([leaver(worker(1))])
    while_closed = len(host.mails)
    desk.sync([worker(1)])

    assert (while_closed, len(host.mails)) == (0, 1)
