"""From rows to decision inputs: everything stored about a chunk of people, in one query for each kind of thing."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

import msgspec
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from connector.core.model.attributes import Origin
from connector.core.model.decision_input import DecisionInput
from connector.core.model.employee import Employee, EmploymentStatus, Facts, Person
from connector.store.db.sessions import Database, Session
from connector.store.people import links, overrides, refusals
from connector.store.tables.people import EmployeeRow

_decode = msgspec.json.Decoder(Employee).decode

#: How many managers up the chain a circular reporting line is looked for; each level is one query for a whole chunk.
_LEVELS = 5

_EMPLOYED = (EmploymentStatus.CURRENT.value, EmploymentStatus.ON_LEAVE.value)


class DecisionInputReader:
    """Reads the decision inputs of one connection. Facts that no mapped attribute needs are not read.

    An employee who was missing from `absent_limit` reads in a row counts as gone.
    """

    def __init__(
        self, database: Database, connection_id: int, origins: frozenset[Origin], absent_limit: int
    ) -> None:
        self._database = database
        self._id = connection_id
        self._origins = origins
        self._absent_limit = absent_limit

    def dirty_after(self, person_key: str, limit: int) -> list[str]:
        """The next person keys with changes that no run has acted on, in order."""
        query = (
            select(EmployeeRow.person_key)
            .where(self._mine, EmployeeRow.dirty.is_(True), EmployeeRow.person_key > person_key)
            .distinct()
            .order_by(EmployeeRow.person_key)
            .limit(limit)
        )
        with self._database.reading() as session:
            return list(session.scalars(query))

    def read(self, keys: Sequence[str], today: date) -> list[DecisionInput]:
        """The decision inputs of these people, in the order of the keys; `today` decides who is still employed."""
        with self._database.reading() as session:
            people = self._people(session, keys)
            link_of = links.by_person(session, self._id, keys)
            facts = self._facts(session, people, today)
            overrides_of = overrides.of_people(session, self._id, keys)
            refusals_of = refusals.of_people(session, self._id, keys)
        return [
            DecisionInput(
                person,
                link_of.get(person.key),
                facts[person.key],
                overrides_of.get(person.key, ()),
                refusals_of.get(person.key, ()),
            )
            for person in people
        ]

    @property
    def _mine(self) -> ColumnElement[bool]:
        return EmployeeRow.connection_id == self._id

    def _people(self, session: Session, keys: Sequence[str]) -> list[Person]:
        query = (
            select(EmployeeRow.person_key, EmployeeRow.record, EmployeeRow.absent_reads)
            .where(self._mine, EmployeeRow.person_key.in_(keys))
            .order_by(EmployeeRow.person_key, EmployeeRow.employee_id)
        )
        employees: dict[str, list[Employee]] = {key: [] for key in keys}
        absent: dict[str, dict[str, int]] = defaultdict(dict)
        for key, record, absent_reads in session.execute(query):
            employee = _decode(record)
            if employee.person_key != key:
                # A record may lack its person id, such as one that could not be decoded; the row has it.
                employee = replace(employee, person_id=key)
            employees[key].append(employee)
            if absent_reads:
                absent[key][employee.employee_id] = absent_reads
        return [Person(key, tuple(employees[key]), absent.get(key, {})) for key in keys if employees[key]]

    def _facts(self, session: Session, people: Sequence[Person], today: date) -> dict[str, Facts]:
        employees = [employee for person in people for employee in person.employees]
        sharers = self._sharers(session, {one.email_key for one in employees if one.email_key}, today)
        reports = self._reports(session, [person.key for person in people], today)
        managers = self._managers(session, {one.manager_id for one in employees if one.manager_id})
        above = self._above(session, employees)
        return {person.key: _facts_of(person, sharers, reports, managers, above) for person in people}

    def _employed(self, today: date) -> ColumnElement[bool]:
        """Whether an employee has not left and is not gone from the list; a future hire counts."""
        has_not_left = or_(EmployeeRow.ends_on.is_(None), EmployeeRow.ends_on >= today)
        # Wrapped in a function, so that no query planner scans everybody who is listed for each chunk.
        is_listed = func.coalesce(EmployeeRow.absent_reads, 0) < self._absent_limit
        return EmployeeRow.status.in_(_EMPLOYED) & has_not_left & is_listed

    def _sharers(self, session: Session, emails: Collection[str], today: date) -> Mapping[str, set[str]]:
        """The person keys of the employed people with each of these emails."""
        query = select(EmployeeRow.email_key, EmployeeRow.person_key).where(
            self._mine, EmployeeRow.email_key.in_(emails), self._employed(today)
        )
        sharers: dict[str, set[str]] = defaultdict(set)
        for email, key in session.execute(query):
            sharers[str(email)].add(key)
        return sharers

    def _reports(self, session: Session, keys: Sequence[str], today: date) -> Mapping[str, int]:
        """How many people work for each of these today (rule D27): one with two jobs counts once, oneself never."""
        if Origin.REPORTS not in self._origins:
            return {}
        manager = aliased(EmployeeRow)
        has_begun = or_(EmployeeRow.starts_on.is_(None), EmployeeRow.starts_on <= today)
        query = (
            select(manager.person_key, func.count(EmployeeRow.person_key.distinct()))
            .join(
                EmployeeRow,
                (EmployeeRow.connection_id == manager.connection_id)
                & (EmployeeRow.manager_id == manager.employee_id),
            )
            .where(
                manager.connection_id == self._id,
                manager.person_key.in_(keys),
                EmployeeRow.person_key != manager.person_key,
                self._employed(today),
                has_begun,
            )
            .group_by(manager.person_key)
        )
        return {row[0]: row[1] for row in session.execute(query)}

    def _managers(self, session: Session, manager_ids: Collection[str]) -> Mapping[str, Employee]:
        if Origin.MANAGER not in self._origins:
            return {}
        query = select(EmployeeRow.employee_id, EmployeeRow.record).where(
            self._mine, EmployeeRow.employee_id.in_(manager_ids)
        )
        return {employee_id: _decode(record) for employee_id, record in session.execute(query)}

    def _above(self, session: Session, employees: Sequence[Employee]) -> Mapping[str, str | None]:
        """The manager id of each of these employees, of their managers, and so on; None where no manager is known."""
        above = {one.employee_id: one.manager_id for one in employees}
        if not self._origins & {Origin.MANAGER, Origin.REPORTS}:
            return {}
        for _ in range(_LEVELS):
            missing = {manager for manager in above.values() if manager} - above.keys()
            if not missing:
                break
            query = select(EmployeeRow.employee_id, EmployeeRow.manager_id)
            rows = session.execute(query.where(self._mine, EmployeeRow.employee_id.in_(missing)))
            above |= dict.fromkeys(missing) | {row[0]: row[1] for row in rows}
        return above


def _facts_of(
    person: Person,
    sharers: Mapping[str, set[str]],
    reports: Mapping[str, int],
    managers: Mapping[str, Employee],
    above: Mapping[str, str | None],
) -> Facts:
    emails = {one.email_key for one in person.employees if one.email_key}
    return Facts(
        shared_emails=frozenset(email for email in emails if sharers.get(email, set()) - {person.key}),
        reports=reports.get(person.key, 0),
        managers=tuple(found for one in person.employees if (found := managers.get(one.manager_id or ""))),
        manager_loop=any(_is_circular(one.employee_id, above) for one in person.employees),
    )


def _is_circular(employee_id: str, above: Mapping[str, str | None]) -> bool:
    """Whether the chain of managers leads back to the employee; their own manager is just the top of a line."""
    manager = above.get(employee_id)
    if manager == employee_id:
        return False
    for _ in range(_LEVELS):
        manager = above.get(manager or "")
        if manager == employee_id:
            return True
    return False
