"""The mirror of Paycor: staged records replace it in one transaction, and only after a complete read.

All statements work on sets: one look-up for a page, one merge for a read. `dirty` marks people whose changes no run has
acted on, so the next run finds everything that a run left undone.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, literal, select, true, update

from connector.core.model.attributes import Origin
from connector.core.model.decision_input import DecisionInput
from connector.core.model.settings import Settings
from connector.core.ports.host import EditedAccount
from connector.core.ports.mirror import Read, StagedRecord
from connector.core.rules.access import days
from connector.store.db.paging import CHUNK
from connector.store.db.sessions import Session, refresh_row_estimates
from connector.store.mirror import person_id_changes, working_days
from connector.store.mirror.decision_inputs import DecisionInputReader
from connector.store.mirror.dependents import Dependents
from connector.store.mirror.staging import Staging, staged_ids
from connector.store.people import links
from connector.store.runs.fence import Fence
from connector.store.runs.plans import employees_that_wait
from connector.store.tables.connection import Connection
from connector.store.tables.people import EmployeeRow, LinkRow, StagedRow

#: The columns that a staged record and an employee of the mirror share.
_COPIED = (
    "employee_id",
    "person_key",
    "digest",
    "email_key",
    "manager_id",
    "status",
    "starts_on",
    "ends_on",
    "record",
)


class SqlMirror:
    """The mirror of one connection, for one run. `origins` are those of the mapped attributes."""

    def __init__(
        self, fence: Fence, connection_id: int, settings: Settings, origins: frozenset[Origin]
    ) -> None:
        self._fence = fence
        self._database = fence.database
        self._id = connection_id
        self._settings = settings
        self._origins = origins
        self._staging = Staging(fence, connection_id, settings)
        self._dependents = Dependents(connection_id, origins, settings.policy.absent_reads)

    def open_staging(self, *, whole: bool) -> None:
        """Delete what an unfinished read left; with `whole` load the digest of every employee."""
        self._staging = Staging(self._fence, self._id, self._settings)
        self._staging.open(whole=whole)

    def unknown(self, digests: Sequence[bytes]) -> Sequence[int]:
        """The indexes of the digests that the mirror does not have; the employees of the others count as seen."""
        return self._staging.unknown(digests)

    def stage(self, staged: Sequence[StagedRecord]) -> None:
        """Keep changed records aside."""
        self._staging.stage(staged)

    def employees_read(self) -> int:
        """How many employees this read has brought, each counted once."""
        return self._staging.count()

    def promote(self, read: Read) -> None:
        """Write the staged records into the mirror, in one transaction with everything that follows from them."""
        self._staging.write()
        with self._fence.writing() as session:
            if read.proves_absence:
                self._count_absent(session)
                self._dependents.mark_by_absence(session)
            if self._staging.staged:
                if self._staging.is_large:
                    refresh_row_estimates(session, StagedRow)
                self._dependents.mark_by_staged(session)
                person_id_changes.carry_over(session, self._id)
                self._merge(session)
                if self._staging.is_large:
                    refresh_row_estimates(session, EmployeeRow)
                session.execute(delete(StagedRow).where(StagedRow.connection_id == self._id))
            if read.sets_baseline:
                connection = update(Connection).where(Connection.id == self._id)
                session.execute(connection.values(last_read_count=read.count))
        # Frees the memory of the read, twenty bytes an employee, before the plan is made.
        self._staging = Staging(self._fence, self._id, self._settings)

    def last_read_count(self) -> int | None:
        """How many records the last complete read without a feed warning had; None before the first."""
        with self._database.reading() as session:
            return session.scalar(select(Connection.last_read_count).where(Connection.id == self._id))

    def count_unseen(self, employee_ids: Sequence[str]) -> int:
        """How many of these employees this read has not brought: neither staged nor seen by their digest."""
        if not employee_ids:
            return 0
        self._staging.write()
        ids = set(employee_ids)
        staged = staged_ids(self._id).where(StagedRow.employee_id.in_(ids))
        stored = select(EmployeeRow.employee_id, EmployeeRow.digest)
        with self._database.reading() as session:
            rows = session.execute(stored.where(self._mine, EmployeeRow.employee_id.in_(ids))).all()
            seen = {row[0] for row in rows if self._staging.was_seen(row[1])}
            return len(ids - seen - set(session.scalars(staged)))

    def mark_due(self, now: datetime) -> Sequence[str]:
        """Mark as dirty everybody with a stored date that is due, and everybody whose decision rests on them.

        Returns their person keys, in order. Somebody who waits over a limit goes on waiting for the next sync (D20).
        """
        is_due = self._mine & (EmployeeRow.due_at <= now)
        waits = EmployeeRow.employee_id.in_(employees_that_wait(self._id))
        due = select(EmployeeRow.person_key).where(is_due).distinct()
        with self._fence.writing() as session:
            people = sorted(session.scalars(due))
            keys = set[str]()
            for start in range(0, len(people), CHUNK):
                chunk = people[start : start + CHUNK]
                working_days.refresh(session, self._id, chunk, self._settings, now)
                keys |= self._dependents.mark_by_dates(session, chunk)
            keys -= set(session.scalars(select(EmployeeRow.person_key).where(self._mine, waits)))
            session.execute(update(EmployeeRow).where(is_due, waits).values(due_at=None))
            return sorted(keys)

    def person_keys_of(self, employee_ids: Sequence[str]) -> Sequence[str]:
        """The person keys of these employees, in order."""
        query = select(EmployeeRow.person_key).where(self._mine, EmployeeRow.employee_id.in_(employee_ids))
        with self._database.reading() as session:
            return session.scalars(query.distinct().order_by(EmployeeRow.person_key)).all()

    def mark_edited(self, edits: Sequence[EditedAccount] | None) -> Sequence[str]:
        """Mark as dirty everybody whose account is not as the connector left it; None: everybody linked.

        Returns the ids of the edited accounts that nobody is linked to.
        """
        if edits is None:
            with self._fence.writing() as session:
                self._dependents.mark_linked(session, true())
            return ()
        versions = {one.account_id: one.version for one in edits}
        query = select(LinkRow.account_id, LinkRow.person_key, LinkRow.version)
        mine = (LinkRow.connection_id == self._id) & LinkRow.account_id.in_(versions)
        with self._database.reading() as session:
            linked = session.execute(query.where(mine)).all()
        edited = [key for account_id, key, left in linked if left != versions[account_id] or not left]
        if edited:
            with self._fence.writing() as session:
                self._dependents.mark(session, EmployeeRow.person_key.in_(edited))
        return sorted(versions.keys() - {row[0] for row in linked})

    def mark_named(self, person_keys: Sequence[str], emails: Sequence[str]) -> None:
        """Mark as dirty everybody with one of these person keys or emails (`email_key`)."""
        with self._fence.writing() as session:
            self._dependents.mark(session, EmployeeRow.person_key.in_(person_keys))
            self._dependents.mark(session, EmployeeRow.email_key.in_(emails))

    def linked_accounts(self) -> Iterator[Sequence[str]]:
        """The ids of all linked accounts, a chunk at a time; ids are short, so ten times as many as of records."""
        mine, last = LinkRow.connection_id == self._id, ""
        # In the order of the index on both columns, so that no row is read.
        query = select(LinkRow.account_id).order_by(LinkRow.account_id).limit(10 * CHUNK)
        while True:
            with self._database.reading() as session:
                account_ids = session.scalars(query.where(mine, LinkRow.account_id > last)).all()
            if not account_ids:
                return
            yield account_ids
            last = account_ids[-1]

    def mark_accounts(self, deleted: Sequence[str]) -> None:
        """Mark as dirty everybody linked to one of these, everybody with a parked account, and everybody who waits for
        another account.
        """
        with self._fence.writing() as session:
            for start in range(0, len(deleted), CHUNK):
                self._dependents.mark_linked(session, LinkRow.account_id.in_(deleted[start : start + CHUNK]))
            self._dependents.mark_linked(session, LinkRow.is_parked.is_(True))
            self._dependents.mark_by_accounts(session)

    def decision_inputs(self, only: Sequence[str] | None = None) -> Iterator[Sequence[DecisionInput]]:
        """Everybody dirty, or these people, a chunk at a time, in the order of person keys."""
        reader = DecisionInputReader(
            self._database, self._id, self._origins, self._settings.policy.absent_reads
        )
        today = days.today(self._fence.clock(), self._settings.time_zone)
        if only is not None:
            for start in range(0, len(only), CHUNK):
                yield reader.read(sorted(only[start : start + CHUNK]), today)
            return
        last = ""
        while keys := reader.dirty_after(last, CHUNK):
            yield reader.read(keys, today)
            last = keys[-1]

    def owners(self, account_ids: Sequence[str]) -> Mapping[str, str]:
        """The person key of each of these accounts that is linked, by account id."""
        with self._database.reading() as session:
            return links.owners(session, self._id, account_ids)

    # --- below here: inside one transaction --------------------------------------------------------------------------

    @property
    def _mine(self) -> ColumnElement[bool]:
        return EmployeeRow.connection_id == self._id

    def _merge(self, session: Session) -> None:
        """Update the mirror with the staged records, and add those that are new."""
        values = {name: getattr(StagedRow, name) for name in _COPIED[1:]}
        session.execute(
            update(EmployeeRow)
            .where(self._mine, self._is_staged, self._is_same)
            .values(**values, dirty=True, absent_reads=0)
            .execution_options(synchronize_session=False)
        )
        is_stored = select(EmployeeRow.id).where(self._mine, self._is_same).exists()
        copied = (getattr(StagedRow, name) for name in _COPIED)
        new_rows = (
            select(StagedRow.connection_id, *copied, literal(True), literal(0))
            .where(StagedRow.connection_id == self._id, ~is_stored)
            .order_by(StagedRow.id)
        )
        columns = ["connection_id", *_COPIED, "dirty", "absent_reads"]
        session.execute(insert(EmployeeRow).from_select(columns, new_rows))

    @property
    def _is_staged(self) -> ColumnElement[bool]:
        return EmployeeRow.employee_id.in_(staged_ids(self._id))

    @property
    def _is_same(self) -> ColumnElement[bool]:
        return (StagedRow.connection_id == self._id) & (StagedRow.employee_id == EmployeeRow.employee_id)

    def _count_absent(self, session: Session) -> None:
        """Add one absent read to everybody who is neither staged nor seen; called before the merge."""
        not_staged = ~select(StagedRow.id).where(self._is_same).exists()
        count_one = (
            update(EmployeeRow)
            .values(absent_reads=EmployeeRow.absent_reads + 1, dirty=True)
            .execution_options(synchronize_session=False)
        )
        session.execute(count_one.where(self._mine, EmployeeRow.absent_reads > 0, not_staged))
        unseen = self._staging.unseen
        if not unseen:
            return
        # Wrapped in a function, so that no query planner uses the index on it: nearly everybody is present.
        was_present = func.coalesce(EmployeeRow.absent_reads, 0) == 0
        changed = select(func.count()).where(self._mine, was_present, self._is_staged)
        if session.scalar(changed) == unseen:
            return
        present = select(EmployeeRow.id, EmployeeRow.digest).where(self._mine, was_present)
        rows = session.execute(present.where(not_staged).execution_options(yield_per=10_000))
        absent = [row_id for row_id, digest in rows if not self._staging.was_seen(digest)]
        for start in range(0, len(absent), CHUNK):
            session.execute(count_one.where(EmployeeRow.id.in_(absent[start : start + CHUNK])))
