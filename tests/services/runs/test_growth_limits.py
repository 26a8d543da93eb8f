"""A plan over a limit of growth is carried out but for the excess, which waits for an admin (D20)."""

from datetime import date, timedelta

import pytest

from connector.core.model.account import AccountState
from connector.core.model.report import Report
from connector.core.model.run import EntryOutcome
from connector.core.model.settings import Limit, Limits, Policy
from connector.hosts.memory import Failure, Fault
from connector.store.tables.runs import EntryRow
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, gone, hire

#: More new accounts than a run may add, which is 50.
MANY = 60
LIMITS = Limits(created=Limit(3, 0))


@pytest.fixture
def grown(portal: ConnectedPortal, clock: Clock) -> ConnectedPortal:
    """A portal that is past its first sync, with ten people."""
    portal.employs(*(hire(number) for number in range(10)))
    portal.sync()
    clock.advance(timedelta(days=10))
    return portal


def counts(portal: ConnectedPortal, run_id: int) -> Report:
    """The report of a run."""
    stored = portal.run(run_id).report
    assert stored is not None
    return Report(**stored)


def waiting(portal: ConnectedPortal) -> list[str]:
    """The employee ids of the rows that wait."""
    return [row.employee_id for row in portal.rows(EntryRow) if row.outcome == EntryOutcome.HELD]


@pytest.mark.req("D20", "X4")
def test_over_a_limit_of_growth_only_the_excess_is_held(grown: ConnectedPortal) -> None:
    """The leaver loses access and fifty of sixty get their account; the other ten wait."""
    grown.employs(gone(0), *(hire(number) for number in range(1, 10 + MANY)))

    run = grown.sync()

    report = counts(grown, run.id)
    assert run.status == "held"
    assert grown.states() == {"suspended": 1, "active": 9 + 50}
    assert (report.created, report.suspended, report.held) == (50, 1, 10)
    assert report.unchanged == 9
    assert "the rest was carried out" in (run.error_message or "")


@pytest.mark.req("D20")
def test_who_starts_earliest_goes_first_then_the_lowest_employee_id(grown: ConnectedPortal) -> None:
    """The three places go by start date; of two who start on a day, the lower employee id."""
    grown.chooses(Policy(limits=LIMITS))
    days = {20: date(2026, 2, 9), 21: date(2026, 2, 2), 22: date(2026, 2, 9), 23: date(2026, 1, 5)}
    grown.employs(
        *(hire(number) for number in range(10)), *(hire(one, hire_date=day) for one, day in days.items())
    )

    grown.sync()

    assert waiting(grown) == ["e22"]


@pytest.mark.req("D20", "X4")
def test_what_waits_is_released_by_an_admin(grown: ConnectedPortal) -> None:
    """The run that was held is over then, and nobody is decided about twice."""
    grown.employs(*(hire(number) for number in range(10 + MANY)))
    held = grown.sync()

    released = grown.carry_out(grown.runs.release("a", held.id, "admin"))

    assert (released.status, counts(grown, released.id).created) == ("done", 10)
    assert grown.run(held.id).status == "released"
    assert grown.states() == {"active": 10 + MANY}


@pytest.mark.req("D20", "X4")
def test_the_next_night_goes_on_with_as_many_as_are_allowed(grown: ConnectedPortal, clock: Clock) -> None:
    """Nobody's account is created twice; a week has three times the room of a run."""
    grown.chooses(Policy(limits=LIMITS))
    grown.employs(*(hire(number) for number in range(10 + 11)))
    held = []
    for _ in range(4):
        clock.advance(timedelta(days=1))
        held.append(counts(grown, grown.sync().id).held)

    assert held == [8, 5, 2, 2]
    assert grown.states() == {"active": 10 + 9}


@pytest.mark.req("D20")
def test_over_the_limit_of_mails_their_accounts_wait_too(grown: ConnectedPortal) -> None:
    """An account is not created without the mail that belongs to it."""
    grown.chooses(Policy(limits=Limits(mails=Limit(2, 0))))
    grown.employs(*(hire(number) for number in range(15)))

    grown.sync()

    assert grown.states() == {"active": 12}
    assert len(waiting(grown)) == 3


@pytest.mark.req("D20")
def test_a_limit_of_loss_holds_everything(grown: ConnectedPortal) -> None:
    """Over both kinds of limit nothing is carried out: the list may be wrong altogether."""
    grown.chooses(Policy(limits=Limits(leavers=Limit(0, 0), created=Limit(3, 0))))
    grown.employs(gone(0), *(hire(number) for number in range(1, 20)))

    run = grown.sync()

    assert (run.status, grown.states()) == ("held", {"active": 10})
    assert counts(grown, run.id).created == 10
    assert all(one.state is AccountState.ACTIVE for one in grown.host.accounts.values())


@pytest.mark.req("D20", "X4")
def test_a_discarded_excess_is_decided_again(grown: ConnectedPortal, clock: Clock) -> None:
    """What was carried out stays."""
    grown.chooses(Policy(limits=LIMITS))
    grown.employs(*(hire(number) for number in range(15)))
    grown.runs.discard("a", grown.sync().id, "admin")
    clock.advance(timedelta(days=8))

    run = grown.sync()

    assert (run.status, grown.states()) == ("done", {"active": 15})


@pytest.mark.req("D20")
def test_an_account_that_is_not_created_takes_no_room(grown: ConnectedPortal) -> None:
    """The next one goes in its place, in the same run."""
    grown.chooses(Policy(limits=LIMITS))
    grown.host.faults.append(Fault("create", Failure.RETRY, row=0))
    grown.employs(*(hire(number) for number in range(15)))

    grown.sync()

    assert (grown.states(), len(waiting(grown))) == ({"active": 13}, 1)


@pytest.mark.req("D20", "D8")
def test_who_waits_is_not_added_by_a_date_that_comes(grown: ConnectedPortal, clock: Clock) -> None:
    """The next sync of everybody decides who goes first; a stored date overtakes nobody."""
    grown.chooses(Policy(limits=LIMITS))
    grown.employs(
        *(hire(number) for number in range(15)), hire(15, hire_date=clock.today + timedelta(days=1))
    )
    grown.sync()
    clock.advance(timedelta(days=1))

    grown.executor.due(role="test")

    assert (grown.states(), waiting(grown)[-1]) == ({"active": 13}, "e15")
