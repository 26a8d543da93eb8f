"""Pause and resume: nothing runs by itself meanwhile, nothing is lost, and a preview is possible."""

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
    made = ConnectedPortal(tmp_path, clock)
    made.sync()
    yield made
    made.database.engine.dispose()


@pytest.mark.req("D17")
def test_nothing_runs_by_itself_while_paused(portal: ConnectedPortal, clock: Clock) -> None:
    """Neither the daily sync nor a stored date nor an event nor what was asked for before asks for anything."""
    portal.employs(hire(1), hire(2), hire(3, termination_date=clock().date()))
    portal.sets(manual_read_at=None)
    portal.sync()
    waiting = portal.queue("due_dates", "hourly")
    portal.pausing.pause("a", "admin")
    clock.advance(timedelta(days=3))
    with portal.database.writing() as session:
        events.keep(session, portal.connection.id, "e1", clock() - timedelta(hours=1))

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
    """An admin who mends something wants to see what would happen before it does."""
    portal.pausing.pause("a", "admin")
    portal.employs(hire(1), hire(2), hire(3), hire(4))

    foretold = portal.sync("preview")
    with pytest.raises(Refused, match="paused. Resume it"):
        portal.runs.apply("a", foretold.id, "admin")
    with pytest.raises(Refused, match="paused. Resume it"):
        portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL)

    assert (foretold.status, len(portal.host.accounts)) == ("done", 3)


@pytest.mark.req("D17")
def test_a_sync_under_way_is_stopped_and_leaves_nothing_half_done(portal: ConnectedPortal) -> None:
    """Whoever presses Pause does not want it to go on; what it had read counts for nothing."""
    portal.employs(hire(1, last_name="Wrong"), hire(2), hire(3))
    portal.wiring.feed.meanwhile = lambda: portal.pausing.pause("a", "admin")

    portal.carry_out(portal.queue("sync"))

    assert "Wrong" not in {one.last_name for one in portal.host.accounts.values()}
    assert portal.connection.state == "paused"


@pytest.mark.req("D17", "A23")
def test_resumed_the_daily_sync_comes_at_its_usual_hour(portal: ConnectedPortal, clock: Clock) -> None:
    """Not at once for the days that were missed."""
    before = portal.connection.next_daily_at
    portal.pausing.pause("a", "admin")
    clock.advance(timedelta(days=3))

    portal.pausing.resume("a", "admin")
    portal.executor.tick(role="test")

    assert before is not None
    assert portal.connection.next_daily_at == before + timedelta(days=3)
    assert len(portal.history()) == 1
    assert portal.connection.state == "active"


@pytest.mark.req("D17")
def test_pause_and_resume_are_remembered_with_whoever_asked(portal: ConnectedPortal) -> None:
    """Pausing twice is pausing once."""
    portal.pausing.pause("a", "ada")
    portal.pausing.pause("a", "bob")
    portal.pausing.resume("a", "cy")

    acts = [(row.action, row.viewer_id) for row in portal.rows(Audit) if row.action.startswith("connection.")]
    assert acts == [("connection.paused", "ada"), ("connection.resumed", "cy")]


@pytest.mark.req("D17")
@pytest.mark.parametrize("state", ["review", "attention", "disconnected"])
def test_only_what_syncs_is_paused_and_only_what_is_paused_resumed(
    portal: ConnectedPortal, state: str
) -> None:
    """Every other state has its own way on."""
    portal.sets(state=state)

    with pytest.raises(Refused, match="Only an active"):
        portal.pausing.pause("a", "admin")
    with pytest.raises(Refused, match="not paused"):
        portal.pausing.resume("a", "admin")

    assert portal.connection.state == state


@pytest.mark.req("A42")
def test_a_portal_without_a_connection_has_nothing_to_pause(portal: ConnectedPortal) -> None:
    """What another portal has does not count."""
    with pytest.raises(Refused):
        portal.pausing.pause("b", "admin")
    with pytest.raises(Refused):
        portal.pausing.resume("b", "admin")
