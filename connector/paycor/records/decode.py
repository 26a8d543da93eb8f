"""Decodes one employee record from bytes to an `Employee`.

Never raises: `Employee.problem` names a field that is unusable, and never its value.
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
from connector.core.rules.values.email_address import checked_address
from connector.paycor.answers import NOT_JSON
from connector.paycor.records.canonical import Code, canonical_text, canonical_value, civil_date, iso_date
from connector.paycor.records.identities import employee_id_of, normalize_id, referenced_id
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

#: How much of a text that is no address is kept for HR, in characters.
BAD_EMAIL_MAX = 100

#: Department id -> (name, code).
Departments = Mapping[str, tuple[Value, Value]]

#: Paycor's employment status -> ours (rule D4); every other status is ambiguous.
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
_JSON_PATH = re.compile(r"`\$\.([A-Za-z.]+)`$")
_NO_VALUES: Mapping[str, Value] = MappingProxyType({})

Reader = tuple[str, Callable[[object], Code], Callable[[object], Value]]


class _Unusable(ValueError):
    """A value that cannot be used; its message says which, and why."""


def start_date(hired: date | None, rehired: date | None, ended: date | None) -> date | None:
    """The start of the current employment: the rehire date, unless it is before the end, else the hire date."""
    return rehired if rehired is not None and (ended is None or rehired > ended) else hired


class EmployeeDecoder:
    """Decodes records into employees with these attribute keys; keys that no record has are ignored."""

    def __init__(self, attribute_keys: Iterable[str]) -> None:
        keys = frozenset(attribute_keys) & BY_KEY.keys()
        self._record = _readers(Record, keys)
        self._position = _readers(Position, keys)
        self._status = _readers(StatusBlock, keys)
        self._location = _readers(Location, keys)
        self._dates = tuple(key for key in Dates.__struct_fields__ if key in keys)
        self._start_date = "start_date" in keys
        self._employee_values = tuple((key, read) for key, read in _EMPLOYEE_VALUES.items() if key in keys)
        self._work_email = "work_email" in keys
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
        joined: Mapping[str, Value] = _NO_VALUES,
    ) -> Employee:
        """The employee in a record; never raises.

        An attribute of a block that did not come is absent; one that came as null is None (rule D11). `departments` is
        None when they were not read, and department attributes are absent then. `joined` are the attributes from other
        lists.
        """
        try:
            record = _RECORDS.decode(raw)
        except NOT_JSON as error:
            return _unreadable(raw, legal_entity_id, error)
        try:
            attributes = {**self._from_blocks(record), **joined}
            employee = self._employee(record, legal_entity_id, attributes)
        except _Unusable as error:
            return _only_names(record, legal_entity_id, str(error))
        if record.department is not None:
            self._add_department(attributes, normalize_id(record.department.id), departments or {})
        self._add_employee_values(attributes, employee)
        return employee

    def _employee(self, record: Record, legal_entity_id: int, attributes: dict[str, Value]) -> Employee:
        """The employee. Adds the attributes of the dates to `attributes`."""
        dates, position, location = record.dates, record.position, record.location
        hired, rehired, ended = (None, None, None) if dates is None else _access_dates(dates)
        if dates is not None:
            for key in self._dates:
                attributes[key] = iso_date(_date(key, getattr(dates, key)))
            if self._start_date:
                attributes["start_date"] = iso_date(start_date(hired, rehired, ended))
        status = None if record.status is None else canonical_text(record.status.employment_status)
        work_state = None if location is None else canonical_text(location.work_state)
        address, bad_email = _work_email(record.email)
        return Employee(
            employee_id=normalize_id(record.id) or "",
            person_id=referenced_id(record.person),
            legal_entity_id=legal_entity_id,
            first_name=canonical_text(record.first_name) or "",
            last_name=canonical_text(record.last_name) or "",
            email=address,
            status=STATUSES.get(status or "", EmploymentStatus.AMBIGUOUS),
            status_text=status,
            hire_date=hired,
            rehire_date=rehired,
            termination_date=ended,
            manager_id=None if position is None else _manager_id(position.manager),
            work_state=work_state,
            has_work_address=work_state is not None,
            has_position=position is not None,
            attributes=attributes,
            bad_email=bad_email,
        )

    def _from_blocks(self, record: Record) -> dict[str, Value]:
        """The attributes of every block that came, except dates."""
        attributes: dict[str, Value] = {}
        for block, readers in (
            (record, self._record),
            (record.position, self._position),
            (record.status, self._status),
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
        """Add id, name and code. A department that is not in the list leaves name and code unknown."""
        if self._department_id:
            attributes["department_id"] = department_id
        department = departments.get(department_id or "")
        if department is not None:
            for key, index in self._department:
                attributes[key] = department[index]

    def _add_employee_values(self, attributes: dict[str, Value], employee: Employee) -> None:
        """Add the attributes that are also fields of `Employee`, because decisions need them."""
        for key, read in self._employee_values:
            attributes[key] = read(employee)
        if self._work_email and not employee.bad_email:
            attributes["work_email"] = employee.email
        if self._manager_id and employee.has_position:
            attributes["manager_id"] = employee.manager_id


#: Attribute key -> its value in an `Employee`.
_EMPLOYEE_VALUES: dict[str, Callable[[Employee], Value]] = {
    "employee_id": lambda employee: employee.employee_id or None,
    "person_id": lambda employee: employee.person_id,
    "legal_entity_id": lambda employee: str(employee.legal_entity_id),
}


#: Kind -> how to write its canonical text; every other kind is plain text here.
_CANONICAL: dict[ValueKind, Callable[[object], Value]] = {
    ValueKind.DATE: partial(canonical_value, ValueKind.DATE)
}


def _readers(shape: type[msgspec.Struct], keys: frozenset[str]) -> tuple[Reader, ...]:
    """How to read these keys from a block, whose fields are named by the catalogue's keys."""
    own_keys = (
        key for key in shape.__struct_fields__ if key in keys and BY_KEY[key].origin is Origin.EMPLOYEE
    )
    return tuple((key, attrgetter(key), _CANONICAL.get(BY_KEY[key].kind, canonical_text)) for key in own_keys)


def _access_dates(dates: Dates) -> tuple[date | None, date | None, date | None]:
    """The dates that decide about access: hire, rehire and termination date."""
    return (
        _date("hire_date", dates.hire_date),
        _date("rehire_date", dates.rehire_date),
        _date("termination_date", dates.termination_date),
    )


def _date(key: str, written: str | None) -> date | None:
    """The date at the start of a text; None for blank and for years before 1900. Raises _Unusable."""
    try:
        return None if written is None else civil_date(written)
    except ValueError:
        raise _Unusable(f"{DATE_NAMES[key]} is not a date") from None


def _work_email(email: Email | None) -> tuple[str | None, str]:
    """The work address, and the text in its place that is no address (rules B8, D23); one of them, or neither.

    An address without a type is the work address: only that is requested.
    """
    if email is None or (email.kind is not None and email.kind.strip().lower() not in ("work", "")):
        return None, ""
    address = checked_address(email.address or "")
    return address, "" if address else (canonical_text(email.address) or "")[:BAD_EMAIL_MAX]


def _manager_id(manager: Supervisor | None) -> str | None:
    return None if manager is None else referenced_id(manager.employee) or normalize_id(manager.id)


def _only_names(record: Record, legal_entity_id: int, problem: str) -> Employee:
    """An employee with a problem and only what the pages need to name them."""
    return Employee(
        employee_id=normalize_id(record.id) or "",
        person_id=referenced_id(record.person),
        legal_entity_id=legal_entity_id,
        first_name=canonical_text(record.first_name) or "",
        last_name=canonical_text(record.last_name) or "",
        email=_work_email(record.email)[0],
        problem=problem,
    )


def _unreadable(raw: bytes, legal_entity_id: int, error: Exception) -> Employee:
    """An employee with a problem and only the ids, so that the same person's other employments still find this one."""
    path = _JSON_PATH.search(str(error))
    try:
        fields = msgspec.json.decode(raw, type=dict[str, object])
        person = msgspec.convert(fields.get("person"), Reference | None)
    except NOT_JSON:
        person = None
    return Employee(
        employee_id=employee_id_of(raw) or "",
        person_id=referenced_id(person),
        legal_entity_id=legal_entity_id,
        problem=f"{path[1]} is of another type than documented"
        if path
        else "the record is not readable JSON",
    )
