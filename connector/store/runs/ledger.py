"""The ledger of one run: the plan, intent before, outcome after, and in one transaction what follows from it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select, update
from sqlalchemy.orm import Session

from connector.core.model.account import AccountState
from connector.core.model.limits import WEEK_DAYS, Metric
from connector.core.model.operation import Decision, Finding, Operation
from connector.core.model.run import EntryOutcome, RunMode, RunPhase, RunTrigger
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.core.ports.ledger import Counts, Entry, Reversal
from connector.core.ports.optional import GROUPS_NOT_DONE, Effect
from connector.core.rules.limits import tally
from connector.store.db.base import insert_rows
from connector.store.people.findings import finding_rows, replace_findings
from connector.store.people.links import hold_mails, learn_states, write_groups, write_links
from connector.store.runs.entries import CHUNK, SAFE_ORDER, operation_of
from connector.store.runs.fence import Fence
from connector.store.tables.connection import Connection
from connector.store.tables.people import EmployeeRow, LinkRow
from connector.store.tables.runs import EntryRow, RunRow

#: Progress is written when this much time has gone by, not for every page.
PROGRESS_EVERY = timedelta(seconds=0.5)

#: The code of the finding that says so.
REFUSED = "refused"
_REFUSALS = (OutcomeStatus.REJECTED, OutcomeStatus.EXISTS, OutcomeStatus.NOT_FOUND)


class SqlLedger:
    """The ledger of one run of one connection; `sso` means that a silent new account is not to be told later."""

    def __init__(self, fence: Fence, connection_id: int, run_id: int, *, sso: bool = False) -> None:
        self._fence = fence
        self._database = fence.database
        self._id = connection_id
        self._run_id = run_id
        self._sso = sso
        self._phase = RunPhase.WAITING
        self._written_at: datetime | None = None

    # --- the run -----------------------------------------------------------------------------------------------------

    def progress(self, phase: RunPhase, done: int = 0, total: int | None = None) -> None:
        """Show how far the run is, at most twice a second within a phase."""
        now = self._fence.clock()
        if phase == self._phase and self._written_at and now - self._written_at < PROGRESS_EVERY:
            return
        self._phase, self._written_at = phase, now
        self._set_run(phase=phase, done=done, total=total)

    def reached(self) -> None:
        """Paycor has given its first page: a manual sync uses up its hour, a preview does not (rule D15)."""
        asked = (RunRow.mode == RunMode.SYNC) & (RunRow.trigger == RunTrigger.MANUAL)
        manual = select(RunRow.id).where(RunRow.id == self._run_id, asked).exists()
        self._set_connection(manual, manual_read_at=self._fence.clock())

    def edits_seen_at(self) -> datetime | None:
        """Up to when edits made in the LMS have been looked at."""
        with self._database.reading() as session:
            return session.scalar(select(Connection.edits_seen_at).where(Connection.id == self._id))

    def applied(self, edits_seen_at: datetime | None) -> None:
        """Everything that was planned has been asked of the host."""
        self._set_connection(edits_seen_at=edits_seen_at)

    # --- the plan ----------------------------------------------------------------------------------------------------

    def store(self, decisions: Sequence[Decision], effects: Sequence[Effect] = ()) -> None:
        """Write a chunk of the plan, in one transaction."""
        keys = [decision.person_key for decision in decisions]
        settled = [decision.person_key for decision in decisions if decision.operation is None]
        with self._fence.writing() as session:
            operations = [self._entry(one.operation) for one in decisions if one.operation]
            for row, effect in zip(operations, effects, strict=bool(effects)):
                row["effect"] = asdict(effect)
            if operations:
                insert_rows(session, EntryRow, operations)
            rows = [row for decision in decisions for row in finding_rows(self._id, decision)]
            replace_findings(session, self._id, keys, rows, self._fence.clock())
            learn_states(session, self._id, decisions)
            self._clean(session, settled)
            self._set_due(session, keys, decisions)

    def store_reversals(self, reversals: Sequence[Reversal]) -> None:
        """Write a chunk of the plan of an undo, with what is left as it is and why."""
        kept = [
            {"outcome": EntryOutcome.LEFT, "outcome_code": one.left} if one.left else {} for one in reversals
        ]
        rows = [self._entry(one.operation) | left for one, left in zip(reversals, kept, strict=True)]
        with self._fence.writing() as session:
            insert_rows(session, EntryRow, rows)

    def store_findings(self, findings: Sequence[Finding]) -> None:
        """Write what is to be known about the connection as a whole, in place of what was known."""
        decision = Decision("", "", findings=tuple(findings))
        with self._fence.writing() as session:
            replace_findings(session, self._id, [""], finding_rows(self._id, decision), self._fence.clock())

    def planned(self, digest: str) -> Counts:
        """Close the plan under its digest."""
        self._set_run(digest=digest)
        linked = (LinkRow.connection_id == self._id) & (LinkRow.state != AccountState.SUSPENDED.value)
        since = self._fence.clock() - timedelta(days=WEEK_DAYS)
        recent = select(RunRow.tally).where(RunRow.connection_id == self._id, RunRow.started_at >= since)
        with self._database.reading() as session:
            week = Counter[Metric]()
            for done in session.scalars(recent.where(RunRow.tally.is_not(None))):
                week.update({Metric(name): count for name, count in (done or {}).items()})
            first = session.scalar(select(Connection.first_sync_at).where(Connection.id == self._id)) is None
            return Counts(_count(session, linked), week, first)

    def approved(self) -> Iterator[Sequence[Entry]]:
        """The rows that were handed over to this run, in plan order."""
        yield from self._drain(
            (EntryRow.run_id == self._run_id) & (EntryRow.outcome == EntryOutcome.PLANNED), CHUNK
        )

    def drop(self, entries: Sequence[Entry]) -> None:
        """Write that these rows are not asked for; whoever they are about is decided again."""
        if not entries:
            return
        keys = [entry.operation.person_key for entry in entries]
        with self._fence.writing() as session:
            self._set_outcome(session, entries, EntryOutcome.OUTDATED)
            self._set_people(session, EmployeeRow.person_key.in_(keys), dirty=True)

    # --- applying it -------------------------------------------------------------------------------------------------

    def unsettled(self) -> Iterator[Sequence[Entry]]:
        """What earlier runs had begun; once recorded it is not among them any more."""
        earlier = select(RunRow.id).where(RunRow.connection_id == self._id, RunRow.id != self._run_id)
        begun = EntryRow.run_id.in_(earlier) & (EntryRow.outcome == EntryOutcome.INTENDED)
        yield from self._drain(begun, CHUNK)

    def batches(self, size: int) -> Iterator[Sequence[Entry]]:
        """The operations not begun yet, kind by kind in the safe order."""
        mine = (EntryRow.run_id == self._run_id) & (EntryRow.outcome == EntryOutcome.PLANNED)
        for kind in SAFE_ORDER:
            yield from self._drain(mine & (EntryRow.kind == kind.value), size)

    def intend(self, entries: Sequence[Entry]) -> None:
        """Say, durably, that these are about to be asked of the host."""
        with self._fence.writing() as session:
            self._set_outcome(session, entries, EntryOutcome.INTENDED)

    def record(self, entries: Sequence[Entry], outcomes: Sequence[Outcome]) -> None:
        """Write what became of them, with the links and the mirror's dirty marks that follow.

        Whoever an undo was about is decided anew: it counts towards no limit, and a refusal is told by its row alone.
        """
        now = self._fence.clock()
        pairs = list(zip(entries, outcomes, strict=True))
        done = [(entry.operation, outcome) for entry, outcome in pairs if outcome.status.is_done]
        undone = [entry.operation for entry, outcome in pairs if entry.undoes and outcome.status.is_done]
        synced = [pair for pair in pairs if not pair[0].undoes]
        operations = [entry.operation for entry, outcome in synced if outcome.status.is_done]
        whole = [
            entry for entry, outcome in synced if outcome.status.is_done and outcome.code != GROUPS_NOT_DONE
        ]
        with self._fence.writing() as session:
            self._write_outcomes(session, pairs, now)
            write_links(session, self._id, done, now, sso=self._sso)
            write_groups(session, self._id, done)
            self._tally(session, operations)
            self._clean(session, [entry.operation.person_key for entry in whole])
            self._refuse(session, synced, now)
            if undone:
                hold_mails(session, self._id, undone)
                self._set_people(session, _about(undone), dirty=True)

    # --- inside one transaction --------------------------------------------------------------------------------------

    def _drain(self, which: ColumnElement[bool], size: int) -> Iterator[Sequence[Entry]]:
        mode = select(RunRow.mode).where(RunRow.id == EntryRow.run_id).scalar_subquery()
        query = select(EntryRow, mode).where(which).order_by(EntryRow.id).limit(size)
        last = 0
        while True:
            with self._database.reading() as session:
                rows = session.execute(query.where(EntryRow.id > last)).all()
            if not rows:
                return
            last = rows[-1][0].id
            yield [Entry(row.id, operation_of(row), mode == RunMode.UNDO) for row, mode in rows]

    def _set_outcome(self, session: Session, entries: Sequence[Entry], outcome: str) -> None:
        session.execute(
            update(EntryRow)
            .where(EntryRow.id.in_([entry.entry_id for entry in entries]))
            .values(outcome=outcome, at=self._fence.clock())
            .execution_options(synchronize_session=False)
        )

    def _tally(self, session: Session, done: Sequence[Operation]) -> None:
        """Add what was done to what the run has done, for the limits of the days to come."""
        run = session.get_one(RunRow, self._run_id)
        total = Counter(run.tally or {}) + Counter(
            {measure.value: count for measure, count in tally(done).items()}
        )
        run.tally = dict(total)

    def _entry(self, operation: Operation) -> dict[str, Any]:
        return {
            "run_id": self._run_id,
            "person_key": operation.person_key,
            "employee_id": operation.employee_id,
            "kind": operation.kind.value,
            "account_id": operation.account_id,
            "before": dict(operation.before),
            "after": dict(operation.after),
            "mail": operation.mail.value,
            "outcome": EntryOutcome.PLANNED,
            "outcome_code": "",
        }

    def _write_outcomes(
        self, session: Session, pairs: Sequence[tuple[Entry, Outcome]], now: datetime
    ) -> None:
        table = EntryRow.__table__
        session.connection().execute(
            update(EntryRow)
            .where(table.c.id == bindparam("entry"))
            .values(
                outcome=bindparam("status"),
                outcome_code=bindparam("why"),
                account_id=bindparam("account"),
                at=now,
            ),
            [
                {
                    "entry": entry.entry_id,
                    "status": outcome.status.value,
                    "why": outcome.code[:100],
                    "account": outcome.account_id or entry.operation.account_id,
                }
                for entry, outcome in pairs
            ],
        )

    def _refuse(self, session: Session, pairs: Sequence[tuple[Entry, Outcome]], now: datetime) -> None:
        """Say beside each person what the host refused; whoever it is stays dirty and is tried again."""
        refused = [
            Decision(
                entry.operation.person_key,
                entry.operation.employee_id,
                skipped=Finding(REFUSED, entry.operation.employee_id, outcome.status.value, outcome.code),
            )
            for entry, outcome in pairs
            if outcome.status in _REFUSALS
        ]
        rows = [row for decision in refused for row in finding_rows(self._id, decision)]
        if rows:
            keys = [one.person_key for one in refused]
            replace_findings(session, self._id, keys, rows, now, code=REFUSED)

    def _clean(self, session: Session, keys: Sequence[str]) -> None:
        if keys:
            self._set_people(session, EmployeeRow.person_key.in_(keys), dirty=False)

    def _set_due(self, session: Session, keys: Sequence[str], decisions: Sequence[Decision]) -> None:
        was_due = EmployeeRow.person_key.in_(keys) & EmployeeRow.due_at.is_not(None)
        self._set_people(session, was_due, due_at=None)
        for decision in decisions:
            if decision.due_at:
                mine = EmployeeRow.employee_id == decision.employee_id
                self._set_people(session, mine, due_at=decision.due_at)

    def _set_people(self, session: Session, which: ColumnElement[bool], **values: Any) -> None:
        session.execute(
            update(EmployeeRow)
            .where(EmployeeRow.connection_id == self._id, which)
            .values(**values)
            .execution_options(synchronize_session=False)
        )

    def _set_run(self, **values: Any) -> None:
        with self._fence.writing() as session:
            session.execute(update(RunRow).where(RunRow.id == self._run_id).values(**values))

    def _set_connection(self, *which: ColumnElement[bool], **values: Any) -> None:
        with self._fence.writing() as session:
            session.execute(update(Connection).where(Connection.id == self._id, *which).values(**values))


def _count(session: Session, which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(which)) or 0


def _about(operations: Sequence[Operation]) -> ColumnElement[bool]:
    return EmployeeRow.person_key.in_([operation.person_key for operation in operations])
