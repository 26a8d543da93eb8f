"""Requests for runs: one manual sync an hour, and no second run while one is queued."""

from datetime import UTC, datetime, timedelta

import pytest

from connector.core.model.run import RunMode, RunTrigger
from connector.errors import Refused, RunInProgress, SourceUnavailable, TooSoon
from connector.store.runs import lease
from tests.clock import Clock
from tests.services.portal import ConnectedPortal

HOUR = timedelta(hours=1)


# --- the hour (A25, D15) -------------------------------------------------------------------------------------------


@pytest.mark.req("A24", "A25", "D15")
def test_a_manual_sync_is_allowed_again_after_an_hour(portal: ConnectedPortal, clock: Clock) -> None:
    """At 59:59 it is refused, with the minutes and the instant; at 60:00 it starts."""
    portal.sync()
    read_at = clock()
    clock.advance(HOUR - timedelta(seconds=1))

    with pytest.raises(TooSoon, match=r"once an hour.* in 1 minutes.*daily sync is not") as refused:
        portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL)
    next_at = portal.runs.next_manual_at("a")
    clock.advance(timedelta(seconds=1))

    assert refused.value.allowed_at == next_at == read_at + HOUR
    assert portal.runs.next_manual_at("a") is None
    assert portal.sync().status == "done"


@pytest.mark.req("D15")
def test_the_hour_begins_with_the_first_page(portal: ConnectedPortal, clock: Clock) -> None:
    """It does not start when the button is pressed, nor when the run ends."""
    run_id = portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL)
    clock.advance(timedelta(minutes=7))
    portal.carry_out(run_id)
    clock.advance(timedelta(minutes=7))

    assert portal.runs.next_manual_at("a") == datetime(2026, 3, 2, 10, 37, tzinfo=UTC)


@pytest.mark.req("D15")
def test_a_failure_before_the_first_page_does_not_use_up_the_hour(portal: ConnectedPortal) -> None:
    """An outage of one minute must not cost an hour."""
    portal.fails(SourceUnavailable("Paycor did not answer: try again later."))
    failed = portal.sync()
    portal.fails(None)

    assert (failed.status, portal.runs.next_manual_at("a")) == ("failed", None)
    assert portal.sync().status == "done"


@pytest.mark.req("D15")
def test_a_failure_after_the_first_page_uses_up_the_hour(portal: ConnectedPortal) -> None:
    """Paycor was reached, and that is what the hour limits."""
    portal.wiring.feed.page_size, portal.wiring.feed.breaks_after = 1, 1

    failed = portal.sync()

    assert failed.status == "failed"
    with pytest.raises(TooSoon):
        portal.sync()


@pytest.mark.parametrize(
    ("mode", "trigger"),
    [
        pytest.param("preview", "manual", id="a preview by hand"),
        pytest.param("sync", "daily", id="the daily sync"),
        pytest.param("sync", "operator", id="an operator's sync"),
    ],
)
@pytest.mark.req("D14", "D15")
def test_only_a_manual_sync_uses_up_the_hour(portal: ConnectedPortal, mode: str, trigger: str) -> None:
    """Above all a preview does not: the first sync starts right after it."""
    portal.sync(mode, trigger)

    assert portal.runs.next_manual_at("a") is None
    assert portal.sync().status == "done"


@pytest.mark.req("A25", "D15")
def test_a_manual_sync_does_not_move_the_daily_one(portal: ConnectedPortal, clock: Clock) -> None:
    """The daily sync starts at its usual hour."""
    portal.sync()
    due = portal.connection.next_daily_at
    clock.advance(timedelta(hours=3))

    portal.sync()

    assert portal.connection.next_daily_at == due


def test_an_operator_is_not_bound_to_the_hour(portal: ConnectedPortal) -> None:
    """From the shell a sync may follow the last one at once."""
    portal.sync()

    assert portal.sync(trigger="operator").status == "done"


# --- queued once ---------------------------------------------------------------------------------------------------


@pytest.mark.req("A28")
def test_a_second_request_returns_the_run_that_is_queued(portal: ConnectedPortal) -> None:
    """Two clicks are one run, and both wake the runner."""
    first = portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL, "admin")
    second = portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL, "admin")
    preview = portal.runs.request("a", RunMode.PREVIEW, RunTrigger.MANUAL, "admin")

    assert first == second != preview
    assert portal.woken == [first, first, preview]
    assert len(portal.history()) == 2


def test_a_killed_run_does_not_count_as_queued(portal: ConnectedPortal) -> None:
    """Its row says that it is running, so a request queues a new run, and only one."""
    portal.leave_for_dead()

    assert portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL) == portal.runs.request(
        "a", RunMode.SYNC, RunTrigger.MANUAL
    )


def test_a_request_is_refused_while_another_run_is_in_progress(portal: ConnectedPortal, clock: Clock) -> None:
    """The error has the holder and the end of its lease, and nothing is queued."""
    owner = lease.current_owner("elsewhere")
    lease.acquire(portal.database, portal.connection.id, owner=owner, now=clock())

    with pytest.raises(RunInProgress, match="elsewhere.*until 2026-03-02 09:35:00 UTC"):
        portal.runs.request("a", RunMode.PREVIEW, RunTrigger.MANUAL)

    assert portal.history() == []


@pytest.mark.parametrize(
    ("state", "said"),
    [
        pytest.param("review", "not connected", id="in review"),
        pytest.param("disconnected", "not connected", id="disconnected"),
        pytest.param("attention", "connect to Paycor again", id="needs attention"),
        pytest.param("paused", "Resume it", id="paused"),
    ],
)
@pytest.mark.req("A50", "D17", "D18")
def test_only_an_active_connection_is_synced(portal: ConnectedPortal, state: str, said: str) -> None:
    """Any other state is refused with what to do first."""
    portal.sets(state=state)

    with pytest.raises(Refused, match=said):
        portal.runs.request("a", RunMode.SYNC, RunTrigger.OPERATOR)
    with pytest.raises(Refused, match=said):
        portal.invitations.send("a", "admin", None)

    assert portal.history() == []


@pytest.mark.req("A42")
def test_a_portal_without_a_connection_is_refused(portal: ConnectedPortal) -> None:
    """The connection of another portal does not count."""
    with pytest.raises(Refused, match="not connected"):
        portal.runs.request("b", RunMode.SYNC, RunTrigger.MANUAL)

    assert portal.runs.next_manual_at("b") is None
