"""One person synced by themselves: by the same engine, without the hour, and without a word about anybody else."""

from datetime import timedelta
from pathlib import Path

import pytest

from connector.core.model.account import AccountState
from connector.core.model.settings import Limit, Limits, Policy
from connector.errors import Refused, SourceUnavailable, TooSoon
from connector.services.runs.request import ONES
from connector.store.tables.people import EmployeeRow
from connector.store.tables.runs import RunRow
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, gone, hire

HOUR = timedelta(hours=1)


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> ConnectedPortal:
    """A portal that has been synced a moment ago, by hand."""
    portal = ConnectedPortal(tmp_path, clock)
    portal.sync()
    return portal


def one(portal: ConnectedPortal, employee_id: str) -> RunRow:
    """Ask for one person, and carry it out."""
    return portal.carry_out(portal.runs.request_one("a", employee_id, "admin"))


def told(run: RunRow, name: str) -> int:
    """A number of the run's report."""
    assert run.report is not None
    return int(run.report[name])


def states(portal: ConnectedPortal) -> dict[str, AccountState]:
    """The state of every account, by work email."""
    return {account.email: account.state for account in portal.host.accounts.values()}


@pytest.mark.req("X15", "D15")
def test_one_person_is_read_and_decided_alone(portal: ConnectedPortal) -> None:
    """Inside the hour, which goes on as it was; another one's change waits, and nobody is absent."""
    allowed_at = portal.runs.next_manual_at("a")
    portal.employs(hire(1, first_name="Renata"), gone(2))

    run = one(portal, "e1")

    names = sorted(account.first_name for account in portal.host.accounts.values())
    assert portal.history()[-1] == ("one_person", "manual", "done")
    assert (run.employee_id, told(run, "read"), told(run, "updated")) == ("e1", 1, 1)
    assert names == ["First2", "First3", "Renata"]
    assert {row.absent_reads for row in portal.rows(EmployeeRow)} == {0}
    assert set(states(portal).values()) == {AccountState.ACTIVE}
    assert portal.runs.next_manual_at("a") == allowed_at
    assert portal.connection.last_read_count == 3


@pytest.mark.req("X15")
def test_somebody_new_and_somebody_gone_go_the_way_of_every_plan(portal: ConnectedPortal) -> None:
    """The one gets an account and the mail, the other loses access."""
    portal.employs(hire(4), gone(2))

    one(portal, "e4")
    one(portal, "e2")

    assert states(portal)["p4@example.com"] is AccountState.ACTIVE
    assert states(portal)["p2@example.com"] is AccountState.SUSPENDED
    assert portal.mailed()[-1] == "p4@example.com"


@pytest.mark.req("X15", "D10")
def test_whom_paycor_does_not_have_is_no_leaver_by_that(portal: ConnectedPortal) -> None:
    """However often it is asked: only complete reads of everybody tell who is gone."""
    portal.employs(hire(1))

    for _ in range(5):
        one(portal, "e2")

    assert states(portal)["p2@example.com"] is AccountState.ACTIVE
    assert told(portal.run(2), "read") == 0
    assert {row.absent_reads for row in portal.rows(EmployeeRow)} == {0}


@pytest.mark.req("X15", "X4")
def test_limits_hold_for_one_person(portal: ConnectedPortal) -> None:
    """A portal where nobody may lose access unseen has it so here, too."""
    portal.chooses(Policy(limits=Limits(leavers=Limit(0, 0))))
    portal.employs(gone(2))

    run = one(portal, "e2")
    waits = states(portal)["p2@example.com"]
    portal.carry_out(portal.runs.apply("a", run.id, "admin"))

    assert (run.status, waits) == ("held", AccountState.ACTIVE)
    assert states(portal)["p2@example.com"] is AccountState.SUSPENDED


@pytest.mark.req("D14")
def test_one_person_is_not_the_first_sync(tmp_path: Path, clock: Clock) -> None:
    """Applied or released, it is nothing that the daily sync could begin after."""
    portal = ConnectedPortal(tmp_path, clock)
    portal.chooses(Policy(limits=Limits(leavers=Limit(0, 0))))
    portal.employs(hire(2))
    one(portal, "e2")
    portal.employs(gone(2))
    portal.carry_out(portal.runs.apply("a", one(portal, "e2").id, "admin"))

    assert [status for _, _, status in portal.history()] == ["done", "released", "done"]
    assert (portal.connection.first_sync_at, portal.connection.next_daily_at) == (None, None)


@pytest.mark.req("X15")
def test_so_many_an_hour_and_no_more(portal: ConnectedPortal, clock: Clock) -> None:
    """Counted are those asked for, in any hour; the message says when the next one is possible."""
    for _ in range(ONES):
        one(portal, "e1")
        clock.advance(timedelta(minutes=2))

    with pytest.raises(TooSoon, match=r"20 people .* sync of everybody") as refused:
        portal.runs.request_one("a", "e1")
    clock.set(refused.value.allowed_at)

    assert one(portal, "e1").status == "done"


@pytest.mark.req("X15")
def test_one_that_waits_is_that_one(portal: ConnectedPortal) -> None:
    """For the same person; somebody else has a run of their own."""
    first = portal.runs.request_one("a", "e1", "admin")

    assert portal.runs.request_one("a", " e1 ", "admin") == first
    assert portal.runs.request_one("a", "e2", "admin") != first


@pytest.mark.parametrize("employee_id", ["", "  ", "e" * 61])
def test_what_is_no_id_is_refused(portal: ConnectedPortal, employee_id: str) -> None:
    """Before anything is asked of Paycor."""
    with pytest.raises(Refused, match="1 to 60 characters"):
        portal.runs.request_one("a", employee_id)


@pytest.mark.parametrize("state", ["paused", "attention", "disconnected"])
def test_a_connection_that_rests_syncs_nobody(portal: ConnectedPortal, state: str) -> None:
    """Not even one."""
    portal.sets(state=state)

    with pytest.raises(Refused):
        portal.runs.request_one("a", "e1")


def test_a_read_that_fails_changes_nothing(portal: ConnectedPortal) -> None:
    """The run says why."""
    portal.employs(gone(2))
    portal.fails(SourceUnavailable("Paycor did not answer: try again later."))

    run = one(portal, "e2")

    assert (run.status, run.error_code) == ("failed", "source.unavailable")
    assert states(portal)["p2@example.com"] is AccountState.ACTIVE
