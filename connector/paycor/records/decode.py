"""One employee record of Paycor's list, from bytes to an `Employee`.

Nothing is raised: what cannot be relied on is said in `Employee.problem`, by the name of the field and never by its
value.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from operator import attrgetter
from types import MappingProxyType

import msgspec

from connector.core.model.attributes import BY_KEY, Origin, ValueKind
from connector.core.model.employee import Employee, EmploymentStatus, Value
from connector.paycor.records.canonical import Code, civil_date, iso, of_kind, text
from connector.paycor.records.identities import UNREADABLE, guid, id_of, identify
from connector.paycor.records.shapes import (
    DATE_NAMES,
    Dates,
    Email,
    Location,
    Position,
    Record,
    Reference,
    StatusBlock,
    Supervisor,
)

#: Department id -> (name, code).
Departments = Mapping[str, tuple[Value, Value]]

#: What an employment status means (rule D4); whatever is not here is ambiguous.
STATUSES = {
    "Active": EmploymentStatus.CURRENT,
    "LongTermDisability": EmploymentStatus.ON_LEAVE,
    "ShortTermDisability": EmploymentStatus.ON_LEAVE,
    "Fmla": EmploymentStatus.ON_LEAVE,
    "LeaveWithPay": EmploymentStatus.ON_LEAVE,
    "LeaveWithoutPay": EmploymentStatus.ON_LEAVE,
    "WorkersCompensation": EmploymentStatus.ON_LEAVE,
    "Deceased": EmploymentStatus.SEPARATED,
    "LaidOff": EmploymentStatus.SEPARATED,
    "Resigned": EmploymentStatus.SEPARATED,
    "Retired": EmploymentStatus.SEPARATED,
    "Terminated": EmploymentStatus.SEPARATED,
}

_RECORDS = msgspec.json.Decoder(Record)
_PLACE = re.compile(r"`\$\.([A-Za-z.]+)`$")
_NOTHING: Mapping[str, Value] = MappingProxyType({})

Reader = tuple[str, Callable[[object], Code], Callable[[object], Value]]


class _NotADate(ValueError):
    """Carries the name of the field that is not a date."""


def start_date(hired: date | None, rehired: date | None, ended: date | None) -> date | None:
    """When the present employment began: the rehire date unless it lies before the end, else the hire date."""
    return rehired if rehired is not None and (ended is None or rehired > ended) else hired


class EmployeeDecoder:
    """Decodes records for the attribute keys in `wanted`; keys that no record can answer are left out."""

    def __init__(self, wanted: Iterable[str]) -> None:
        keys = frozenset(wanted) & BY_KEY.keys()
        self._top = _readers(Record, keys)
        self._position = _readers(Position, keys)
        self._standing = _readers(StatusBlock, keys)
        self._location = _readers(Location, keys)
        self._dates = tuple(key for key in Dates.__struct_fields__ if key in keys)
        self._starts = "start_date" in keys
        self._facts = tuple((key, read) for key, read in _FACTS.items() if key in keys)
        self._manager_id = "manager_id" in keys
        self._department_id = "department_id" in keys
        self._department = tuple(
            (key, index) for index, key in enumerate(("department", "department_code")) if key in keys
        )

    def decode(
        self,
        raw: bytes,
        legal_entity_id: int,
        departments: Departments | None = None,
        joined: Mapping[str, Value] = _NOTHING,
    ) -> Employee:
        """The employee in a record; never raises.

        An attribute whose block did not come is absent; one that came as null is None (rule D11). `departments` is
        None when they were not read, and then department attributes are absent. `joined` are attributes that came by
        other lists.
        """
        try:
            record = _RECORDS.decode(raw)
        except UNREADABLE as error:
            return _unreadable(raw, legal_entity_id, error)
        try:
            attributes = {**self._from_blocks(record), **joined}
            employee = self._employee(record, legal_entity_id, attributes)
        except _NotADate as error:
            return _without_dates(record, legal_entity_id, f"{error} is not a date")
        if record.department is not None:
            self._add_department(attributes, guid(record.department.id), departments or {})
        self._add_facts(attributes, employee)
        return employee

    def _employee(self, record: Record, legal_entity_id: int, attributes: dict[str, Value]) -> Employee:
        """The employee with `attributes`, to which those of the dates are added."""
        dates, position, standing, location = record.dates, record.position, record.standing, record.location
        hired, rehired, ended = (None, None, None) if dates is None else _access_dates(dates)
        if dates is not None:
            for key in self._dates:
                attributes[key] = iso(_date(key, getattr(dates, key)))
            if self._starts:
                attributes["start_date"] = iso(start_date(hired, rehired, ended))
        status = None if standing is None else text(standing.employment_status)
        work_state = None if location is None else text(location.work_state)
        return Employee(
            employee_id=guid(record.id) or "",
            person_id=id_of(record.person),
            legal_entity_id=legal_entity_id,
            first_name=text(record.first_name) or "",
            last_name=text(record.last_name) or "",
            email=_work_email(record.email),
            status=STATUSES.get(status or "", EmploymentStatus.AMBIGUOUS),
            status_text=status,
            hire_date=hired,
            rehire_date=rehired,
            termination_date=ended,
            manager_id=None if position is None else _boss_id(position.boss),
            work_state=work_state,
            has_work_address=work_state is not None,
            has_position=position is not None,
            attributes=attributes,
        )

    def _from_blocks(self, record: Record) -> dict[str, Value]:
        """The plain texts of every block that came."""
        attributes: dict[str, Value] = {}
        for block, readers in (
            (record, self._top),
            (record.position, self._position),
            (record.standing, self._standing),
            (record.location, self._location),
        ):
            if readers and block is not None:
                for key, read, canonical in readers:
                    value = read(block)
                    if value is not msgspec.UNSET:
                        attributes[key] = canonical(value)
        return attributes

    def _add_department(
        self, attributes: dict[str, Value], department_id: str | None, departments: Departments
    ) -> None:
        """Id, name and code; a department that the list does not have (yet) leaves the last two unknown."""
        if self._department_id:
            attributes["department_id"] = department_id
        found = departments.get(department_id or "")
        if found is not None:
            for key, index in self._department:
                attributes[key] = found[index]

    def _add_facts(self, attributes: dict[str, Value], employee: Employee) -> None:
        """Attributes that the decisions need as well, and so stand in the employee already."""
        for key, read in self._facts:
            attributes[key] = read(employee)
        if self._manager_id and employee.has_position:
            attributes["manager_id"] = employee.manager_id


#: Attributes that stand in every employee, by where.
_FACTS: dict[str, Callable[[Employee], Value]] = {
    "work_email": lambda employee: employee.email,
    "employee_id": lambda employee: employee.employee_id or None,
    "person_id": lambda employee: employee.person_id,
    "legal_entity_id": lambda employee: str(employee.legal_entity_id),
}


#: How to make the canonical text of a kind; of whatever is not here it is the plain text.
_READ_AS: dict[ValueKind, Callable[[object], Value]] = {ValueKind.DATE: partial(of_kind, ValueKind.DATE)}


def _readers(shape: type[msgspec.Struct], keys: frozenset[str]) -> tuple[Reader, ...]:
    """How to read the wanted keys off a block: its fields are called as the catalogue calls them."""
    own = (key for key in shape.__struct_fields__ if key in keys and BY_KEY[key].origin is Origin.EMPLOYEE)
    return tuple((key, attrgetter(key), _READ_AS.get(BY_KEY[key].kind, text)) for key in own)


def _access_dates(dates: Dates) -> tuple[date | None, date | None, date | None]:
    """Hire, rehire and termination date: those that decide about access."""
    return (
        _date("hire_date", dates.hire_date),
        _date("rehire_date", dates.rehire_date),
        _date("termination_date", dates.termination_date),
    )


def _date(key: str, written: str | None) -> date | None:
    """The civil date that a text begins with, whatever follows; None for blank and for years before 1900."""
    try:
        return None if written is None else civil_date(written)
    except ValueError:
        raise _NotADate(DATE_NAMES[key]) from None


def _work_email(email: Email | None) -> str | None:
    """The work address alone (rule B8): told by its type, or without one by what was asked for."""
    if email is None or (email.kind is not None and email.kind.strip().lower() not in ("work", "")):
        return None
    return text(email.address)


def _boss_id(boss: Supervisor | None) -> str | None:
    return None if boss is None else id_of(boss.employee) or guid(boss.id)


def _without_dates(record: Record, legal_entity_id: int, problem: str) -> Employee:
    """Enough to name the person on the pages."""
    return Employee(
        employee_id=guid(record.id) or "",
        person_id=id_of(record.person),
        legal_entity_id=legal_entity_id,
        first_name=text(record.first_name) or "",
        last_name=text(record.last_name) or "",
        email=_work_email(record.email),
        problem=problem,
    )


def _unreadable(raw: bytes, legal_entity_id: int, error: Exception) -> Employee:
    """Only the ids, so that the same human's other employments still find this one."""
    place = _PLACE.search(str(error))
    try:
        loose = msgspec.json.decode(raw, type=dict[str, object])
        person = msgspec.convert(loose.get("person"), Reference | None)
    except UNREADABLE:
        person = None
    return Employee(
        employee_id=identify(raw) or "",
        person_id=id_of(person),
        legal_entity_id=legal_entity_id,
        problem=f"{place[1]} is of another type than documented"
        if place
        else "the record is not readable JSON",
    )
