"""Employees of the mirror by id, work email, number or person. Plain functions on a session."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from connector.core.model.employee import Employee, email_key
from connector.store.db.sessions import Session
from connector.store.tables.connection import Connection
from connector.store.tables.people import EmployeeRow, LinkRow

#: The attribute of a record that holds the employee number, if a mapping or rule reads it.
NUMBER = "employee_number"
#: No id, work email or employee number is longer.
_LONGEST = 320

_decode = msgspec.json.Decoder(Employee).decode


def by_ids(session: Session, connection_id: int, employee_ids: Sequence[str]) -> Mapping[str, Employee]:
    """Those of these employees that the mirror has, by employee id."""
    return {one.employee_id: one for one in _read(session, connection_id, _has_id(employee_ids))}


def search(session: Session, connection_id: int, text: str) -> Sequence[Employee]:
    """The employees with this employee id, otherwise this work email, otherwise this employee number, by id.

    The number is looked for in every record, so it comes last; it is found only where it is read from Paycor. A text
    that is longer than any of them is not looked for: some databases refuse a long pattern.
    """
    if len(text) > _LONGEST:
        return ()
    needle = f'"{NUMBER}":{msgspec.json.encode(text).decode()}'
    if found := _read(session, connection_id, _has_id([text])):
        return found
    if found := _read(session, connection_id, EmployeeRow.email_key == email_key(text)):
        return found
    # Some databases ignore case, and a custom field may have the same name as the attribute.
    numbered = _read(session, connection_id, EmployeeRow.record.contains(needle, autoescape=True))
    return [one for one in numbered if one.attributes.get(NUMBER) == text]


def search_people(session: Session, connection_id: int, text: str) -> Sequence[str]:
    """The person keys of the people with this account id, otherwise as `search` finds them, in order."""
    linked = select(LinkRow.person_key).where(LinkRow.connection_id == connection_id)
    if found := session.scalars(linked.where(LinkRow.account_id == text)).all():
        return found
    ids = [one.employee_id for one in search(session, connection_id, text)]
    mine = (EmployeeRow.connection_id == connection_id) & EmployeeRow.employee_id.in_(ids)
    keys = select(EmployeeRow.person_key).where(mine).distinct()
    return session.scalars(keys.order_by(EmployeeRow.person_key)).all()


def employments(session: Session, connection_id: int, person_keys: Sequence[str]) -> Sequence[EmployeeRow]:
    """All employments of these people, in the order of their person keys and employee ids."""
    mine = (EmployeeRow.connection_id == connection_id) & EmployeeRow.person_key.in_(person_keys)
    query = select(EmployeeRow).where(mine).order_by(EmployeeRow.person_key, EmployeeRow.employee_id)
    return session.scalars(query).all()


def person_keys_by_email(
    session: Session, connection_id: int, email_keys: Collection[str]
) -> Mapping[str, frozenset[str]]:
    """The keys of all people with each of these emails, whether they are employed or not."""
    mine = (EmployeeRow.connection_id == connection_id) & EmployeeRow.email_key.in_(set(email_keys))
    query = select(EmployeeRow.email_key, EmployeeRow.person_key).where(mine)
    keys: dict[str, frozenset[str]] = {}
    for email, key in session.execute(query):
        keys[str(email)] = keys.get(str(email), frozenset()) | {key}
    return keys


def outside(
    session: Session, connection_id: int, person_key: str, legal_entity_ids: Sequence[int]
) -> Sequence[str]:
    """The ids of a person's employments that are in none of these legal entities; none if there are no entities."""
    records = (_decode(row.record) for row in employments(session, connection_id, [person_key]))
    return [
        one.employee_id for one in records if legal_entity_ids and one.legal_entity_id not in legal_entity_ids
    ]


def person_key_of(session: Session, connection_id: int, employee_id: str) -> str | None:
    """The person key of an employment; None when the mirror does not have it."""
    mine = (EmployeeRow.connection_id == connection_id) & (EmployeeRow.employee_id == employee_id)
    return session.scalar(select(EmployeeRow.person_key).where(mine))


def first_employments(
    session: Session, connection_id: int, person_keys: Sequence[str]
) -> Mapping[str, Employee]:
    """The employment with the first employee id of each of these people, by person key."""
    found: dict[str, Employee] = {}
    for row in employments(session, connection_id, person_keys):
        found.setdefault(row.person_key, _decode(row.record))
    return found


def records_by_employee(
    session: Session, portal_id: str, employee_ids: Sequence[str]
) -> Sequence[tuple[str, str]]:
    """The employee id and the stored record of each of these employees of a portal."""
    return _records(session, portal_id, EmployeeRow.employee_id, employee_ids)


def records_by_person(
    session: Session, portal_id: str, person_keys: Sequence[str]
) -> Sequence[tuple[str, str]]:
    """The person key and the stored record of each employment of these people, in the order of employee ids."""
    return _records(session, portal_id, EmployeeRow.person_key, person_keys)


def person_keys(session: Session, connection_id: int) -> list[str]:
    """The person keys of everybody in the mirror, in order."""
    keys = select(EmployeeRow.person_key).where(EmployeeRow.connection_id == connection_id).distinct()
    return list(session.scalars(keys.order_by(EmployeeRow.person_key)))


def count(session: Session, connection_id: int) -> int:
    """How many employments the mirror has."""
    query = select(func.count()).where(EmployeeRow.connection_id == connection_id)
    return session.scalar(query) or 0


def mark_dirty(session: Session, connection_id: int, person_key: str) -> None:
    """Have the next run decide again about one person."""
    mine = (EmployeeRow.connection_id == connection_id) & (EmployeeRow.person_key == person_key)
    session.execute(update(EmployeeRow).where(mine).values(dirty=True))


def _has_id(employee_ids: Sequence[str]) -> ColumnElement[bool]:
    return EmployeeRow.employee_id.in_(employee_ids)


def _read(session: Session, connection_id: int, which: ColumnElement[bool]) -> list[Employee]:
    query = select(EmployeeRow.record).where(EmployeeRow.connection_id == connection_id, which)
    return [_decode(record) for record in session.scalars(query.order_by(EmployeeRow.employee_id))]


def _records(
    session: Session, portal_id: str, column: InstrumentedAttribute[Any], keys: Sequence[str]
) -> Sequence[tuple[str, str]]:
    query = (
        select(column, EmployeeRow.record)
        .join(Connection, Connection.id == EmployeeRow.connection_id)
        .where(Connection.portal_id == portal_id, column.in_(keys))
        .order_by(EmployeeRow.employee_id)
    )
    return [(key, record) for key, record in session.execute(query)]
