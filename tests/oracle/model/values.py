"""The values that an account should have, from a record (A3, A4, D11, D12, D23, D29)."""

import re
from unicodedata import category, normalize

from connector.sandbox.company.samples import DEPARTMENTS, LOCATIONS
from tests.oracle.model.morning import Record

#: What the choice fields of the LMS take: `LOCATIONS` has one place outside, and "Intern" is no choice.
STATES = ("OH", "KY", "CA", "NY", "IL", "FL")
EMPLOYMENT_TYPES = ("Regular", "Temporary", "Seasonal", "Casual", "Variable")
#: The longest text of a field in the LMS.
LONGEST = 1000
_ADDRESS = re.compile(r"[A-Za-z0-9.+_-]+@(?:[a-z0-9-]+\.)+[a-z]+", re.IGNORECASE)

Values = dict[str, str | None]


def clean(text: str | None) -> str | None:
    """The text without what nobody sees, and without spaces around it; None when nothing is left (D23)."""
    kept = "".join(one for one in text or "" if category(one) not in ("Cf", "Cc"))
    return kept.strip() or None


def key_of(address: str | None) -> str:
    """The address as it is compared: trimmed, case-folded, NFC (D1)."""
    return normalize("NFC", (address or "").strip().casefold())


def address_of(record: Record) -> str | None:
    """The work address, None for one that is blank or that nobody can be written to (B8, B9, D23)."""
    address = (record.work_email or "").strip()
    return address if record.has_email_block and _ADDRESS.fullmatch(address) else None


def fields_of(record: Record, *, is_supervisor: bool) -> Values:
    """The mapped fields: None empties one, and one that is left out keeps what it has."""
    fields: Values = {
        "job_title": clean(record.job_title),
        "department": DEPARTMENTS[record.department].name,
        "hire_date": record.hired_on.isoformat(),
        "employment_type": clean(record.employment_type),
        "employee_number": clean(record.number),
        "supervisor": "Yes" if is_supervisor else "No",
    }
    if record.location is not None:
        place = LOCATIONS[record.location]
        fields |= {"location": place.name, "work_state": place.state}
    return {name: value for name, value in fields.items() if value is None or _fits(name, value)}


def _fits(name: str, value: str) -> bool:
    choices = {"work_state": STATES, "employment_type": EMPLOYMENT_TYPES}.get(name)
    return len(value) <= LONGEST if choices is None else value in choices
