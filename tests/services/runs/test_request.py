"""Asking for runs: once an hour by hand, once while it waits, and what becomes of a plan that is held."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from connector.core.model.account import Account, AccountState, MailState
from connector.core.model.run import RunMode, RunTrigger
from connector.core.model.settings import AddAs, Limit, Limits, Policy
from connector.errors import Refused, RunInProgress, SourceUnavailable, TooSoon, UnsafePlan
from connector.hosts.memory import Failure, Fault, MemoryHost
from connector.services.runs.request import Part
from connector.store.runs import lease
from connector.store.tables.connection import Audit
from connector.store.tables.people import LinkRow
from connector.store.tables.runs import EntryRow
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, gone, hire

HOUR = timedelta(hours=1)


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> Iterator[ConnectedPortal]:
    """A connected portal with three people at Paycor and nobody in the LMS."""
    made = ConnectedPortal(tmp_path, clock)
    yield made
    made.database.engine.dispose()


# --- the hour (A25, D15) -------------------------------------------------------------------------------------------


@pytest.mark.req("A24", "A25", "D15")
def test_a_manual_sync_is_allowed_again_after_an_hour(portal: ConnectedPortal, clock: Clock) -> None:
    """At 59:59 it is refused, with the minutes and the instant; at 60:00 it is not."""
    portal.sync()
    read_at = clock()
    clock.advance(HOUR - timedelta(seconds=1))

    with pytest.raises(TooSoon, match=r"once an hour.* in 1 minutes.*daily sync is not") as refused:
        portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL)
    told = portal.runs.next_manual_at("a")
    clock.advance(timedelta(seconds=1))

    assert refused.value.allowed_at == told == read_at + HOUR
    assert portal.runs.next_manual_at("a") is None
    assert portal.sync().status == "done"


@pytest.mark.req("D15")
def test_the_hour_begins_with_the_first_page(portal: ConnectedPortal, clock: Clock) -> None:
    """Not when the button is pressed, and not when the run ends."""
    run_id = portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL)
    clock.advance(timedelta(minutes=7))
    portal.carry_out(run_id)
    clock.advance(timedelta(minutes=7))

    assert portal.runs.next_manual_at("a") == datetime(2026, 3, 2, 10, 37, tzinfo=UTC)


@pytest.mark.req("D15")
def test_a_failure_before_the_first_page_does_not_use_up_the_hour(portal: ConnectedPortal) -> None:
    """Nobody waits an hour for Paycor's bad minute."""
    portal.fails(SourceUnavailable("Paycor did not answer: try again later."))
    failed = portal.sync()
    portal.fails(None)

    assert (failed.status, portal.runs.next_manual_at("a")) == ("failed", None)
    assert portal.sync().status == "done"


@pytest.mark.req("D15")
def test_a_failure_after_the_first_page_uses_up_the_hour(portal: ConnectedPortal) -> None:
    """Paycor was reached, and being reached is what is limited."""
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
def test_nothing_but_a_manual_sync_uses_up_the_hour(portal: ConnectedPortal, mode: str, trigger: str) -> None:
    """Above all the preview: the first sync is started right after it."""
    portal.sync(mode, trigger)

    assert portal.runs.next_manual_at("a") is None
    assert portal.sync().status == "done"


@pytest.mark.req("A25", "D15")
def test_a_manual_sync_does_not_move_the_daily_one(portal: ConnectedPortal, clock: Clock) -> None:
    """The night's sync comes when it would have come anyway."""
    portal.sync()
    due = portal.connection.next_daily_at
    clock.advance(timedelta(hours=3))

    portal.sync()

    assert portal.connection.next_daily_at == due


def test_an_operator_is_not_bound_to_the_hour(portal: ConnectedPortal) -> None:
    """From the shell a sync may follow the last one at once."""
    portal.sync()

    assert portal.sync(trigger="operator").status == "done"


# --- asked for once ------------------------------------------------------------------------------------------------


@pytest.mark.req("A28")
def test_a_sync_that_waits_is_asked_for_once(portal: ConnectedPortal) -> None:
    """Two clicks are one run, and whoever carries runs out is woken for it."""
    first = portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL, "admin")
    second = portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL, "admin")
    preview = portal.runs.request("a", RunMode.PREVIEW, RunTrigger.MANUAL, "admin")

    assert first == second != preview
    assert portal.woken == [first, first, preview]
    assert len(portal.history()) == 2


def test_a_run_that_was_killed_does_not_hide_the_one_that_waits(portal: ConnectedPortal) -> None:
    """A row that says it is under way, and is not, makes nobody ask twice."""
    portal.leave_for_dead()

    assert portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL) == portal.runs.request(
        "a", RunMode.SYNC, RunTrigger.MANUAL
    )


def test_while_a_run_is_under_way_another_is_refused(portal: ConnectedPortal, clock: Clock) -> None:
    """It says who runs and until when, and nothing is queued."""
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
    """Everything else is refused with what to do first."""
    portal.sets(state=state)

    with pytest.raises(Refused, match=said):
        portal.runs.request("a", RunMode.SYNC, RunTrigger.OPERATOR)
    with pytest.raises(Refused, match=said):
        portal.runs.tell("a", "admin", None)

    assert portal.history() == []


@pytest.mark.req("A42")
def test_a_portal_without_a_connection_says_so(portal: ConnectedPortal) -> None:
    """What another portal has does not count."""
    with pytest.raises(Refused, match="not connected"):
        portal.runs.request("b", RunMode.SYNC, RunTrigger.MANUAL)

    assert portal.runs.next_manual_at("b") is None


# --- a plan that is held -------------------------------------------------------------------------------------------


@pytest.fixture
def held(portal: ConnectedPortal) -> int:
    """A sync that would end two accesses where none may end, and is held."""
    portal.chooses(Policy(limits=Limits(leavers=Limit(0, 0))))
    portal.sync()
    portal.employs(gone(1), gone(2), hire(3), hire(4))
    run = portal.sync(trigger="daily")
    assert run.status == "held"
    return run.id


def suspended(portal: ConnectedPortal) -> int:
    """How many learners have no access."""
    return sum(account.state is AccountState.SUSPENDED for account in portal.host.accounts.values())


@pytest.mark.req("X4")
def test_a_held_plan_says_why_and_changes_nothing(portal: ConnectedPortal, held: int) -> None:
    """Both numbers are in the message, and everybody still has access."""
    message = portal.run(held).error_message or ""

    assert "2" in message
    assert "0" in message
    assert suspended(portal) == 0


@pytest.mark.req("X4")
def test_a_released_plan_is_applied(portal: ConnectedPortal, held: int) -> None:
    """A run of its own applies it; the audit says who let it through."""
    released = portal.carry_out(portal.runs.apply("a", held, "admin"))

    assert (portal.run(held).status, released.status, suspended(portal)) == ("released", "done", 2)
    assert released.requested_by == "admin"
    assert [(row.action, row.viewer_id) for row in portal.rows(Audit)] == [("run.released", "admin")]
    assert portal.woken[-1] == released.id


@pytest.mark.req("X2", "X4")
def test_what_was_released_is_done_and_nothing_else(portal: ConnectedPortal, held: int) -> None:
    """Paycor is not asked again: a third leaver waits for the next sync and its plan."""
    portal.employs(gone(1), gone(2), gone(3), hire(4))

    released = portal.carry_out(portal.runs.apply("a", held, "admin"))

    assert (released.status, suspended(portal)) == ("done", 2)


@pytest.mark.req("X4")
def test_the_safe_part_leaves_the_rest_waiting(portal: ConnectedPortal, held: int) -> None:
    """The hire is made; the leavers, over whom the plan is held, wait for another word."""
    safe = portal.carry_out(portal.runs.apply("a", held, "admin", part=Part.SAFE))
    waiting = portal.run(held).status
    rest = portal.carry_out(portal.runs.apply("a", held, "admin"))

    assert safe.report is not None
    assert rest.report is not None
    assert (safe.report["created"], safe.report["suspended"], waiting) == (1, 0, "held")
    assert (rest.report["created"], rest.report["suspended"]) == (0, 2)
    assert portal.run(held).status == "released"


@pytest.mark.req("X4")
def test_a_plan_can_be_released_person_by_person(portal: ConnectedPortal, held: int) -> None:
    """One row is applied once, however often it is asked for; a row of another run is none."""
    first, *_ = [row for row in portal.rows(EntryRow) if (row.run_id, row.kind) == (held, "suspend")]

    released = portal.carry_out(portal.runs.apply("a", held, "admin", part=[first.id]))

    assert (released.status, suspended(portal), portal.run(held).status) == ("done", 1, "held")
    with pytest.raises(Refused, match="No row"):
        portal.runs.apply("a", held, "admin", part=[first.id])


@pytest.mark.req("X2")
def test_a_preview_is_applied_as_it_was_approved(portal: ConnectedPortal) -> None:
    """Everybody in it gets an account with no call to Paycor, and the daily sync begins."""
    preview = portal.carry_out(portal.runs.request("a", RunMode.PREVIEW, RunTrigger.OPERATOR))
    applied = portal.carry_out(portal.runs.apply("a", preview.id, "admin", digest=preview.digest))

    assert applied.report is not None
    assert (applied.status, applied.report["paycor_calls"]) == ("done", 0)
    assert applied.report["created"] == len(portal.host.accounts) > 0
    assert portal.connection.first_sync_at is not None


@pytest.mark.req("X2")
def test_a_plan_with_another_digest_is_refused(portal: ConnectedPortal) -> None:
    """What was approved is not what is stored: nothing is queued."""
    preview = portal.carry_out(portal.runs.request("a", RunMode.PREVIEW, RunTrigger.OPERATOR))

    with pytest.raises(UnsafePlan, match="another digest"):
        portal.runs.apply("a", preview.id, "admin", digest="0" * 64)


@pytest.mark.req("X2")
def test_a_stored_plan_that_was_tampered_with_is_not_applied(portal: ConnectedPortal) -> None:
    """The rows are held against the digest that was approved before anything is asked of the LMS."""
    preview = portal.carry_out(portal.runs.request("a", RunMode.PREVIEW, RunTrigger.OPERATOR))
    with portal.database.writing() as session:
        session.execute(update(EntryRow).values(kind="suspend"))

    applying = portal.runs.apply("a", preview.id, "admin")
    with pytest.raises(UnsafePlan):
        portal.executor.execute(applying, role="test")

    assert portal.host.accounts == {}


@pytest.mark.req("X5")
def test_a_feed_that_shrank_is_believed_once_it_is_released(portal: ConnectedPortal) -> None:
    """Half of a company of twenty is held, and not held against the next read after an admin said so."""
    company = [hire(number) for number in range(1, 21)]
    portal.employs(*company)
    portal.sync()
    portal.employs(*company[:10])

    held = portal.sync(trigger="daily")
    portal.carry_out(portal.runs.apply("a", held.id, "admin"))
    after = portal.sync(trigger="daily")

    assert (held.status, after.status) == ("held", "done")
    assert "10" in (held.error_message or "")


@pytest.mark.req("X4")
def test_a_discarded_plan_changes_nothing(portal: ConnectedPortal, held: int) -> None:
    """It is over, and cannot be released any more."""
    portal.runs.discard("a", held, "admin")

    assert (portal.run(held).status, suspended(portal)) == ("discarded", 0)
    with pytest.raises(Refused, match=f"Run {held} has no plan"):
        portal.runs.apply("a", held, "admin")


@pytest.mark.req("X4")
def test_a_newer_plan_takes_the_place_of_a_held_one(portal: ConnectedPortal, held: int) -> None:
    """Of two plans the admin is asked about the newer one only."""
    newer = portal.sync(trigger="daily")

    assert (portal.run(held).status, newer.status) == ("discarded", "held")


@pytest.mark.parametrize("run_id", [0, 999])
def test_a_run_that_is_not_there_cannot_be_released(portal: ConnectedPortal, run_id: int) -> None:
    """Neither can it be discarded."""
    with pytest.raises(Refused, match="Start a preview"):
        portal.runs.apply("a", run_id, "admin")
    with pytest.raises(Refused, match="Start a preview"):
        portal.runs.discard("a", run_id, "admin")


@pytest.mark.req("A42")
def test_a_run_of_another_portal_cannot_be_released(portal: ConnectedPortal, held: int) -> None:
    """Its number is of no use elsewhere."""
    portal.connect("b")

    with pytest.raises(Refused, match="no plan"):
        portal.runs.apply("b", held, "admin")

    assert portal.run(held).status == "held"


# --- telling people later (D13) ------------------------------------------------------------------------------------


@pytest.fixture
def silent(portal: ConnectedPortal) -> ConnectedPortal:
    """Three learners who were added without a mail."""
    portal.chooses(Policy(add_as=AddAs.ACTIVE_ONLY))
    portal.sync()
    return portal


@pytest.mark.req("D13")
def test_one_person_can_be_told_later(silent: ConnectedPortal) -> None:
    """The one who was chosen gets the welcome, the others wait."""
    told = silent.carry_out(silent.runs.tell("a", "admin", ["p2"]))

    assert (told.mode, told.status, told.mails) == ("mail", "done", 1)
    assert silent.mailed() == ["p2@example.com"]
    assert [row.action for row in silent.rows(Audit)] == ["mail.asked"]


@pytest.mark.req("D13")
def test_all_can_be_told_later_and_nobody_twice(silent: ConnectedPortal) -> None:
    """Asked for twice, each is mailed once."""
    silent.carry_out(silent.runs.tell("a", "admin", ["p2"]))
    silent.carry_out(silent.runs.tell("a", "admin", None))
    silent.carry_out(silent.runs.tell("a", "admin", None))

    assert sorted(silent.mailed()) == ["p1@example.com", "p2@example.com", "p3@example.com"]


@pytest.mark.req("D13")
def test_a_mail_that_failed_can_be_asked_for_again(silent: ConnectedPortal) -> None:
    """An address that was refused once may be mended by now."""
    silent.host.faults.append(Fault("invite", Failure.REFUSED))
    silent.carry_out(silent.runs.tell("a", "admin", ["p2"]))
    failed = [link.mail_state for link in silent.rows(LinkRow) if link.person_key == "p2"]

    silent.carry_out(silent.runs.tell("a", "admin", ["p2"]))

    assert failed == [MailState.FAILED.value]
    assert silent.mailed() == ["p2@example.com"]


@pytest.mark.req("A11", "D13")
def test_whoever_was_there_before_is_never_told(portal: ConnectedPortal, clock: Clock) -> None:
    """A learner who was only linked gets no welcome, however often all are told."""
    there = Account("7", "p1@example.com", "A", "B", AccountState.ACTIVE, is_learner=True)
    portal.lms.shared = MemoryHost(accounts=[there], clock=clock)
    portal.chooses(Policy(add_as=AddAs.ACTIVE_ONLY))
    portal.sync()

    portal.carry_out(portal.runs.tell("a", "admin", None))

    assert sorted(portal.mailed()) == ["p2@example.com", "p3@example.com"]
