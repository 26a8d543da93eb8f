"""From Paycor attributes to custom user data: the value each mapped field should have (A4, A32, B12, D11, D12)."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from connector.core.records import Employee, Facts, Field, FieldType, Finding, Value
from connector.core.settings import MappingRow, Settings, WhenNull

_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


def desired_fields(
    employee: Employee, facts: Facts, settings: Settings, fields: Mapping[str, Field]
) -> tuple[dict[str, Value], list[Finding]]:
    """The values to be set, by field key, and why others are not.

    A field is left out, and so keeps its value, when the attribute is not known, when an empty one is to be kept, or
    when the value does not fit the field. None means that the field is to be emptied.
    """
    values: dict[str, Value] = {}
    findings: list[Finding] = []
    derived = _derived(employee, facts)
    for row in settings.mapping:
        field = fields.get(row.field_key)
        if field is None or (row.attribute not in employee.attributes and row.attribute not in derived):
            continue
        value = (
            employee.attributes[row.attribute]
            if row.attribute in employee.attributes
            else derived[row.attribute]
        )
        reason = _place(row, field, value, values)
        if reason:
            findings.append(Finding(reason, employee.employee_id, field.label, value or ""))
    return values, findings


def missing_fields(settings: Settings, fields: Mapping[str, Field]) -> list[Finding]:
    """The mapped fields that the LMS no longer has; the rest of the mapping goes on."""
    return [
        Finding("field_missing", subject=row.field_key)
        for row in settings.mapping
        if row.field_key not in fields
    ]


def _place(row: MappingRow, field: Field, value: Value, values: dict[str, Value]) -> str:
    """Put the value into `values`, or say by a finding's code why it has no place there."""
    if value is None:
        if row.when_null is WhenNull.KEEP:
            return ""
        if field.required:
            return "required_empty"
        values[field.key] = None
        return ""
    if field.type.is_choice:
        if value not in field.choices:
            return "choice_mismatch"
    elif not _FITS[field.type](value):
        return "value_mismatch"
    values[field.key] = value
    return ""


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_FITS: Mapping[FieldType, Callable[[str], object]] = {
    FieldType.STRING: lambda text: True,
    FieldType.INTEGER: _INTEGER.fullmatch,
    FieldType.DECIMAL: _DECIMAL.fullmatch,
    FieldType.DATE: _is_date,
}


def _derived(employee: Employee, facts: Facts) -> dict[str, Value]:
    """The attributes that only everybody's records together give.

    Having no reports is known only where the block that names managers comes at all: without it, nobody would be
    anybody's supervisor. A manager counts when it is the one of this very employment and can be read.
    """
    values: dict[str, Value] = {}
    if facts.reports or employee.has_position:
        values["supervisor"] = "Yes" if facts.reports else "No"
        values["direct_reports"] = str(facts.reports)
    manager = facts.manager
    if employee.has_position and employee.manager_id is None:
        values |= dict.fromkeys(("manager_name", "manager_email", "manager_number"))
    elif manager and manager.employee_id == employee.manager_id and not manager.problem:
        values["manager_name"] = f"{manager.first_name} {manager.last_name}".strip() or None
        values["manager_email"] = manager.email
        if "employee_number" in manager.attributes:
            values["manager_number"] = manager.attributes["employee_number"]
    return values
