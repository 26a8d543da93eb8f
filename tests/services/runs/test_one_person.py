"""A sync of one person: the same engine, no hour to wait, and nothing is concluded about other people."""

from datetime import timedelta
from pathlib import Path

import pytest

from connector.core.model.account import AccountState
from connector.core.model.settings import Limit, Limits, Policy
from connector.errors import Refused, SourceUnavailable, TooSoon
from connector.services.runs.request import SINGLE_SYNC_LIMIT
from connector.store.tables.people import EmployeeRow
from connector.store.tables.runs import RunRow
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, gone, hire

HOUR = timedelta(hours=1)


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> ConnectedPortal:
    """A portal that was synced by hand a moment ago."""
    portal = ConnectedPortal(tmp_path, clock)
    portal.sync()
    return portal


def sync_one(portal: ConnectedPortal, employee_id: str) -> RunRow:
    """A sync of one person, carried out."""
    return portal.carry_out(portal.runs.request_one("a", employee_id, "admin"))


def count(run: RunRow, name: str) -> int:
    """A number of the run's report."""
    assert run.report is not None
    return int(run.report[name])


def states(portal: ConnectedPortal) -> dict[str, AccountState]:
    """The state of every account, by work email."""
    return {account.email: account.state for account in portal.host.accounts.values()}


@pytest.mark.req("X15", "D15")
def test_only_that_person_is_read_and_decided_about(portal: ConnectedPortal) -> None:
    """Within the hour of a manual sync, which it does not change; other changes wait, and no one is absent."""
    allowed_at = portal.runs.next_manual_at("a")
    portal.employs(hire(1, first_name="Renata"), gone(2))

    run = sync_one(portal, "e1")

    names = sorted(account.first_name for account in portal.host.accounts.values())
    assert portal.history()[-1] == ("one_person", "manual", "done")
    assert (run.employee_id, count(run, "read"), count(run, "updated")) == ("e1", 1, 1)
    assert names == ["First2", "First3", "Renata"]
    assert {row.absent_reads for row in portal.rows(EmployeeRow)} == {0}
    assert set(states(portal).values()) == {AccountState.ACTIVE}
    assert portal.runs.next_manual_at("a") == allowed_at
    assert portal.connection.last_read_count == 3


@pytest.mark.req("X15")
def test_a_new_hire_and_a_leaver_are_treated_as_in_any_plan(portal: ConnectedPortal) -> None:
    """The hire gets an account and the mail, the leaver loses access."""
    portal.employs(hire(4), gone(2))

    sync_one(portal, "e4")
    sync_one(portal, "e2")

    assert states(portal)["p4@example.com"] is AccountState.ACTIVE
    assert states(portal)["p2@example.com"] is AccountState.SUSPENDED
    assert portal.mailed()[-1] == "p4@example.com"


@pytest.mark.req("X15", "D10")
def test_a_person_who_is_missing_at_paycor_is_no_leaver(portal: ConnectedPortal) -> None:
    """However often they are synced: only complete reads of everybody show who is absent."""
    portal.employs(hire(1))

    for _ in range(5):
        sync_one(portal, "e2")

    assert states(portal)["p2@example.com"] is AccountState.ACTIVE
    assert count(portal.run(2), "read") == 0
    assert {row.absent_reads for row in portal.rows(EmployeeRow)} == {0}


@pytest.mark.req("X15", "X4")
def test_limits_apply_to_one_person(portal: ConnectedPortal) -> None:
    """Where a limit lets no one lose access without an approval, it does so here, too."""
    portal.chooses(Policy(limits=Limits(leavers=Limit(0, 0))))
    portal.employs(gone(2))

    run = sync_one(portal, "e2")
    waits = states(portal)["p2@example.com"]
    portal.carry_out(portal.runs.release("a", run.id, "admin"))

    assert (run.status, waits) == ("held", AccountState.ACTIVE)
    assert states(portal)["p2@example.com"] is AccountState.SUSPENDED


@pytest.mark.req("D14")
def test_one_person_is_not_the_first_sync(tmp_path: Path, clock: Clock) -> None:
    """Applied or released, it does not start the daily sync."""
    portal = ConnectedPortal(tmp_path, clock)
    portal.chooses(Policy(limits=Limits(leavers=Limit(0, 0))))
    portal.employs(hire(2))
    sync_one(portal, "e2")
    portal.employs(gone(2))
    portal.carry_out(portal.runs.release("a", sync_one(portal, "e2").id, "admin"))

    assert [status for _, _, status in portal.history()] == ["done", "released", "done"]
    assert (portal.connection.first_sync_at, portal.connection.next_daily_at) == (None, None)


@pytest.mark.req("X15")
def test_single_syncs_are_limited_within_an_hour(portal: ConnectedPortal, clock: Clock) -> None:
    """Requests count, in any sixty minutes; the message says when the next one is possible."""
    for _ in range(SINGLE_SYNC_LIMIT):
        sync_one(portal, "e1")
        clock.advance(timedelta(minutes=2))

    with pytest.raises(TooSoon, match=r"20 people .* sync of everybody") as refused:
        portal.runs.request_one("a", "e1")
    clock.set(refused.value.allowed_at)

    assert sync_one(portal, "e1").status == "done"


@pytest.mark.req("X15")
def test_a_second_request_for_the_same_person_returns_the_queued_run(portal: ConnectedPortal) -> None:
    """Another person gets another run."""
    first = portal.runs.request_one("a", "e1", "admin")

    assert portal.runs.request_one("a", " e1 ", "admin") == first
    assert portal.runs.request_one("a", "e2", "admin") != first


@pytest.mark.parametrize("employee_id", ["", "  ", "e" * 61])
def test_a_text_that_cannot_be_an_id_is_refused(portal: ConnectedPortal, employee_id: str) -> None:
    """Before Paycor is called."""
    with pytest.raises(Refused, match="1 to 60 characters"):
        portal.runs.request_one("a", employee_id)


@pytest.mark.parametrize("state", ["paused", "attention", "disconnected"])
def test_no_one_is_synced_unless_the_connection_is_active(portal: ConnectedPortal, state: str) -> None:
    """Not even one person."""
    portal.sets(state=state)

    with pytest.raises(Refused):
        portal.runs.request_one("a", "e1")


def test_a_read_that_fails_changes_nothing(portal: ConnectedPortal) -> None:
    """The run says why."""
    portal.employs(gone(2))
    portal.fails(SourceUnavailable("Paycor did not answer: try again later."))

    run = sync_one(portal, "e2")

    assert (run.status, run.error_code) == ("failed", "source.unavailable")
    assert states(portal)["p2@example.com"] is AccountState.ACTIVE
