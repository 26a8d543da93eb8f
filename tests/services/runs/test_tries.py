"""A run that did not finish is tried again: by itself, with growing pauses, until one succeeds or the next is due."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from connector.core.model.run import RunMode, RunStatus
from connector.errors import HostContractError, SourceForbidden, SourceUnavailable
from connector.paycor.wire.failures import Garbled
from connector.paycor.wire.pages import ListBroken
from connector.store.runs import runs
from connector.store.tables.runs import RunRow
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, hire

DOWN = SourceUnavailable("Paycor did not answer: try again later.")
LOCKED = sa.exc.OperationalError("UPDATE", {}, Exception("database is locked"))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def portal(tmp_path: Path, clock: Clock, database_url: str) -> Iterator[ConnectedPortal]:
    """A connected portal with three people at Paycor, on each database."""
    portal = ConnectedPortal(tmp_path, clock, url=database_url)
    yield portal
    portal.database.engine.dispose()


def tick_after(portal: ConnectedPortal, clock: Clock, minutes: int) -> str:
    """The status of the newest run, after the scheduler has looked at this time."""
    clock.advance(minutes * MINUTE)
    portal.executor.tick(role="test")
    return portal.history()[-1][2]


def start_the_day(portal: ConnectedPortal, clock: Clock) -> None:
    """A first sync is done, and the clock shows the hour of the next daily one."""
    portal.sync()
    due_at = portal.connection.next_daily_at
    assert due_at is not None
    clock.set(due_at)


@pytest.mark.req("D30")
def test_twelve_seconds_of_outage_cost_five_minutes(portal: ConnectedPortal, clock: Clock) -> None:
    """Not the day: the daily sync is done at the second try, and nobody is mailed."""
    start_the_day(portal, clock)
    portal.employs(hire(1), hire(2), hire(3), hire(4))
    portal.fails(DOWN)
    portal.executor.tick(role="test")
    portal.fails(None)
    before = tick_after(portal, clock, 4)
    after = tick_after(portal, clock, 1)

    assert (before, after) == ("queued", "done")
    assert portal.history()[1:] == [("sync", "daily", "failed"), ("sync", "daily", "done")]
    assert len(portal.host.accounts) == 4
    assert portal.lms.letters == []


@pytest.mark.req("D30")
def test_the_pauses_grow_until_the_next_sync_is_due(portal: ConnectedPortal, clock: Clock) -> None:
    """5, 15 and 45 minutes, 2, 4 and 8 hours; then the admins hear of it, once for the whole outage."""
    start_the_day(portal, clock)
    began = clock()
    portal.fails(DOWN)
    portal.executor.tick(role="test")
    for _ in range(13):
        waiting = [run.not_before for run in portal.rows(RunRow) if run.status == RunStatus.QUEUED]
        clock.set(min(filter(None, [*waiting, portal.connection.next_daily_at])))
        portal.executor.tick(role="test")

    tries = sorted(portal.rows(RunRow), key=lambda run: run.id)[1:]
    minutes = [round((run.started_at - began) / MINUTE) for run in tries]
    assert minutes[:8] == [0, 5, 20, 65, 185, 425, 905, 24 * 60]
    assert [run.attempt for run in tries] == [1, 2, 3, 4, 5, 6, 7] * 2
    assert [subject for _, subject, _ in portal.lms.letters] == ["Paycor: a sync could not be done"]
    assert "tried 7 times" in portal.lms.letters[0][2]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        pytest.param(DOWN, "queued", id="Paycor is down"),
        pytest.param(TimeoutError(), "queued", id="the network"),
        pytest.param(LOCKED, "queued", id="the database is locked"),
        pytest.param(Garbled("A page was cut."), "queued", id="a page of a proxy"),
        pytest.param(ListBroken("A page repeats itself."), "queued", id="a broken list"),
        pytest.param(SourceForbidden("A permission is missing."), "failed", id="a permission is missing"),
        pytest.param(HostContractError("The Host class broke the protocol."), "failed", id="the Host class"),
        pytest.param(ZeroDivisionError(), "failed", id="a fault of the code"),
    ],
)
@pytest.mark.req("D30")
def test_only_what_passes_is_tried_again(portal: ConnectedPortal, error: BaseException, status: str) -> None:
    """A failure that no second try heals waits for its person, who saw it: nobody is mailed."""
    portal.fails(error)

    portal.sync()

    assert portal.history()[-1][2] == status
    assert portal.lms.letters == []


@pytest.mark.req("D30")
def test_a_failure_that_does_not_pass_is_mailed_once(portal: ConnectedPortal, clock: Clock) -> None:
    """At night nobody sees it; the second night says nothing new, and after a good night it would be news again."""
    start_the_day(portal, clock)
    letters = []
    for error in (SourceForbidden("A."), SourceForbidden("A."), None, SourceForbidden("A.")):
        portal.fails(error)
        portal.executor.tick(role="test")
        clock.advance(timedelta(days=1))
        letters.append(len(portal.lms.letters))

    assert letters == [1, 1, 1, 2]
    assert [run[2] for run in portal.history()[1:]] == ["failed", "failed", "done", "failed"]


@pytest.mark.req("D30")
def test_a_killed_daily_sync_is_done_the_same_night(portal: ConnectedPortal, clock: Clock) -> None:
    """Its process is gone: the next tick of any process sees that, and five minutes later it is done."""
    start_the_day(portal, clock)
    portal.sets(next_daily_at=clock() + timedelta(days=1))
    killed = portal.leave_for_dead()
    seen = tick_after(portal, clock, 1)
    done = tick_after(portal, clock, 5)

    assert (portal.run(killed).status, seen, done) == ("interrupted", "queued", "done")
    assert portal.run(killed).retry_at == portal.rows(RunRow)[-1].not_before


@pytest.mark.req("D30")
def test_a_killed_first_sync_goes_on_by_itself(portal: ConnectedPortal, clock: Clock) -> None:
    """Nobody has to press Sync again, and the daily syncs follow it."""
    portal.leave_for_dead()
    tick_after(portal, clock, 1)
    status = tick_after(portal, clock, 5)

    assert status == "done"
    assert portal.connection.next_daily_at is not None
    assert len(portal.host.accounts) == 3


@pytest.mark.req("D30")
def test_a_first_sync_is_tried_until_it_succeeds(portal: ConnectedPortal, clock: Clock) -> None:
    """No daily sync would ever do it: after three days of outage it is done, and the admins had one mail."""
    portal.fails(DOWN)
    portal.sync()
    for _ in range(3 * 24):
        tick_after(portal, clock, 60)
    portal.fails(None)
    for _ in range(8):
        tick_after(portal, clock, 60)

    assert [run.status for run in portal.rows(RunRow)].count(RunStatus.DONE) == 1
    assert len(portal.lms.letters) == 1


@pytest.mark.req("D30")
def test_two_processes_that_see_a_killed_run_queue_one_try(portal: ConnectedPortal, clock: Clock) -> None:
    """The mark is set once, and who sets it queues the next try."""
    killed = portal.leave_for_dead()
    with portal.database.reading() as session:
        row = session.get_one(RunRow, killed)
    for _ in range(2):
        with portal.database.writing() as session:
            portal.executor._failures.mark_killed(session, runs.by_id(session, row.id))

    assert portal.history() == [("sync", "daily", "interrupted"), ("sync", "daily", "queued")]


@pytest.mark.req("D30")
def test_a_sync_by_hand_takes_the_place_of_the_next_try(portal: ConnectedPortal, clock: Clock) -> None:
    """It starts at once, and nothing is left to be tried again."""
    start_the_day(portal, clock)
    portal.fails(DOWN)
    portal.executor.tick(role="test")
    portal.fails(None)
    clock.advance(timedelta(hours=2))
    again = portal.sync()

    assert (again.status, again.attempt) == ("done", 1)
    assert [run[2] for run in portal.history()] == ["done", "failed", "done"]


@pytest.mark.req("D30")
def test_a_try_is_not_needed_once_another_run_has_done_it(portal: ConnectedPortal, clock: Clock) -> None:
    """A queued try of the same run is discarded by the run that succeeds."""
    portal.sync()
    other = portal.queue("sync", "operator")
    waiting = portal.queue("sync")
    with portal.database.writing() as session:
        runs.by_id(session, waiting).not_before = clock() + timedelta(hours=1)

    portal.carry_out(other)

    assert [run[2] for run in portal.history()] == ["done", "done", "discarded"]


@pytest.mark.req("D30")
def test_the_rest_of_an_approved_plan_is_applied_at_the_next_try(
    portal: ConnectedPortal, clock: Clock
) -> None:
    """Exactly the rows that were approved and not begun: no new decision, and each account once."""
    preview = portal.sync("preview")
    applying = portal.runs.apply("a", preview.id, "admin", digest=preview.digest)
    with portal.database.writing() as session:
        runs.mark_running(runs.by_id(session, applying), clock())
    tick_after(portal, clock, 1)
    portal.employs()
    status = tick_after(portal, clock, 5)

    assert (portal.run(applying).status, status) == ("interrupted", "done")
    assert portal.rows(RunRow)[-1].digest == preview.digest
    assert sorted(account.email for account in portal.host.accounts.values()) == [
        f"p{number}@example.com" for number in (1, 2, 3)
    ]


@pytest.mark.req("D30")
def test_a_pause_that_is_asked_for_is_kept(portal: ConnectedPortal) -> None:
    """Paycor asks for an hour: the next try is in an hour, and never later than in a day."""
    portal.fails(SourceUnavailable("Paycor is busy.", 3_600.0))
    hour = portal.sync()
    portal.fails(SourceUnavailable("Paycor is busy.", 1e9))
    day = portal.sync(trigger="operator")

    assert hour.finished_at is not None
    assert day.finished_at is not None
    assert (hour.retry_at, day.retry_at) == (
        hour.finished_at + timedelta(hours=1),
        day.finished_at + timedelta(days=1),
    )


@pytest.mark.parametrize("state", ["paused", "attention", "disconnected"])
@pytest.mark.req("D30", "D17")
def test_nothing_is_tried_again_while_the_connection_may_not_run(
    portal: ConnectedPortal, clock: Clock, state: str
) -> None:
    """A try that waits is discarded when its time comes, and a killed run gets none."""
    portal.fails(DOWN)
    portal.sync()
    portal.sets(state=state)
    tick_after(portal, clock, 5)
    portal.leave_for_dead()
    tick_after(portal, clock, 5)

    assert [run[2] for run in portal.history()] == ["failed", "discarded", "interrupted"]


# --- the process ends ----------------------------------------------------------------------------------------------


def stop_at(portal: ConnectedPortal, call: str) -> Callable[[], None]:
    """The process is asked to end during the first call of the LMS with this name; gives back how to undo that."""
    known = getattr(portal.host, call)

    def stopping(rows: object) -> object:
        portal.wiring.stop.request()
        return known(rows)

    setattr(portal.host, call, stopping)
    return lambda: setattr(portal.host, call, known)


@pytest.mark.parametrize("call", ["create", "invite"])
@pytest.mark.req("D30")
def test_a_stopped_process_ends_its_run_after_the_batch(
    portal: ConnectedPortal, clock: Clock, call: str
) -> None:
    """What was done is recorded; the next process does the rest at once, and nothing twice."""
    repair = stop_at(portal, call)
    stopped = portal.sync()
    portal.executor.tick(role="test")
    while_ending = portal.history()
    repair()
    portal.wiring.stop.clear()
    portal.executor.tick(role="another process")

    assert (stopped.status, stopped.error_code) == ("stopped", "stopped")
    assert "goes on as soon as the service runs again" in (stopped.error_message or "")
    assert while_ending == [("sync", "manual", "stopped"), ("sync", "manual", "queued")]
    assert portal.history()[1:] == [("sync", "manual", "done")]
    assert sorted(portal.mailed()) == sorted(account.email for account in portal.host.accounts.values())
    assert len(portal.host.accounts) == 3
    assert portal.rows(RunRow)[-1].attempt == 1
    assert portal.lms.letters == []


@pytest.mark.req("D30")
def test_a_stopped_process_waits_for_no_pause_of_paycor(portal: ConnectedPortal) -> None:
    """A pause is two minutes long, and no service manager waits for that."""

    def wait_while_ending() -> None:
        portal.wiring.stop.request()
        portal.wiring._sleep(120.0)

    portal.wiring.feed.meanwhile = wait_while_ending

    assert portal.sync(RunMode.SYNC).status == "stopped"
