"""Employees of the mirror by what an admin calls them. Plain functions on a session."""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from connector.core.model.employee import Employee, email_key
from connector.store.tables.people import EmployeeRow

#: Under this attribute the employee number stands in a record, if anything that was chosen reads it.
NUMBER = "employee_number"

_decode = msgspec.json.Decoder(Employee).decode


def by_ids(session: Session, connection_id: int, employee_ids: Sequence[str]) -> Mapping[str, Employee]:
    """Those of these employees whom the mirror has."""
    return {one.employee_id: one for one in _read(session, connection_id, _has_id(employee_ids))}


def called(session: Session, connection_id: int, text: str) -> Sequence[Employee]:
    """Whoever has this employee id, else this work email, else this employee number; by their employee ids.

    The number is looked for in every record, and only where it is read at all.
    """
    needle = f'"{NUMBER}":{msgspec.json.encode(text).decode()}'
    ways = (
        _has_id([text]),
        EmployeeRow.email_key == email_key(text),
        EmployeeRow.record.contains(needle, autoescape=True),
    )
    for number, way in enumerate(ways):
        found = _read(session, connection_id, way)
        if number == len(ways) - 1:
            # Some databases compare without regard to case, and a custom field may be called as the attribute is.
            found = [one for one in found if one.attributes.get(NUMBER) == text]
        if found:
            return found
    return ()


def person_key_of(session: Session, connection_id: int, employee_id: str) -> str | None:
    """The human behind an employment; None when the mirror does not have it."""
    mine = (EmployeeRow.connection_id == connection_id) & (EmployeeRow.employee_id == employee_id)
    return session.scalar(select(EmployeeRow.person_key).where(mine))


def first_of(session: Session, connection_id: int, person_keys: Sequence[str]) -> Mapping[str, Employee]:
    """The employment of each of these humans that has the first employee id."""
    found: dict[str, Employee] = {}
    mine = (EmployeeRow.connection_id == connection_id) & EmployeeRow.person_key.in_(person_keys)
    query = select(EmployeeRow.person_key, EmployeeRow.record).where(mine).order_by(EmployeeRow.employee_id)
    for key, record in session.execute(query):
        found.setdefault(key, _decode(record))
    return found


def count(session: Session, connection_id: int) -> int:
    """How many employments the mirror has."""
    query = select(func.count()).where(EmployeeRow.connection_id == connection_id)
    return session.scalar(query) or 0


def mark_dirty(session: Session, connection_id: int, person_key: str) -> None:
    """Have the next run decide about one human anew."""
    mine = (EmployeeRow.connection_id == connection_id) & (EmployeeRow.person_key == person_key)
    session.execute(update(EmployeeRow).where(mine).values(dirty=True))


def _has_id(employee_ids: Sequence[str]) -> ColumnElement[bool]:
    return EmployeeRow.employee_id.in_(employee_ids)


def _read(session: Session, connection_id: int, which: ColumnElement[bool]) -> list[Employee]:
    query = select(EmployeeRow.record).where(EmployeeRow.connection_id == connection_id, which)
    return [_decode(record) for record in session.scalars(query.order_by(EmployeeRow.employee_id))]
