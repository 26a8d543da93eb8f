"""What Paycor's events say: the body of a delivery in, which employee is meant out. Nothing of it is logged.

An event is a thin signal that something changed; what changed is read from Paycor. Its keys may come in either case,
and keys that are not known are passed over. Source: Paycor Public API v1, tag Events, read 2026-07.
"""

import re
from dataclasses import dataclass

from connector.paycor.answers import json_object
from connector.paycor.records.identities import guid

#: The beginning of the types that are about one employee, such as Employee.Modified.
_ABOUT_EMPLOYEES = "employee."
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Event:
    """An event as far as it matters; what it does not say is None. Only events about employees have an employee id."""

    employee_id: str | None
    tenant_id: int | None
    legal_entity_id: int | None


def event(body: bytes) -> Event | None:
    """The event in a delivery; None when it is no JSON object."""
    found = json_object(body)
    if found is None:
        return None
    said = {name.lower(): value for name, value in found.items()}
    about = str(said.get("eventtype") or "").strip().lower().startswith(_ABOUT_EMPLOYEES)
    item = said.get("itemid")
    return Event(
        _employee_id(item) if about and isinstance(item, str) else None,
        _number(said.get("tenantid")),
        _number(said.get("legalentityid")),
    )


def _employee_id(text: str) -> str | None:
    """The id, which becomes part of an address: nothing but a GUID will do."""
    found = guid(text)
    return found if found and _GUID.fullmatch(found) else None


def _number(value: object) -> int | None:
    """A number that may come as text; nought and anything else name nothing."""
    text = str(value).strip()
    return int(text) or None if text.isascii() and text.isdecimal() and len(text) < 19 else None
