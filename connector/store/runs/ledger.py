"""The ledger of one run: the plan, intent before, outcome after, and in the same transaction what follows from it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from connector.core.model.account import AccountState
from connector.core.model.limits import WEEK_DAYS, Metric
from connector.core.model.operation import Decision, Finding, Operation, Refusal
from connector.core.model.run import EntryOutcome, RunMode, RunPhase, RunTrigger
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.core.ports.ledger import Counts, Entry, Move, Reversal
from connector.core.ports.optional import GROUPS_NOT_DONE, Effect
from connector.core.rules.limits import tally
from connector.core.rules.refusals import without
from connector.store.db.base import insert_rows
from connector.store.db.paging import CHUNK, in_chunks
from connector.store.db.sessions import Session
from connector.store.people import refusals as refused_values
from connector.store.people.findings import finding_rows, replace_findings
from connector.store.people.links import hold_mails, update_states, write_groups, write_links
from connector.store.runs import address_moves, excess
from connector.store.runs.entries import SAFE_ORDER, operation_of, row_of, set_outcome, write_outcomes
from connector.store.runs.fence import Fence
from connector.store.tables.connection import Connection
from connector.store.tables.people import EmployeeRow, LinkRow
from connector.store.tables.runs import EntryRow, RunRow

#: Progress is written when this much time has passed, not for every page.
PROGRESS_EVERY = timedelta(seconds=0.5)


class SqlLedger:
    """The ledger of one run of one connection; with `sso` a silent new account gets no mail later either."""

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

    def mark_reached(self) -> None:
        """Record that Paycor sent its first page: a manual sync uses up its hour, a preview does not (rule D15)."""
        manual = (RunRow.mode == RunMode.SYNC) & (RunRow.trigger == RunTrigger.MANUAL)
        is_manual = select(RunRow.id).where(RunRow.id == self._run_id, manual).exists()
        self._set_connection(is_manual, manual_read_at=self._fence.clock())

    def edits_seen_at(self) -> datetime | None:
        """Up to when edits made in the LMS have been seen."""
        with self._database.reading() as session:
            return session.scalar(select(Connection.edits_seen_at).where(Connection.id == self._id))

    def mark_applied(self, edits_seen_at: datetime | None) -> None:
        """Record that the whole plan was sent to the host, and up to when LMS edits were seen."""
        self._set_connection(edits_seen_at=edits_seen_at)

    # --- the plan ----------------------------------------------------------------------------------------------------

    def store(self, decisions: Sequence[Decision], effects: Sequence[Effect] = ()) -> None:
        """Write a chunk of the plan, in one transaction."""
        keys = [decision.person_key for decision in decisions]
        settled = [decision.person_key for decision in decisions if decision.operation is None]
        with self._fence.writing() as session:
            operations = [row_of(self._run_id, one.operation) for one in decisions if one.operation]
            for row, effect in zip(operations, effects, strict=bool(effects)):
                row["effect"] = asdict(effect)
            if operations:
                insert_rows(session, EntryRow, operations)
            rows = [row for decision in decisions for row in finding_rows(self._id, decision)]
            replace_findings(session, self._id, keys, rows, self._fence.clock())
            update_states(session, self._id, decisions)
            refused_values.remember(session, self._id, [kept for one in decisions for kept in one.kept])
            self._mark_clean(session, settled)
            self._set_due(session, keys, decisions)

    def store_reversals(self, reversals: Sequence[Reversal]) -> None:
        """Write a chunk of the plan of an undo, with the rows that are left as they are and the reason."""
        outcomes = [
            {"outcome": EntryOutcome.LEFT, "outcome_code": one.left} if one.left else {} for one in reversals
        ]
        rows = [
            row_of(self._run_id, one.operation) | outcome
            for one, outcome in zip(reversals, outcomes, strict=True)
        ]
        with self._fence.writing() as session:
            insert_rows(session, EntryRow, rows)

    def store_findings(self, findings: Sequence[Finding]) -> None:
        """Replace the findings about the connection as a whole with these."""
        decision = Decision("", "", findings=tuple(findings))
        with self._fence.writing() as session:
            replace_findings(session, self._id, [""], finding_rows(self._id, decision), self._fence.clock())

    def close_plan(self, digest: str) -> Counts:
        """Store the digest of the plan; returns what the limits are checked against."""
        self._set_run(digest=digest)
        linked = (LinkRow.connection_id == self._id) & (LinkRow.state != AccountState.SUSPENDED.value)
        with self._database.reading() as session:
            first_sync_at = session.scalar(select(Connection.first_sync_at).where(Connection.id == self._id))
            linked_count = session.scalar(select(func.count()).where(linked)) or 0
            week = self._week(session, first_sync_at) if first_sync_at else Counter[Metric]()
            return Counts(linked_count, week, first=first_sync_at is None)

    def hold_excess(self, rooms: Mapping[Metric, int]) -> None:
        """Let the rows that count towards these metrics wait, but for as many as there is room for (rule D20)."""
        with self._fence.writing() as session:
            excess.hold_excess(session, self._run_id, rooms, self._fence.clock())

    def admit(self, rooms: Mapping[Metric, int]) -> bool:
        """Plan again as many of the rows that wait as there is room for; returns whether there was any."""
        with self._fence.writing() as session:
            return excess.admit(session, self._run_id, rooms)

    def approved(self) -> Iterator[Sequence[Entry]]:
        """The rows that were handed over to this run, in plan order."""
        return self._entries(self._is_planned, CHUNK)

    def mark_outdated(self, entries: Sequence[Entry]) -> None:
        """Mark rows as not sent to the host; the people they are about are decided again."""
        if not entries:
            return
        keys = [entry.operation.person_key for entry in entries]
        with self._fence.writing() as session:
            set_outcome(session, entries, EntryOutcome.OUTDATED, self._fence.clock())
            self._set_people(session, EmployeeRow.person_key.in_(keys), dirty=True)

    # --- applying it -------------------------------------------------------------------------------------------------

    def unsettled(self) -> Iterator[Sequence[Entry]]:
        """Rows of earlier runs that were begun and have no outcome yet."""
        earlier = select(RunRow.id).where(RunRow.connection_id == self._id, RunRow.id != self._run_id)
        return self._entries(
            EntryRow.run_id.in_(earlier) & (EntryRow.outcome == EntryOutcome.INTENDED), CHUNK
        )

    def batches(self, size: int, row_ids: Sequence[int] | None = None) -> Iterator[Sequence[Entry]]:
        """The operations not begun yet, or these of them, kind by kind in the safe order."""
        starts = range(0, len(row_ids), CHUNK) if row_ids is not None else [0]
        for kind, start in product(SAFE_ORDER, starts):
            which = self._is_planned & (EntryRow.kind == kind.value)
            if row_ids is not None:
                which &= EntryRow.id.in_(row_ids[start : start + CHUNK])
            yield from self._entries(which, size)

    def moves(self) -> Sequence[Move]:
        """The rows not begun yet of which one takes the address that another frees."""
        with self._database.reading() as session:
            return address_moves.of_run(session, self._run_id)

    def freed(self, addresses: Collection[str]) -> Mapping[str, Collection[str]]:
        """The accounts from which planned rows take each of these addresses."""
        with self._database.reading() as session:
            return address_moves.freed(session, self._run_id, addresses)

    def mark_parked(self, person_keys: Sequence[str], *, is_parked: bool) -> None:
        """Record, durably, whether the accounts of these people have a parking address."""
        with self._fence.writing() as session:
            address_moves.set_parked(session, self._id, person_keys, is_parked=is_parked)

    def mark_intended(self, entries: Sequence[Entry]) -> None:
        """Record, durably, that these are about to be sent to the host."""
        with self._fence.writing() as session:
            set_outcome(session, entries, EntryOutcome.INTENDED, self._fence.clock())

    def record(
        self,
        entries: Sequence[Entry],
        outcomes: Sequence[Outcome],
        refusals: Sequence[tuple[Refusal, Finding]] = (),
    ) -> None:
        """Write what the host did, with the links and dirty marks that follow from it, and what it refused.

        A row whose outcome is UNKNOWN stays intended. People that an undo changed are decided again: they count in no
        limit, and only their row shows a refusal.
        """
        now = self._fence.clock()
        rows = zip(entries, outcomes, strict=True)
        pairs = [(_done_part(*row), row[1]) for row in rows if row[1].status is not OutcomeStatus.UNKNOWN]
        done = [(entry.operation, outcome) for entry, outcome in pairs if outcome.status.is_done]
        undone = [entry.operation for entry, outcome in pairs if entry.undoes and outcome.status.is_done]
        synced = [pair for pair in pairs if not pair[0].undoes]
        operations = [entry.operation for entry, outcome in synced if outcome.status.is_done]
        complete = [
            entry.operation.person_key
            for entry, outcome in synced
            if outcome.status.is_done and outcome.code != GROUPS_NOT_DONE and not outcome.refused
        ]
        sent = [entry.operation for entry in entries if not entry.undoes]
        with self._fence.writing() as session:
            write_outcomes(session, pairs, now)
            write_links(session, self._id, done, now, sso=self._sso)
            write_groups(session, self._id, done)
            readdressed = [operation.person_key for operation, _ in done if "email" in operation.after]
            if readdressed:
                address_moves.set_parked(session, self._id, readdressed, is_parked=False)
            self._add_to_tally(session, operations)
            self._mark_clean(session, complete)
            refused_values.record(session, self._id, sent, refusals)
            if undone:
                hold_mails(session, self._id, undone)
                keys = [operation.person_key for operation in undone]
                self._set_people(session, EmployeeRow.person_key.in_(keys), dirty=True)

    # --- below here: inside one transaction --------------------------------------------------------------------------

    @property
    def _is_planned(self) -> ColumnElement[bool]:
        return (EntryRow.run_id == self._run_id) & (EntryRow.outcome == EntryOutcome.PLANNED)

    def _entries(self, which: ColumnElement[bool], size: int) -> Iterator[Sequence[Entry]]:
        mode = select(RunRow.mode).where(RunRow.id == EntryRow.run_id).scalar_subquery()
        query = select(EntryRow.id, EntryRow, mode).where(which)
        for rows in in_chunks(self._database, query, EntryRow.id, size):
            yield [Entry(row_id, operation_of(row), mode == RunMode.UNDO) for row_id, row, mode in rows]

    def _week(self, session: Session, first_sync_at: datetime) -> Counter[Metric]:
        """What was done in seven days, except for what an admin has approved: the first sync, applied plans (D20)."""
        recent = select(RunRow.tally).where(
            RunRow.connection_id == self._id,
            RunRow.started_at >= self._fence.clock() - timedelta(days=WEEK_DAYS),
            RunRow.started_at > first_sync_at,
            RunRow.mode != RunMode.APPLY,
            RunRow.tally.is_not(None),
        )
        total = Counter[Metric]()
        for counts in session.scalars(recent):
            total.update({Metric(name): count for name, count in (counts or {}).items()})
        return total

    def _add_to_tally(self, session: Session, operations: Sequence[Operation]) -> None:
        """Add to what the run has done, for the limits of the coming days."""
        run = session.get_one(RunRow, self._run_id)
        added = Counter({metric.value: count for metric, count in tally(operations).items()})
        run.tally = dict(Counter(run.tally or {}) + added)

    def _mark_clean(self, session: Session, keys: Sequence[str]) -> None:
        if keys:
            self._set_people(session, EmployeeRow.person_key.in_(keys), dirty=False)

    def _set_due(self, session: Session, keys: Sequence[str], decisions: Sequence[Decision]) -> None:
        was_due = EmployeeRow.person_key.in_(keys) & EmployeeRow.due_at.is_not(None)
        self._set_people(session, was_due, due_at=None)
        for decision in decisions:
            if decision.due_at:
                deciding = EmployeeRow.employee_id == decision.employee_id
                self._set_people(session, deciding, due_at=decision.due_at)

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


def _done_part(entry: Entry, outcome: Outcome) -> Entry:
    """The row with what was done of it: without the values that the host refused."""
    if not outcome.status.is_done or not outcome.refused:
        return entry
    return replace(entry, operation=without(entry.operation, outcome.refused))
