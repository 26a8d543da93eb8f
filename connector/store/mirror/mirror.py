"""The mirror of Paycor: staged records become it in one transaction, when the read is complete and only then.

Everything is done in sets: a page costs one look-up, a read one merge. `dirty` is the list of what has not been acted
on since it changed, so that whatever a run leaves undone is found by the next one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, Update, delete, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from connector.core.model.attributes import Origin
from connector.core.model.decision_input import DecisionInput
from connector.core.model.settings import Settings
from connector.core.ports.host import EditedAccount
from connector.core.ports.mirror import Read, StagedRecord
from connector.core.rules.access import days
from connector.store.db.sessions import count_rows
from connector.store.mirror import person_id_changes
from connector.store.mirror.decision_inputs import DecisionInputReader
from connector.store.mirror.staging import Staging, staged_ids
from connector.store.runs.fence import Fence
from connector.store.tables.connection import Connection
from connector.store.tables.people import EmployeeRow, FindingRow, LinkRow, StagedRow

CHUNK = 500

_COPIED = ("employee_id", "person_key", "digest", "email_key", "manager_id", "status", "ends_on", "record")


#: What of a record matters to those with the same email, and to its manager.
_BY_SHARERS = ("person_key", "email_key", "status", "ends_on")
_BY_MANAGER = ("manager_id", "status", "ends_on")


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
        self._intake = Staging(fence, connection_id, settings)

    def open_intake(self, *, whole: bool) -> None:
        """Throw away what an unfinished read left, and have every digest at hand if everybody is going to be read."""
        self._intake = Staging(self._fence, self._id, self._settings)
        self._intake.open(whole=whole)

    def unknown(self, digests: Sequence[bytes]) -> Sequence[int]:
        """The places of the digests that are not in the mirror as it is; the others' employees have been seen."""
        return self._intake.unknown(digests)

    def stage(self, staged: Sequence[StagedRecord]) -> None:
        """Keep changed records aside."""
        self._intake.stage(staged)

    def heard(self) -> int:
        """How many employees the read has had so far, each once."""
        return self._intake.count()

    def adopt(self, read: Read) -> None:
        """Make the staged records the mirror, in one transaction with everything that follows from them."""
        self._intake.write()
        with self._fence.writing() as session:
            if read.provable:
                self._count_absent(session)
            if self._intake.staged:
                if self._intake.is_large:
                    count_rows(session, StagedRow)
                self._mark_affected(session)
                person_id_changes.follow(session, self._id)
                self._merge(session)
                if self._intake.is_large:
                    count_rows(session, EmployeeRow)
                session.execute(delete(StagedRow).where(StagedRow.connection_id == self._id))
            if read.counted:
                counted = (
                    update(Connection).where(Connection.id == self._id).values(last_read_count=read.count)
                )
                session.execute(counted)
        # What it took to read, twenty bytes an employee, is not needed to plan.
        self._intake = Staging(self._fence, self._id, self._settings)

    def last_count(self) -> int | None:
        """How many records the last read had that counts."""
        with self._database.reading() as session:
            return session.scalar(select(Connection.last_read_count).where(Connection.id == self._id))

    def unseen(self, employee_ids: Sequence[str]) -> int:
        """How many of these employees are neither staged nor known by a digest that was seen."""
        if not employee_ids:
            return 0
        self._intake.write()
        wanted = set(employee_ids)
        staged = staged_ids(self._id).where(StagedRow.employee_id.in_(wanted))
        known = select(EmployeeRow.employee_id, EmployeeRow.digest)
        with self._database.reading() as session:
            rows = session.execute(known.where(self._mine, EmployeeRow.employee_id.in_(wanted))).all()
            seen = {row[0] for row in rows if self._intake.was_seen(row[1])}
            return len(wanted - seen - set(session.scalars(staged)))

    def mark_due(self, now: datetime) -> Sequence[str]:
        """Mark as dirty everybody whose stored dates fall due, and whose direct reports change by it."""
        which = [EmployeeRow.due_at <= now]
        if Origin.REPORTS in self._origins:
            leaders = select(EmployeeRow.manager_id).where(self._mine, EmployeeRow.due_at <= now)
            which.append(EmployeeRow.employee_id.in_(_values(leaders)))
        with self._fence.writing() as session:
            keys = set[str]()
            # One by one, because either has an index and both together have none.
            for due in which:
                session.execute(self._dirty(due))
                keys.update(session.scalars(select(EmployeeRow.person_key).where(self._mine, due)))
            return sorted(keys)

    def people_of(self, employee_ids: Sequence[str]) -> Sequence[str]:
        """The person keys of these employees, in order."""
        query = select(EmployeeRow.person_key).where(self._mine, EmployeeRow.employee_id.in_(employee_ids))
        with self._database.reading() as session:
            return session.scalars(query.distinct().order_by(EmployeeRow.person_key)).all()

    def mark_edited(self, touched: Iterable[EditedAccount] | None) -> None:
        """Mark as dirty whoever's account is not as the connector left it; None: everybody who is linked."""
        if touched is None:
            linked = select(LinkRow.person_key).where(LinkRow.connection_id == self._id)
            with self._fence.writing() as session:
                session.execute(self._dirty(EmployeeRow.person_key.in_(linked)))
            return
        edits = iter(touched)
        while chunk := list(islice(edits, CHUNK)):
            self._mark_chunk({one.account_id: one.version for one in chunk})

    def cases(self, only: Sequence[str] | None = None) -> Iterator[Sequence[DecisionInput]]:
        """Everybody dirty, or these humans, a chunk at a time, in the order of person keys."""
        reader = DecisionInputReader(self._database, self._id, self._origins)
        today = days.today(self._fence.clock(), self._settings.time_zone)
        if only is not None:
            for start in range(0, len(only), CHUNK):
                yield reader.cases(sorted(only[start : start + CHUNK]), today)
            return
        last = ""
        while keys := reader.dirty_after(last, CHUNK):
            yield reader.cases(keys, today)
            last = keys[-1]

    def owners(self, account_ids: Sequence[str]) -> Mapping[str, str]:
        """The person keys that these accounts are linked to."""
        query = select(LinkRow.account_id, LinkRow.person_key).where(
            LinkRow.connection_id == self._id, LinkRow.account_id.in_(account_ids)
        )
        with self._database.reading() as session:
            return {row[0]: row[1] for row in session.execute(query)}

    # --- below here: inside one transaction --------------------------------------------------------------------------

    @property
    def _mine(self) -> ColumnElement[bool]:
        return EmployeeRow.connection_id == self._id

    def _dirty(self, which: ColumnElement[bool]) -> Update:
        # Wrapped, so that no planner takes the index on `dirty`, under which nearly everybody stands.
        clean = func.coalesce(EmployeeRow.dirty, literal(True)).is_(False)
        return update(EmployeeRow).where(self._mine, clean, which).values(dirty=True)

    def _mark_affected(self, session: Session) -> None:
        """Whoever is decided differently because of somebody else's staged record; asked before the merge.

        They are tied to what was or to what is going to be: people with the same email (D2), a manager whose reports
        change (B12), the reports of a manager whose name or email changes, and whoever is in a circle of managers
        (X10), which may have been broken anywhere.
        """
        for column in (EmployeeRow.email_key, StagedRow.email_key):
            noticed = self._noticed(column, _BY_SHARERS)
            session.execute(self._dirty(EmployeeRow.email_key.in_(noticed)))
        if Origin.REPORTS in self._origins:
            for column in (EmployeeRow.manager_id, StagedRow.manager_id):
                noticed = self._noticed(column, _BY_MANAGER)
                session.execute(self._dirty(EmployeeRow.employee_id.in_(noticed)))
        if Origin.MANAGER in self._origins:
            session.execute(self._dirty(EmployeeRow.manager_id.in_(staged_ids(self._id))))
        if self._origins & {Origin.MANAGER, Origin.REPORTS}:
            looped = select(FindingRow.employee_id).where(
                FindingRow.connection_id == self._id, FindingRow.code == "manager_loop"
            )
            session.execute(self._dirty(EmployeeRow.employee_id.in_(_values(looped))))

    def _noticed(self, column: Any, names: Sequence[str]) -> Any:
        """A column of the staged records that change one of these, or of what such a record is about to replace."""
        differs = (getattr(EmployeeRow, name).is_distinct_from(getattr(StagedRow, name)) for name in names)
        both = (EmployeeRow.connection_id == self._id) & (EmployeeRow.employee_id == StagedRow.employee_id)
        query = select(column).select_from(StagedRow).outerjoin(EmployeeRow, both)
        return _values(query.where(StagedRow.connection_id == self._id, or_(*differs)))

    def _merge(self, session: Session) -> None:
        """Write the staged records over the mirror, and add those that are new."""
        values = {name: getattr(StagedRow, name) for name in _COPIED[1:]}
        session.execute(
            update(EmployeeRow)
            .where(self._mine, self._is_staged, self._is_same)
            .values(**values, dirty=True, absent_reads=0)
            .execution_options(synchronize_session=False)
        )
        here = select(EmployeeRow.id).where(self._mine, self._is_same).exists()
        copied = (getattr(StagedRow, name) for name in _COPIED)
        fresh = (
            select(StagedRow.connection_id, *copied, literal(True), literal(0))
            .where(StagedRow.connection_id == self._id, ~here)
            .order_by(StagedRow.id)
        )
        columns = ["connection_id", *_COPIED, "dirty", "absent_reads"]
        session.execute(insert(EmployeeRow).from_select(columns, fresh))

    @property
    def _is_staged(self) -> ColumnElement[bool]:
        return EmployeeRow.employee_id.in_(staged_ids(self._id))

    @property
    def _is_same(self) -> ColumnElement[bool]:
        return (StagedRow.connection_id == self._id) & (StagedRow.employee_id == EmployeeRow.employee_id)

    def _count_absent(self, session: Session) -> None:
        """Count whoever is neither staged nor seen as missing once more; asked before the merge."""
        not_staged = ~select(StagedRow.id).where(self._is_same).exists()
        missing = update(EmployeeRow).values(absent_reads=EmployeeRow.absent_reads + 1, dirty=True)
        quietly = missing.execution_options(synchronize_session=False)
        session.execute(quietly.where(self._mine, EmployeeRow.absent_reads > 0, not_staged))
        unseen = self._intake.unseen
        if not unseen:
            return
        # Wrapped for the same reason as in `_dirty`.
        was_there = func.coalesce(EmployeeRow.absent_reads, 0) == 0
        changed = select(func.count()).where(self._mine, was_there, self._is_staged)
        if session.scalar(changed) == unseen:
            return
        present = select(EmployeeRow.id, EmployeeRow.digest).where(self._mine, was_there)
        rows = session.execute(present.where(not_staged).execution_options(yield_per=10_000))
        absent = [row_id for row_id, digest in rows if not self._intake.was_seen(digest)]
        for start in range(0, len(absent), CHUNK):
            session.execute(quietly.where(EmployeeRow.id.in_(absent[start : start + CHUNK])))

    def _mark_chunk(self, versions: Mapping[str, str]) -> None:
        query = select(LinkRow.person_key, LinkRow.account_id, LinkRow.version).where(
            LinkRow.connection_id == self._id, LinkRow.account_id.in_(versions)
        )
        with self._database.reading() as session:
            edited = [
                key for key, account, left in session.execute(query) if left != versions[account] or not left
            ]
        if edited:
            with self._fence.writing() as session:
                session.execute(self._dirty(EmployeeRow.person_key.in_(edited)))


def _values(query: Select[Any]) -> Any:
    """The rows of a query as a derived table: MariaDB changes no table that a subquery of the change reads."""
    return select(query.subquery())
