"""Stored plans: held, released in whole or in part, approved after a preview, or discarded."""

import pytest
from sqlalchemy import update

from connector.core.model.account import AccountState
from connector.core.model.run import RunMode, RunTrigger
from connector.core.model.settings import Limit, Limits, Policy
from connector.errors import Refused, UnsafePlan
from connector.services.runs.request import PlanPart
from connector.store.tables.connection import Audit
from connector.store.tables.runs import EntryRow
from tests.services.portal import ConnectedPortal, gone, hire


@pytest.fixture
def held(portal: ConnectedPortal) -> int:
    """A held sync: it would end the access of two people where a limit allows none."""
    portal.chooses(Policy(limits=Limits(leavers=Limit(0, 0))))
    portal.sync()
    portal.employs(gone(1), gone(2), hire(3), hire(4))
    run = portal.sync(trigger="daily")
    assert run.status == "held"
    return run.id


def suspended(portal: ConnectedPortal) -> int:
    """How many accounts are suspended."""
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
    """A new run applies it; the audit says who released it."""
    released = portal.carry_out(portal.runs.release("a", held, "admin"))

    assert (portal.run(held).status, released.status, suspended(portal)) == ("released", "done", 2)
    assert released.requested_by == "admin"
    assert [(row.action, row.viewer_id) for row in portal.rows(Audit)] == [
        ("run.held", None),
        ("run.released", "admin"),
    ]
    assert portal.woken[-1] == released.id


@pytest.mark.req("X2", "X4")
def test_only_what_was_released_is_applied(portal: ConnectedPortal, held: int) -> None:
    """Paycor is not read again: a third leaver waits for the next sync."""
    portal.employs(gone(1), gone(2), gone(3), hire(4))

    released = portal.carry_out(portal.runs.release("a", held, "admin"))

    assert (released.status, suspended(portal)) == ("done", 2)


@pytest.mark.req("X4")
def test_the_safe_part_leaves_the_rest_waiting(portal: ConnectedPortal, held: int) -> None:
    """The new hire gets an account; the leavers exceed the limit and wait for another release."""
    safe = portal.carry_out(portal.runs.release("a", held, "admin", part=PlanPart.SAFE))
    waiting = portal.run(held).status
    rest = portal.carry_out(portal.runs.release("a", held, "admin"))

    assert safe.report is not None
    assert rest.report is not None
    assert (safe.report["created"], safe.report["suspended"], waiting) == (1, 0, "held")
    assert (rest.report["created"], rest.report["suspended"]) == (0, 2)
    assert portal.run(held).status == "released"


@pytest.mark.req("X4")
def test_a_plan_can_be_released_person_by_person(portal: ConnectedPortal, held: int) -> None:
    """Each row is applied only once."""
    first, *_ = [row for row in portal.rows(EntryRow) if (row.run_id, row.kind) == (held, "suspend")]

    released = portal.carry_out(portal.runs.release("a", held, "admin", part=[first.id]))

    assert (released.status, suspended(portal), portal.run(held).status) == ("done", 1, "held")
    with pytest.raises(Refused, match="No row"):
        portal.runs.release("a", held, "admin", part=[first.id])


@pytest.mark.req("X2")
def test_a_preview_is_applied_as_it_was_approved(portal: ConnectedPortal) -> None:
    """Everybody in it gets an account without a call to Paycor, and the daily sync starts from then on."""
    preview = portal.carry_out(portal.runs.request("a", RunMode.PREVIEW, RunTrigger.OPERATOR))
    applied = portal.carry_out(portal.runs.apply("a", preview.id, "admin", digest=preview.digest))

    assert applied.report is not None
    assert (applied.status, applied.report["paycor_calls"]) == ("done", 0)
    assert applied.report["created"] == len(portal.host.accounts) > 0
    assert portal.connection.first_sync_at is not None


@pytest.mark.req("X2")
def test_a_plan_with_another_digest_is_refused(portal: ConnectedPortal) -> None:
    """The stored plan is not the approved one, so nothing is queued."""
    preview = portal.carry_out(portal.runs.request("a", RunMode.PREVIEW, RunTrigger.OPERATOR))

    with pytest.raises(UnsafePlan, match="another digest"):
        portal.runs.apply("a", preview.id, "admin", digest="0" * 64)


@pytest.mark.req("X2")
def test_a_stored_plan_that_was_tampered_with_is_not_applied(portal: ConnectedPortal) -> None:
    """The rows are compared with the approved digest before anything is sent to the LMS."""
    preview = portal.carry_out(portal.runs.request("a", RunMode.PREVIEW, RunTrigger.OPERATOR))
    with portal.database.writing() as session:
        session.execute(update(EntryRow).values(kind="suspend"))

    applying = portal.runs.apply("a", preview.id, "admin")
    with pytest.raises(UnsafePlan):
        portal.executor.execute(applying, role="test")

    assert portal.host.accounts == {}


@pytest.mark.req("X5")
def test_a_feed_that_shrank_is_trusted_once_it_is_released(portal: ConnectedPortal) -> None:
    """Half of a company of twenty is held; after the release the next read is compared with that half."""
    company = [hire(number) for number in range(1, 21)]
    portal.employs(*company)
    portal.sync()
    portal.employs(*company[:10])

    held = portal.sync(trigger="daily")
    portal.carry_out(portal.runs.release("a", held.id, "admin"))
    after = portal.sync(trigger="daily")

    assert (held.status, after.status) == ("held", "done")
    assert "10" in (held.error_message or "")


@pytest.mark.req("X4")
def test_a_discarded_plan_changes_nothing(portal: ConnectedPortal, held: int) -> None:
    """It is over, and cannot be released any more."""
    portal.runs.discard("a", held, "admin")

    assert (portal.run(held).status, suspended(portal)) == ("discarded", 0)
    with pytest.raises(Refused, match=f"Run {held} has no plan"):
        portal.runs.release("a", held, "admin")


@pytest.mark.parametrize("run_id", [0, 999])
def test_a_run_that_does_not_exist_cannot_be_released(portal: ConnectedPortal, run_id: int) -> None:
    """Nor can it be discarded."""
    with pytest.raises(Refused, match="Start a preview"):
        portal.runs.release("a", run_id, "admin")
    with pytest.raises(Refused, match="Start a preview"):
        portal.runs.discard("a", run_id, "admin")


@pytest.mark.req("A42")
def test_a_run_of_another_portal_cannot_be_released(portal: ConnectedPortal, held: int) -> None:
    """Its id has no meaning for this portal."""
    portal.connect("b")

    with pytest.raises(Refused, match="no plan"):
        portal.runs.release("b", held, "admin")

    assert portal.run(held).status == "held"
