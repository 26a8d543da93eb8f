"""One employee record of Paycor's list, from bytes to an `Employee`.

Nothing is raised: what cannot be relied on is said in `Employee.problem`, by the name of the field and never by its
value. Dates are the first ten characters, never shifted by a zone (rule D6).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from operator import attrgetter

import msgspec

from connector.core.attributes import BY_KEY, Origin
from connector.core.records import Employee, Status, Value
from connector.paycor.shapes import (
    DATE_NAMES,
    Blocks,
    Code,
    Dates,
    Email,
    Identity,
    Location,
    Position,
    Record,
    Reference,
    Standing,
    Supervisor,
)

#: Department id -> (name, code).
Departments = Mapping[str, tuple[Value, Value]]

#: What Paycor puts where an id should be and there is none.
NO_ID = "00000000-0000-0000-0000-000000000000"

#: What an employment status means (rule D4); whatever is not here is ambiguous.
STATUSES = {
    "Active": Status.CURRENT,
    "LongTermDisability": Status.ON_LEAVE,
    "ShortTermDisability": Status.ON_LEAVE,
    "Fmla": Status.ON_LEAVE,
    "LeaveWithPay": Status.ON_LEAVE,
    "LeaveWithoutPay": Status.ON_LEAVE,
    "WorkersCompensation": Status.ON_LEAVE,
    "Deceased": Status.SEPARATED,
    "LaidOff": Status.SEPARATED,
    "Resigned": Status.SEPARATED,
    "Retired": Status.SEPARATED,
    "Terminated": Status.SEPARATED,
}

_RECORDS = msgspec.json.Decoder(Record)
_IDENTITIES = msgspec.json.Decoder(Identity)
_BLOCKS = msgspec.json.Decoder(Blocks)
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError)
_PLACE = re.compile(r"`\$\.([A-Za-z.]+)`$")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?![0-9])", re.ASCII)

Reader = tuple[str, Callable[[object], Code]]


class _NotADate(ValueError):
    """Carries the name of the field that is not a date."""


def identify(raw: bytes) -> str | None:
    """The employee id of a record, in lower case; None when it has no usable one."""
    try:
        return guid(_IDENTITIES.decode(raw).id)
    except _UNREADABLE:
        return None


def blocks(raw: bytes) -> frozenset[str]:
    """The values of `include` whose block came with a record."""
    try:
        found = _BLOCKS.decode(raw)
    except _UNREADABLE:
        return frozenset()
    return frozenset(name for name in Blocks.__struct_fields__ if getattr(found, name) is not None)


def guid(text: str | None) -> str | None:
    """An id in lower case, for Paycor writes it both ways; None when it is blank or all zero."""
    found = "" if text is None else text.strip().lower()
    return found if found and found != NO_ID else None


def start_date(hired: date | None, rehired: date | None, ended: date | None) -> date | None:
    """When the present employment began: the rehire date unless it lies before the end, else the hire date."""
    return rehired if rehired is not None and (ended is None or rehired > ended) else hired


class EmployeeDecoder:
    """Decodes records for the attribute keys in `wanted`; keys that no record can answer are left out."""

    def __init__(self, wanted: Iterable[str]) -> None:
        keys = frozenset(wanted) & BY_KEY.keys()
        self._top = _readers(Record, keys)
        self._position = _readers(Position, keys)
        self._standing = _readers(Standing, keys)
        self._location = _readers(Location, keys)
        self._dates = tuple(key for key in Dates.__struct_fields__ if key in keys)
        self._starts = "start_date" in keys
        self._derived = tuple(key for key in ("work_email", "legal_entity_id") if key in keys)
        self._department = tuple(
            (key, index) for index, key in enumerate(("department", "department_code")) if key in keys
        )

    def decode(self, raw: bytes, legal_entity_id: int, departments: Departments | None = None) -> Employee:
        """The employee in a record; never raises.

        An attribute whose block did not come is absent; one that came as null is None (rule D11). `departments` is
        None when they were not read, and then department attributes are absent.
        """
        try:
            record = _RECORDS.decode(raw)
        except _UNREADABLE as error:
            return _unreadable(raw, legal_entity_id, error)
        try:
            return self._employee(record, legal_entity_id, departments)
        except _NotADate as error:
            return _without_dates(record, legal_entity_id, f"{error} is not a date")

    def _employee(self, record: Record, legal_entity_id: int, departments: Departments | None) -> Employee:
        dates, position, standing, location = record.dates, record.position, record.standing, record.location
        hired, rehired, ended = (None, None, None) if dates is None else _access_dates(dates)
        attributes = self._from_blocks(record)
        if dates is not None:
            for key in self._dates:
                attributes[key] = _iso(_date(key, getattr(dates, key)))
            if self._starts:
                attributes["start_date"] = _iso(start_date(hired, rehired, ended))
        email = _work_email(record.email)
        for key in self._derived:
            attributes[key] = email if key == "work_email" else str(legal_entity_id)
        if departments is not None and record.department is not None:
            self._add_department(attributes, departments.get(guid(record.department.id) or ""))
        status = None if standing is None else _text(standing.employment_status)
        work_state = None if location is None else _text(location.work_state)
        return Employee(
            employee_id=guid(record.id) or "",
            person_id=_id_of(record.person),
            legal_entity_id=legal_entity_id,
            first_name=_text(record.first_name) or "",
            last_name=_text(record.last_name) or "",
            email=email,
            status=STATUSES.get(status or "", Status.AMBIGUOUS),
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
        attributes = {key: _text(read(record)) for key, read in self._top}
        for block, readers in (
            (record.position, self._position),
            (record.standing, self._standing),
            (record.location, self._location),
        ):
            if readers and block is not None:
                for key, read in readers:
                    attributes[key] = _text(read(block))
        return attributes

    def _add_department(self, attributes: dict[str, Value], found: tuple[Value, Value] | None) -> None:
        """Name and code; a department that the list does not have (yet) leaves them unknown."""
        if found is not None:
            for key, index in self._department:
                attributes[key] = found[index]


def _readers(shape: type[msgspec.Struct], keys: frozenset[str]) -> tuple[Reader, ...]:
    """How to read the wanted keys off a block: its fields are called as the catalogue calls them."""
    own = (key for key in shape.__struct_fields__ if key in keys and BY_KEY[key].origin is Origin.EMPLOYEE)
    return tuple((key, attrgetter(key)) for key in own)


def _text(value: Code) -> Value:
    """The canonical text: trimmed, blank as None, a number in digits, a boolean as Yes or No."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value)


def _access_dates(dates: Dates) -> tuple[date | None, date | None, date | None]:
    """Hire, rehire and termination date: those that decide about access."""
    return (
        _date("hire_date", dates.hire_date),
        _date("rehire_date", dates.rehire_date),
        _date("termination_date", dates.termination_date),
    )


def _date(key: str, text: str | None) -> date | None:
    """The civil date that a text begins with, whatever follows; None for blank and for years before 1900."""
    try:
        return None if text is None else _civil(text)
    except ValueError:
        raise _NotADate(DATE_NAMES[key]) from None


@lru_cache(maxsize=4096)
def _civil(text: str) -> date | None:
    """One such text. People share their dates, so that most are known already. Raises ValueError."""
    text = text.strip()
    if text and not _DATE.match(text):
        raise ValueError
    return date.fromisoformat(text[:10]) if text >= "1900" else None


def _iso(day: date | None) -> Value:
    return None if day is None else day.isoformat()


def _work_email(email: Email | None) -> str | None:
    """The work address alone (rule B8): told by its type, or without one by what was asked for."""
    if email is None or (email.kind is not None and email.kind.strip().lower() not in ("work", "")):
        return None
    return _text(email.address)


def _id_of(reference: Reference | None) -> str | None:
    return None if reference is None else guid(reference.id)


def _boss_id(boss: Supervisor | None) -> str | None:
    return None if boss is None else _id_of(boss.employee) or guid(boss.id)


def _without_dates(record: Record, legal_entity_id: int, problem: str) -> Employee:
    """Enough to name the person on the pages."""
    return Employee(
        employee_id=guid(record.id) or "",
        person_id=_id_of(record.person),
        legal_entity_id=legal_entity_id,
        first_name=_text(record.first_name) or "",
        last_name=_text(record.last_name) or "",
        email=_work_email(record.email),
        problem=problem,
    )


def _unreadable(raw: bytes, legal_entity_id: int, error: Exception) -> Employee:
    """Only the ids, so that the same human's other employments still find this one."""
    place = _PLACE.search(str(error))
    try:
        loose = msgspec.json.decode(raw, type=dict[str, object])
        person = msgspec.convert(loose.get("person"), Reference | None)
    except _UNREADABLE:
        person = None
    return Employee(
        employee_id=identify(raw) or "",
        person_id=_id_of(person),
        legal_entity_id=legal_entity_id,
        problem=f"{place[1]} is of another type than documented"
        if place
        else "the record is not readable JSON",
    )
