"""What a read has brought so far: which employees came unchanged, and the new or changed records, kept aside.

None of it is in the mirror yet, and it is deleted unless the read is complete. A page without changes costs no
statement. Of several records of one employee the first counts; an employee who also came unchanged stays unchanged.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec
from sqlalchemy import Select, Table, delete, func, select

from connector.core.model.employee import EmploymentStatus
from connector.core.model.settings import Settings
from connector.core.ports.mirror import StagedRecord
from connector.core.rules.access import presence
from connector.store.db.base import insert_rows
from connector.store.db.paging import CHUNK
from connector.store.db.sessions import Session
from connector.store.mirror.digest_index import DigestIndex
from connector.store.mirror.seen_ids import SeenIds
from connector.store.people import aliases
from connector.store.runs.fence import Fence
from connector.store.tables.people import EmployeeRow, StagedRow

#: From this many staged records on, the database should count the rows of its tables again.
LARGE = 1_000

_EMPLOYEES = cast(Table, EmployeeRow.__table__)


def staged_ids(connection_id: int) -> Select[Any]:
    """The ids of the employees with a staged record.

    As an extra condition on a join of the mirror with the staged rows, it makes a database that has not counted its
    rows start with the staged ones, and not with everybody.
    """
    return select(StagedRow.employee_id).where(StagedRow.connection_id == connection_id)


class Staging:
    """The staged records of one connection, for one run."""

    def __init__(self, fence: Fence, connection_id: int, settings: Settings) -> None:
        self._fence = fence
        self._id = connection_id
        self._settings = settings
        self._index = DigestIndex()
        self._seen_ids = SeenIds()
        self._waiting: list[StagedRecord] = []
        #: How many records have been written.
        self.staged = 0

    def open(self, *, whole: bool) -> None:
        """Delete what an unfinished read left; with `whole` load the digest of every employee.

        Employees missing from the last read are left out: their record has to be promoted again, changed or not.
        """
        with self._fence.writing() as session:
            session.execute(delete(StagedRow).where(StagedRow.connection_id == self._id))
        mine = (_EMPLOYEES.c.connection_id == self._id) & (_EMPLOYEES.c.absent_reads == 0)
        query = select(_EMPLOYEES.c.digest).where(mine).order_by(_EMPLOYEES.c.digest)
        if whole:
            with self._fence.database.reading() as session:
                rows = session.connection().execute(query.execution_options(yield_per=10_000))
                self._index = DigestIndex(rows.scalars().partitions())

    def unknown(self, digests: Sequence[bytes]) -> list[int]:
        """The indexes of the digests that the mirror does not have; the employees of the others count as seen."""
        return self._index.unknown(digests)

    def was_seen(self, digest: bytes) -> bool:
        """Whether the employee of a digest in the mirror came unchanged."""
        return self._index.was_seen(digest)

    @property
    def unseen(self) -> int:
        """How many employees of the mirror did not come unchanged."""
        return len(self._index) - self._index.seen

    @property
    def is_large(self) -> bool:
        """Whether so many records are staged that the size of the mirror changes noticeably."""
        return self.staged > LARGE

    def stage(self, staged: Sequence[StagedRecord]) -> None:
        """Keep records aside, the first one of each employee."""
        self._waiting += [one for one in staged if self._seen_ids.add(one.employee.employee_id)]
        if len(self._waiting) >= CHUNK:
            self.write()

    def write(self) -> None:
        """Write the records that wait, in one transaction; before this they are in memory only."""
        if not self._waiting:
            return
        staged, self._waiting = self._waiting, []
        unnamed = [one.employee for one in staged if one.employee.problem or one.employee.person_id is None]
        with self._fence.writing() as session:
            keys = self._person_keys(session, [one.employee_id for one in unnamed]) if unnamed else {}
            rows = [self._row(one, keys) for one in staged]
            used = aliases.used_keys(session, self._id, [row["person_key"] for row in rows])
            for row in rows:
                row["person_key"] = used.get(row["person_key"], row["person_key"])
            insert_rows(session, StagedRow, rows)
        self.staged += len(staged)

    def count(self) -> int:
        """How many employees this read has brought, each counted once."""
        self.write()
        if not self.staged:
            return self._index.seen
        with self._fence.writing() as session:
            if self._index.seen:
                self._delete_doubles(session)
            staged = select(func.count()).where(StagedRow.connection_id == self._id)
            return self._index.seen + (session.scalar(staged) or 0)

    # --- below here: inside one transaction ---------------------------------------------------------------------------

    def _delete_doubles(self, session: Session) -> None:
        """Delete staged records of employees who also came unchanged, such as in another legal entity's list."""
        both = (EmployeeRow.connection_id == self._id) & (EmployeeRow.employee_id == StagedRow.employee_id)
        pairs = select(StagedRow.id, EmployeeRow.digest).join(EmployeeRow, both)
        staged = EmployeeRow.employee_id.in_(staged_ids(self._id))
        mine = pairs.where(StagedRow.connection_id == self._id, staged)
        rows = session.execute(mine.execution_options(yield_per=10_000))
        doubles = [row_id for row_id, digest in rows if self._index.was_seen(digest)]
        for start in range(0, len(doubles), CHUNK):
            session.execute(delete(StagedRow).where(StagedRow.id.in_(doubles[start : start + CHUNK])))

    def _person_keys(self, session: Session, employee_ids: Sequence[str]) -> Mapping[str, str]:
        """The stored person keys of these employees: a record without a person id stays with its person."""
        query = select(EmployeeRow.employee_id, EmployeeRow.person_key)
        mine = (EmployeeRow.connection_id == self._id) & EmployeeRow.employee_id.in_(employee_ids)
        return {row[0]: row[1] for row in session.execute(query.where(mine))}

    def _row(self, one: StagedRecord, keys: Mapping[str, str]) -> dict[str, Any]:
        employee = one.employee
        starts_on, ends_on = presence.working_days(employee, self._settings, self._fence.clock())
        return {
            "connection_id": self._id,
            "employee_id": employee.employee_id,
            "person_key": keys.get(employee.employee_id, employee.person_key),
            "digest": one.digest,
            "email_key": employee.email_key,
            "manager_id": employee.manager_id,
            "status": (EmploymentStatus.AMBIGUOUS if employee.problem else employee.status).value,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "record": msgspec.json.encode(employee).decode(),
        }
