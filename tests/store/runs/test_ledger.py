"""The ledger: the plan, intent before and outcome after, and what follows from each outcome."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from connector.core.model.account import AccountState
from connector.core.model.operation import Decision, Finding, Operation, OperationKind, Refusal
from connector.core.model.run import RunPhase, RunTrigger
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.core.ports.ledger import Entry
from connector.core.ports.optional import GROUPS_NOT_DONE
from connector.errors import LeaseLost
from connector.store.db.sessions import Database
from connector.store.runs import lease
from connector.store.runs.fence import Fence
from connector.store.runs.ledger import PROGRESS_EVERY, SqlLedger
from connector.store.tables.connection import Connection
from connector.store.tables.people import EmployeeRow, FindingRow, LinkRow, RefusalRow
from connector.store.tables.runs import EntryRow, RunRow
from tests.clock import Clock
from tests.services.stored import NOW, add, employee, entry, finding, link, run

SUSPENDED = {"state": AccountState.SUSPENDED.value}


@pytest.fixture
def ledger(fence: Fence) -> SqlLedger:
    """The ledger of run 1, of connection 1, which has started."""
    row = run(1, status="running")
    row.started_at = NOW
    add(fence.database, row)
    return SqlLedger(fence, 1, 1)


def update(number: int, **after: str) -> Operation:
    """An update of the account of person `p<number>`."""
    return Operation(
        OperationKind.UPDATE, f"p{number}", f"e{number}", f"a{number}", {}, after or {"last_name": "New"}
    )


def decision(number: int, operation: Operation | None = None, **values: Any) -> Decision:
    """A decision about person `p<number>`."""
    return Decision(f"p{number}", f"e{number}", operation, **values)


def rows(database: Database, model: Any) -> list[Any]:
    """Every row of a table, by id."""
    with database.reading() as session:
        return list(session.scalars(sa.select(model).order_by(model.id)))


def dirty(database: Database) -> set[str]:
    """The employees that no run has acted on."""
    return {row.employee_id for row in rows(database, EmployeeRow) if row.dirty}


def planned(ledger: SqlLedger) -> list[Entry]:
    """The rows that are not begun, in the order in which they are applied."""
    return [one for batch in ledger.batches(9) for one in batch]


def test_people_without_an_operation_are_clean_once_the_plan_is_stored(
    fence: Fence, ledger: SqlLedger
) -> None:
    """The others stay dirty until their operation is done."""
    add(fence.database, employee(1, None), employee(2, None), employee(3, None))

    ledger.store([decision(1, update(1)), decision(2), decision(3, skipped=Finding("no_work_email", "e3"))])

    assert dirty(fence.database) == {"e1"}
    assert [one.operation for one in planned(ledger)] == [update(1)]
    assert [(row.code, row.is_skip) for row in rows(fence.database, FindingRow)] == [("no_work_email", True)]


def test_a_due_date_is_that_of_the_last_decision(fence: Fence, ledger: SqlLedger) -> None:
    """An earlier one is deleted when the new decision has none."""
    people = [employee(1, None), employee(2, None)]
    people[0].due_at = NOW
    add(fence.database, *people)

    ledger.store([decision(1), decision(2, due_at=NOW + timedelta(days=1))])

    due_at = {row.employee_id: row.due_at for row in rows(fence.database, EmployeeRow)}
    assert due_at == {"e1": None, "e2": NOW + timedelta(days=1)}


def test_the_limits_are_checked_against_people_with_access_and_the_last_week(
    fence: Fence, ledger: SqlLedger
) -> None:
    """Suspended accounts, older runs, other connections and what an admin has approved do not count (D20)."""
    with fence.database.writing() as session:
        session.get_one(Connection, 1).first_sync_at = NOW - timedelta(days=5)
    suspended = link(2, "sent")
    suspended.state = AccountState.SUSPENDED
    runs = [run(2), run(3), run(4, connection_id=2), run(5, mode="apply"), run(6)]
    for row, days in zip(runs, (1, 8, 1, 1, 6), strict=True):
        row.started_at, row.tally = NOW - timedelta(days=days), {"leavers": 2}
    add(fence.database, link(1, "sent"), suspended, link(3, "sent", connection_id=2), *runs)

    counts = ledger.close_plan("abc")

    assert (counts.linked, dict(counts.week), counts.first) == (1, {"leavers": 2}, False)
    assert rows(fence.database, RunRow)[0].digest == "abc"


@pytest.mark.parametrize(
    ("mode", "trigger", "expected"),
    [("sync", "manual", NOW), ("sync", "daily", None), ("preview", "manual", None)],
)
def test_only_a_manual_sync_uses_up_its_hour(fence: Fence, mode: str, trigger: str, expected: object) -> None:
    """From the first page of Paycor on (rule D15)."""
    row = run(7, mode=mode)
    row.trigger = RunTrigger(trigger)
    add(fence.database, row)

    SqlLedger(fence, 1, 7).mark_reached()

    assert [one.manual_read_at for one in rows(fence.database, Connection)] == [expected, None]


def test_progress_is_written_at_most_twice_a_second(fence: Fence, ledger: SqlLedger, clock: Clock) -> None:
    """A new phase is always written."""
    seen = []
    for phase, done, pause in (
        (RunPhase.READ, 1, timedelta()),
        (RunPhase.READ, 2, timedelta()),
        (RunPhase.READ, 3, PROGRESS_EVERY),
        (RunPhase.PLAN, 0, timedelta()),
    ):
        clock.advance(pause)
        ledger.progress(phase, done)
        row = rows(fence.database, RunRow)[0]
        seen.append((row.phase, row.done))

    assert seen == [("read", 1), ("read", 1), ("read", 3), ("plan", 0)]


def test_batches_end_access_before_they_create(fence: Fence, ledger: SqlLedger) -> None:
    """A batch has one kind only, and at most the given number of rows."""
    kinds = ("create", "update", "suspend", "create", "create")
    add(
        fence.database,
        *[entry(number, kind=kind, outcome="planned") for number, kind in enumerate(kinds, start=1)],
    )

    batches = [[one.entry_id for one in batch] for batch in ledger.batches(2)]

    assert batches == [[3], [2], [1, 4], [5]]


def test_only_begun_rows_of_earlier_runs_of_the_connection_are_unsettled(
    fence: Fence, ledger: SqlLedger
) -> None:
    """A row that undoes another one is marked as such."""
    add(fence.database, run(2, mode="undo"), run(3, connection_id=2))
    add(fence.database, *[entry(number, number, outcome="intended") for number in (1, 2, 3)])
    add(fence.database, entry(4, 2, outcome="planned"))

    assert [(one.entry_id, one.undoes) for batch in ledger.unsettled() for one in batch] == [(2, True)]


def test_a_done_row_makes_the_person_clean_and_counts_for_the_week(fence: Fence, ledger: SqlLedger) -> None:
    """Its link has the version that the host gave."""
    add(fence.database, employee(1, None), link(1, "sent"))
    suspend = Operation(OperationKind.SUSPEND, "p1", "e1", "a1", {"state": "active"}, SUSPENDED)
    ledger.store([decision(1, suspend)])

    ledger.mark_intended(planned(ledger))
    [row] = rows(fence.database, EntryRow)
    ledger.record([Entry(row.id, suspend)], [Outcome(OutcomeStatus.UPDATED, "a1", "v2")])

    assert row.outcome == "intended"
    assert (dirty(fence.database), planned(ledger)) == (set(), [])
    assert [(one.state, one.version) for one in rows(fence.database, LinkRow)] == [("suspended", "v2")]
    assert rows(fence.database, RunRow)[0].tally == {"leavers": 1}


@pytest.mark.parametrize(
    ("outcome", "is_finding"),
    [
        pytest.param(Outcome(OutcomeStatus.REJECTED, code="email"), True, id="refused"),
        pytest.param(Outcome(OutcomeStatus.UPDATED, "a1", refused={"email": "email"}), True, id="in part"),
        pytest.param(Outcome(OutcomeStatus.RETRY), False, id="to be retried"),
        pytest.param(
            Outcome(OutcomeStatus.UPDATED, "a1", code=GROUPS_NOT_DONE), False, id="without its groups"
        ),
    ],
)
def test_a_row_that_is_not_done_leaves_the_person_dirty(
    fence: Fence, ledger: SqlLedger, outcome: Outcome, is_finding: bool
) -> None:
    """What was refused is remembered and told; the next run decides again."""
    refusals = [(Refusal("p1", "email", "d", "email", fence.clock()), Finding("identity_refused", "e1"))]
    add(fence.database, employee(1, None), link(1, "sent"))
    ledger.store([decision(1, update(1))])

    ledger.record(planned(ledger), [outcome], refusals if is_finding else ())

    assert dirty(fence.database) == {"e1"}
    assert [row.code for row in rows(fence.database, FindingRow)] == ["identity_refused"] * is_finding
    assert [row.name for row in rows(fence.database, RefusalRow)] == ["email"] * is_finding


def test_what_an_undo_has_done_is_decided_again_and_counts_in_no_limit(
    fence: Fence, ledger: SqlLedger
) -> None:
    """A mail that was still owed is held."""
    clean = employee(1, None)
    clean.dirty = False
    suspend = Operation(OperationKind.SUSPEND, "p1", "e1", "a1", {"state": "active"}, SUSPENDED)
    add(fence.database, clean, link(1, "owed"), entry(1, kind="suspend", outcome="planned"))

    ledger.record([Entry(1, suspend, undoes=True)], [Outcome(OutcomeStatus.UPDATED, "a1")])

    assert dirty(fence.database) == {"e1"}
    assert [row.mail_state for row in rows(fence.database, LinkRow)] == ["held"]
    assert not rows(fence.database, RunRow)[0].tally


def test_outdated_rows_are_decided_again(fence: Fence, ledger: SqlLedger) -> None:
    """They are not sent to the host."""
    clean = employee(1, None)
    clean.dirty = False
    add(fence.database, clean, entry(1, outcome="planned"))

    ledger.mark_outdated(planned(ledger))
    ledger.mark_outdated([])

    assert (planned(ledger), dirty(fence.database)) == ([], {"e1"})
    assert [row.outcome for row in rows(fence.database, EntryRow)] == ["outdated"]


def test_findings_about_the_connection_are_replaced(fence: Fence, ledger: SqlLedger) -> None:
    """Findings about people stay."""
    add(fence.database, finding(9, "no_work_email"))
    ledger.store_findings([Finding("permission_missing", subject="One")])

    ledger.store_findings([Finding("permission_missing", subject="Two")])

    found = [(row.person_key, row.subject) for row in rows(fence.database, FindingRow)]
    assert sorted(found) == [("", "Two"), ("p9", "")]


def test_a_run_that_lost_its_lease_stores_no_plan(fence: Fence, ledger: SqlLedger, clock: Clock) -> None:
    """Another run has taken over."""
    clock.advance(timedelta(seconds=lease.TTL_S + 1))
    lease.acquire(fence.database, 1, owner=lease.current_owner("other"), now=clock())

    with pytest.raises(LeaseLost):
        ledger.store([decision(1, update(1))])

    assert rows(fence.database, EntryRow) == []


def test_edits_are_seen_up_to_the_last_applied_run(ledger: SqlLedger) -> None:
    """Before the first one, up to nothing."""
    before = ledger.edits_seen_at()
    ledger.mark_applied(NOW)

    assert (before, ledger.edits_seen_at()) == (None, NOW)
