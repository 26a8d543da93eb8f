"""Whose decision rests on more than their own record, and on what (rule D24); this is the one place that says so.

changed                                    decided again
an employee's email, status or dates       everybody with the old or the new email (D2)
an employee's manager, status or dates     the old and the new manager (B12)
a day began on which a job starts or ends  the person, everybody with their email, and their manager
an employee counts as gone, or is back     everybody with their email, and their manager
a manager's record                         their reports
any record                                 everybody in a circular reporting line (X10)
accounts of the LMS                        everybody with a finding that rests on an account not linked to them

Everything is a statement about a set. Each runs within the transaction that stores the change, so none is lost.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Update, func, literal, or_, select, update

from connector.core.model.attributes import Origin
from connector.core.model.findings import REST_ON_OTHER_ACCOUNTS
from connector.store.db.sessions import Session
from connector.store.mirror.staging import staged_ids
from connector.store.tables.people import EmployeeRow, FindingRow, LinkRow, StagedRow

#: The columns whose change matters to people with the same email, and to the manager.
_BY_SHARERS = ("person_key", "email_key", "status", "ends_on")
_BY_MANAGER = ("person_key", "manager_id", "status", "starts_on", "ends_on")


class Dependents:
    """Marks people of one connection as dirty. `origins` are those of the mapped attributes.

    An employee who was missing from `absent_limit` reads counts as gone.
    """

    def __init__(self, connection_id: int, origins: frozenset[Origin], absent_limit: int) -> None:
        self._id = connection_id
        self._origins = origins
        self._absent_limit = absent_limit

    def mark(self, session: Session, which: ColumnElement[bool]) -> None:
        """Mark these employees themselves."""
        session.execute(self._mark(which))

    def mark_by_staged(self, session: Session) -> None:
        """Mark everybody whose decision rests on a staged record or on the one that it replaces, before the merge."""
        for column in (EmployeeRow.email_key, StagedRow.email_key):
            self.mark(session, EmployeeRow.email_key.in_(self._changed(column, _BY_SHARERS)))
        if Origin.REPORTS in self._origins:
            for column in (EmployeeRow.manager_id, StagedRow.manager_id):
                self.mark(session, EmployeeRow.employee_id.in_(self._changed(column, _BY_MANAGER)))
        if Origin.MANAGER in self._origins:
            self.mark(session, EmployeeRow.manager_id.in_(staged_ids(self._id)))
        if self._origins & {Origin.MANAGER, Origin.REPORTS}:
            self.mark(
                session, EmployeeRow.employee_id.in_(self._found(FindingRow.employee_id, ["manager_loop"]))
            )

    def mark_by_absence(self, session: Session) -> None:
        """Mark everybody whose decision rests on somebody who counts as gone from this read on."""
        for dependent in self._dependents(EmployeeRow.absent_reads == self._absent_limit):
            self.mark(session, dependent)

    def mark_by_dates(self, session: Session, person_keys: Sequence[str]) -> set[str]:
        """Mark these people and everybody whose decision rests on whether they work today; returns all person keys."""
        people = EmployeeRow.person_key.in_(person_keys)
        keys = set(person_keys)
        self.mark(session, people)
        # One at a time, because each condition has an index and both together have none.
        for dependent in self._dependents(people):
            self.mark(session, dependent)
            keys.update(session.scalars(select(EmployeeRow.person_key).where(self._mine, dependent)))
        return keys

    def mark_by_accounts(self, session: Session) -> None:
        """Mark everybody with a finding that rests on an account that is not linked to them."""
        found = self._found(FindingRow.person_key, REST_ON_OTHER_ACCOUNTS)
        self.mark(session, EmployeeRow.person_key.in_(found))

    def mark_linked(self, session: Session, which: ColumnElement[bool]) -> None:
        """Mark everybody with a link of which this holds."""
        linked = select(LinkRow.person_key).where(LinkRow.connection_id == self._id, which)
        self.mark(session, EmployeeRow.person_key.in_(linked))

    @property
    def _mine(self) -> ColumnElement[bool]:
        return EmployeeRow.connection_id == self._id

    def _mark(self, which: ColumnElement[bool]) -> Update:
        # Wrapped in a function, so that no query planner uses the index on `dirty`: nearly everybody is clean.
        clean = func.coalesce(EmployeeRow.dirty, literal(True)).is_(False)
        statement = update(EmployeeRow).where(self._mine, clean, which).values(dirty=True)
        return statement.execution_options(synchronize_session=False)

    def _dependents(self, which: ColumnElement[bool]) -> list[ColumnElement[bool]]:
        """Everybody with the email of one of these employees, and their managers."""
        emails = select(EmployeeRow.email_key).where(self._mine, which, EmployeeRow.email_key.is_not(None))
        conditions: list[ColumnElement[bool]] = [EmployeeRow.email_key.in_(_values(emails))]
        if Origin.REPORTS in self._origins:
            managers = select(EmployeeRow.manager_id).where(self._mine, which)
            conditions.append(EmployeeRow.employee_id.in_(_values(managers)))
        return conditions

    def _found(self, column: Any, codes: Collection[str]) -> Any:
        return _values(select(column).where(FindingRow.connection_id == self._id, FindingRow.code.in_(codes)))

    def _changed(self, column: Any, names: Sequence[str]) -> Any:
        """The values of a column, staged or about to be replaced, where one of the named columns changes."""
        differs = [getattr(EmployeeRow, name).is_distinct_from(getattr(StagedRow, name)) for name in names]
        is_back = EmployeeRow.absent_reads >= self._absent_limit
        both = (EmployeeRow.connection_id == self._id) & (EmployeeRow.employee_id == StagedRow.employee_id)
        query = select(column).select_from(StagedRow).outerjoin(EmployeeRow, both)
        return _values(query.where(StagedRow.connection_id == self._id, or_(is_back, *differs)))


def _values(query: Select[Any]) -> Any:
    """The rows of a query as a derived table: MariaDB refuses to update a table that a plain subquery reads."""
    return select(query.subquery())
