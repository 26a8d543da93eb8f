"""Pause and resume: no automatic run meanwhile, nothing is lost, and a preview is possible."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connector.core.model.run import RunMode, RunTrigger
from connector.errors import Refused
from connector.store import events
from connector.store.tables.connection import Audit
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, hire


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> Iterator[ConnectedPortal]:
    """A connected portal after its first sync, with three people at Paycor."""
    portal = ConnectedPortal(tmp_path, clock)
    portal.sync()
    yield portal
    portal.database.engine.dispose()


@pytest.mark.req("D17")
def test_no_automatic_run_starts_while_paused(portal: ConnectedPortal, clock: Clock) -> None:
    """Not for the daily sync, a stored date or an event; a run that was queued before is discarded."""
    portal.employs(hire(1), hire(2), hire(3, termination_date=clock().date()))
    portal.sets(manual_read_at=None)
    portal.sync()
    waiting = portal.queue("due_dates", "hourly")
    portal.connecting.pause("a", "admin")
    clock.advance(timedelta(days=3))
    with portal.database.writing() as session:
        events.record(session, portal.connection.id, "e1", clock() - timedelta(hours=1))

    portal.executor.tick(role="test")
    portal.executor.due(role="test")

    assert [(mode, end) for mode, _, end in portal.history()] == [
        ("sync", "done"),
        ("sync", "done"),
        ("due_dates", "discarded"),
    ]
    assert portal.run(waiting).status == "discarded"


@pytest.mark.req("D17", "X1")
def test_a_preview_is_possible_while_paused_and_a_sync_is_not(portal: ConnectedPortal) -> None:
    """An admin who corrects something wants to see the effect first."""
    portal.connecting.pause("a", "admin")
    portal.employs(hire(1), hire(2), hire(3), hire(4))

    preview = portal.sync("preview")
    with pytest.raises(Refused, match="paused. Resume it"):
        portal.runs.apply("a", preview.id, "admin")
    with pytest.raises(Refused, match="paused. Resume it"):
        portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL)

    assert (preview.status, len(portal.host.accounts)) == ("done", 3)


@pytest.mark.req("D17")
def test_a_sync_under_way_is_stopped_and_leaves_nothing_half_done(portal: ConnectedPortal) -> None:
    """An admin who presses Pause wants it to stop; nothing of its read is used."""
    portal.employs(hire(1, last_name="Wrong"), hire(2), hire(3))
    portal.wiring.feed.meanwhile = lambda: portal.connecting.pause("a", "admin")

    portal.carry_out(portal.queue("sync"))

    assert "Wrong" not in {one.last_name for one in portal.host.accounts.values()}
    assert portal.connection.state == "paused"


@pytest.mark.req("D17", "A23")
def test_after_resume_the_daily_sync_runs_at_its_usual_hour(portal: ConnectedPortal, clock: Clock) -> None:
    """It does not run at once for the days that were missed."""
    before = portal.connection.next_daily_at
    portal.connecting.pause("a", "admin")
    clock.advance(timedelta(days=3))

    portal.connecting.resume("a", "admin")
    portal.executor.tick(role="test")

    assert before is not None
    assert portal.connection.next_daily_at == before + timedelta(days=3)
    assert len(portal.history()) == 1
    assert portal.connection.state == "active"


@pytest.mark.req("D17")
def test_the_audit_shows_who_paused_and_who_resumed(portal: ConnectedPortal) -> None:
    """Pausing twice is pausing once."""
    portal.connecting.pause("a", "ada")
    portal.connecting.pause("a", "bob")
    portal.connecting.resume("a", "cy")

    acts = [(row.action, row.viewer_id) for row in portal.rows(Audit) if row.action.startswith("connection.")]
    assert acts == [("connection.paused", "ada"), ("connection.resumed", "cy")]


@pytest.mark.req("D17")
@pytest.mark.parametrize("state", ["review", "attention", "disconnected"])
def test_only_an_active_connection_is_paused_and_only_a_paused_one_resumed(
    portal: ConnectedPortal, state: str
) -> None:
    """Every other state needs another step first."""
    portal.sets(state=state)

    with pytest.raises(Refused, match="Only an active"):
        portal.connecting.pause("a", "admin")
    with pytest.raises(Refused, match="not paused"):
        portal.connecting.resume("a", "admin")

    assert portal.connection.state == state


@pytest.mark.req("A42")
def test_a_portal_without_a_connection_has_nothing_to_pause(portal: ConnectedPortal) -> None:
    """The connection of another portal does not count."""
    with pytest.raises(Refused):
        portal.connecting.pause("b", "admin")
    with pytest.raises(Refused):
        portal.connecting.resume("b", "admin")
