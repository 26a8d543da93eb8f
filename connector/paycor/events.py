"""Parses Paycor's events. In: the body of a delivery; out: the employee it is about. Nothing of it is logged.

An event only signals that something changed; the change itself is read from Paycor. Its keys may be in any case, and
unknown keys are ignored. Source: Paycor Public API v1, tag Events, read 2026-07.
"""

import re
from dataclasses import dataclass

from connector.paycor.answers import json_object
from connector.paycor.records.identities import normalize_id

#: The prefix of event types about one employee, such as Employee.Modified.
_EMPLOYEE_EVENT = "employee."
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Event:
    """The ids in an event; None for each that it does not have. Only events about employees have an employee id."""

    employee_id: str | None
    tenant_id: int | None
    legal_entity_id: int | None


def parse_event(body: bytes) -> Event | None:
    """The event in a delivery; None when the body is not a JSON object."""
    delivered = json_object(body)
    if delivered is None:
        return None
    fields = {name.lower(): value for name, value in delivered.items()}
    is_about_employee = str(fields.get("eventtype") or "").strip().lower().startswith(_EMPLOYEE_EVENT)
    item = fields.get("itemid")
    return Event(
        _employee_id(item) if is_about_employee and isinstance(item, str) else None,
        _number(fields.get("tenantid")),
        _number(fields.get("legalentityid")),
    )


def _employee_id(text: str) -> str | None:
    """The id, if it is a GUID: nothing else may become part of an address."""
    employee_id = normalize_id(text)
    return employee_id if employee_id and _GUID.fullmatch(employee_id) else None


def _number(value: object) -> int | None:
    """A positive number, also as text; None for zero and anything else."""
    text = str(value).strip()
    return int(text) or None if text.isascii() and text.isdecimal() and len(text) < 19 else None
