"""Undo: its preview, when it is refused, and what keeps the next sync from doing it all again."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from connector.core.model.account import AccountState
from connector.errors import Refused, RunInProgress
from connector.hosts.memory import Failure, Fault
from connector.store.runs import lease
from connector.store.tables.connection import Audit
from connector.store.tables.people import OverrideRow
from connector.store.tables.runs import RunRow
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, hire


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> Iterator[ConnectedPortal]:
    """A connected portal after a first sync of three people."""
    made = ConnectedPortal(tmp_path, clock)
    made.sync()
    made.woken.clear()
    yield made
    made.database.engine.dispose()


def undone(portal: ConnectedPortal, run_id: int = 1, employee_id: str | None = None) -> RunRow:
    """An undo, requested and carried out."""
    return portal.carry_out(portal.undo.undo("a", run_id, "admin", employee_id))


@pytest.mark.req("X6")
def test_a_preview_counts_what_would_be_restored_and_what_left(portal: ConnectedPortal) -> None:
    """By operation and by reason, with the mails that were sent; nothing is changed."""
    portal.host.edit("2", state=AccountState.SUSPENDED)
    portal.host.delete(["3"])
    before = dict(portal.host.accounts)

    seen = portal.undo.preview("a", 1)
    alone = portal.undo.preview("a", 1, "e1")

    assert (seen.restored, seen.left, seen.mails) == ({"suspend": 1}, {"suspended": 1, "removed": 1}, 3)
    assert (alone.restored, alone.left, alone.mails) == ({"suspend": 1}, {}, 1)
    assert before == portal.host.accounts
    assert portal.history() == [("sync", "manual", "done")]


@pytest.mark.req("X6", "D17")
def test_undoing_a_run_pauses_the_connection(portal: ConnectedPortal) -> None:
    """Paycor still has the same data, so nothing runs until an admin has fixed the cause and resumes."""
    run = undone(portal)

    assert (run.status, run.plan_of, run.report and run.report["suspended"]) == ("done", 1, 3)
    assert portal.connection.state == "paused"
    assert [(row.action, row.detail) for row in portal.rows(Audit)] == [
        ("run.undone", {"run": 1}),
        ("connection.paused", {}),
    ]


@pytest.mark.req("X6", "D9")
def test_after_resuming_the_next_sync_restores_access(portal: ConnectedPortal) -> None:
    """The undo has cost no one their account, and no one gets a second one."""
    undone(portal)
    preview = portal.sync("preview")
    portal.connecting.resume("a", "admin")
    portal.sets(manual_read_at=None)

    portal.sync()

    assert preview.report is not None
    assert preview.report["reactivated"] == 3
    assert {AccountState.ACTIVE} == {one.state for one in portal.host.accounts.values()}
    assert len(portal.host.accounts) == len(portal.host.mails) == 3


@pytest.mark.req("X6", "X16")
def test_undoing_one_person_protects_them_and_does_not_pause(portal: ConnectedPortal, clock: Clock) -> None:
    """For 30 days, with the reason; the next sync leaves them alone."""
    undone(portal, employee_id="e2")
    portal.sets(manual_read_at=None)
    portal.sync()

    [kept] = portal.rows(OverrideRow)
    states = {one.external_id: one.state for one in portal.host.accounts.values()}
    assert portal.connection.state == "active"
    assert (kept.person_key, kept.kind, kept.reason, kept.owner) == ("p2", "protect", "undone", "admin")
    assert kept.until == date(2026, 3, 2) + timedelta(days=30)
    assert states == {"p1": AccountState.ACTIVE, "p2": AccountState.SUSPENDED, "p3": AccountState.ACTIVE}


@pytest.mark.req("X6")
def test_what_was_undone_cannot_be_undone_again(portal: ConnectedPortal) -> None:
    """Neither a whole run nor one person's part, nor an undo itself."""
    undone(portal, employee_id="e2")
    with pytest.raises(Refused, match="Run 1 has changed nothing for employee e2"):
        portal.undo.undo("a", 1, "admin", "e2")
    rest = undone(portal)
    with pytest.raises(Refused, match=f"undone already, by run {rest.id}"):
        portal.undo.undo("a", 1, "admin")
    with pytest.raises(Refused, match="no sync"):
        portal.undo.undo("a", rest.id, "admin")

    assert rest.report is not None
    assert (rest.report["suspended"], rest.report["mailed"]) == (2, 2)


@pytest.mark.req("X6")
def test_an_undo_that_failed_can_be_requested_again(portal: ConnectedPortal) -> None:
    """What it has done counts as done; until then the connection stays paused."""
    portal.host.faults.append(Fault("update", Failure.UNANSWERED))
    broken = undone(portal)
    portal.sync("preview")
    again = portal.undo.refusal("a", 1)

    assert (broken.status, portal.connection.state) == ("failed", "paused")
    assert again == "Run 1 has changed nothing that can still be undone."
    assert {AccountState.SUSPENDED} == {one.state for one in portal.host.accounts.values()}


@pytest.mark.req("X6")
def test_a_queued_undo_is_not_queued_twice(portal: ConnectedPortal) -> None:
    """Two admins may request it at the same moment."""
    portal.undo.undo("a", 1, "admin")

    with pytest.raises(Refused, match="about to be undone by run 2"):
        portal.undo.undo("a", 1, "admin")

    assert portal.woken == [2]


@pytest.mark.req("X6")
def test_nothing_is_undone_while_another_run_is_in_progress(portal: ConnectedPortal, clock: Clock) -> None:
    """Nor is the connection paused."""
    owner = lease.current_owner("elsewhere")
    lease.acquire(portal.database, portal.connection.id, owner=owner, now=clock())

    with pytest.raises(RunInProgress):
        portal.undo.undo("a", 1, "admin")

    assert portal.connection.state == "active"


@pytest.mark.req("X6")
def test_only_a_run_that_has_changed_something_is_undone(portal: ConnectedPortal, clock: Clock) -> None:
    """Each refusal says why; the pages have no button then."""
    clock.advance(timedelta(hours=2))
    portal.sync()
    portal.sync("preview")
    waiting = portal.queue("sync")
    refusals = {run_id: portal.undo.refusal("a", run_id) for run_id in (1, 2, 3, waiting, 99)}
    portal.sets(state="attention")

    assert refusals == {
        1: "",
        2: "Run 2 has changed nothing that can still be undone.",
        3: "Run 3 is no sync: it has nothing that can be undone.",
        waiting: f"Run {waiting} is not over. Wait for its end, or pause the connection, then undo it.",
        99: "There is no run 99 here. Choose one from the run history.",
    }
    assert "attention" in portal.undo.refusal("a", 1)
    assert "no run 1" in portal.undo.refusal("b", 1)


@pytest.mark.req("X6")
def test_a_run_that_is_older_than_runs_are_kept_is_refused(portal: ConnectedPortal, clock: Clock) -> None:
    """Its record could be deleted in the middle of the undo."""
    clock.advance(timedelta(days=portal.wiring.config.run_retention_days, seconds=1))

    assert "older than" in portal.undo.refusal("a", 1)


def test_an_undo_leaves_what_other_runs_have_done(portal: ConnectedPortal, clock: Clock) -> None:
    """Only the hire of the second run loses access."""
    clock.advance(timedelta(hours=2))
    portal.employs(hire(1), hire(2), hire(3), hire(4))
    portal.sync()

    undone(portal, 2)

    assert {"p4"} == {
        one.external_id for one in portal.host.accounts.values() if one.state is AccountState.SUSPENDED
    }
