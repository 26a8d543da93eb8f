"""From Paycor attributes to custom user data: the value each mapped field should have (A4, A32, B12, D11, D12, X12)."""

import re
from collections.abc import Callable, Collection, Mapping
from difflib import SequenceMatcher
from functools import lru_cache

from connector.core.model.account import Field, FieldType
from connector.core.model.employee import Employee, Facts, Value, is_date
from connector.core.model.operation import Finding
from connector.core.model.settings import MappingRow, Settings, WhenNull
from connector.core.rules.values.attribute_values import attribute_values

#: How similar a choice must be to be suggested, from 0 to 1; difflib's own cutoff.
_MIN_SIMILARITY = 0.6

_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


def desired_fields(
    employee: Employee,
    facts: Facts,
    settings: Settings,
    fields: Mapping[str, Field],
    *,
    is_first: bool = True,
    held_fields: Collection[str] = (),
) -> tuple[dict[str, Value], list[Finding]]:
    """The values to set, by field key, and findings about values that do not fit. None empties the field.

    A field is left out, and so keeps its value, if its attribute is unknown, if an empty value keeps it, if the value
    does not fit the field, if it is in `held_fields`, or if its row is only for new accounts and not `is_first`.
    """
    values: dict[str, Value] = {}
    findings: list[Finding] = []
    attributes = attribute_values(employee, facts) if settings.mapping else {}
    for row in settings.mapping:
        field = fields.get(row.field_key)
        source = _source_attribute(row, attributes)
        if field is None or source is None or field.key in held_fields or (row.create_only and not is_first):
            continue
        text = attributes[source]
        value = _translated(row, text)
        reason = _set_field(row, field, value, values)
        if reason:
            hint = nearest(value, field.choices) if value and reason == "choice_mismatch" else ""
            findings.append(Finding(reason, employee.employee_id, field.label, text or "", hint))
    return values, findings


def missing_field_findings(settings: Settings, fields: Mapping[str, Field]) -> list[Finding]:
    """A finding for each mapped field that the LMS no longer has; the rest of the mapping still works."""
    return [
        Finding("field_missing", subject=row.field_key)
        for row in settings.mapping
        if row.field_key not in fields
    ]


@lru_cache(maxsize=1024)
def nearest(text: str, choices: tuple[str, ...]) -> str:
    """The choice that is most similar to a text, ignoring case; empty if none is similar enough.

    Of equally similar choices it is the first in the alphabet, so the host's order does not matter.
    """
    matcher = SequenceMatcher(b=text.strip().casefold(), autojunk=False)
    ranked = [(-_similarity(matcher, choice), choice) for choice in choices]
    negative_similarity, choice = min(ranked, default=(0.0, ""))
    return choice if -negative_similarity >= _MIN_SIMILARITY else ""


def _similarity(matcher: "SequenceMatcher[str]", choice: str) -> float:
    matcher.set_seq1(choice.strip().casefold())
    return matcher.ratio()


def _translated(row: MappingRow, text: Value) -> Value:
    """The value to write for a text from Paycor (exact, case-sensitive); an empty translation empties the field."""
    return text if text is None or text not in row.translation else row.translation[text] or None


def _source_attribute(row: MappingRow, attributes: Mapping[str, Value]) -> str | None:
    """The attribute to use: the fallback if the first is known to be empty; None if that attribute is unknown."""
    is_empty = row.attribute in attributes and attributes[row.attribute] is None
    key = row.fallback if row.fallback and is_empty else row.attribute
    return key if key in attributes else None


def _set_field(row: MappingRow, field: Field, value: Value, values: dict[str, Value]) -> str:
    """Put the value into `values` if it fits the field; return the code of the finding if it does not."""
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
    elif not (_FITS[field.type](value) and field.has_room_for(value)):
        return "value_mismatch"
    values[field.key] = value
    return ""


_FITS: Mapping[FieldType, Callable[[str], object]] = {
    FieldType.STRING: lambda text: True,
    FieldType.INTEGER: _INTEGER.fullmatch,
    FieldType.DECIMAL: _DECIMAL.fullmatch,
    FieldType.DATE: is_date,
}
