"""From Paycor attributes to custom user data: the value each mapped field should have (A4, A32, B12, D11, D12, X12)."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache

from connector.core.model.account import Field, FieldType
from connector.core.model.employee import Employee, Facts, Value
from connector.core.model.operation import Finding
from connector.core.model.settings import MappingRow, Settings, WhenNull
from connector.core.rules.values.attribute_values import attribute_values

#: How much alike a text and a choice have to be for the choice to be named, from 0 to 1; difflib's own cutoff.
_ALIKE = 0.6

_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


def desired_fields(
    employee: Employee,
    facts: Facts,
    settings: Settings,
    fields: Mapping[str, Field],
    *,
    is_first: bool = True,
    held: Collection[str] = (),
) -> tuple[dict[str, Value], list[Finding]]:
    """The values to be set, by field key, and why others are not.

    A field is left out, and so keeps its value, when the attribute is not known, when an empty one is to be kept, when
    the value does not fit the field, when the field is `held`, and, unless it `is_first` that the account is set, when
    its row is for that alone. None means that the field is to be emptied.
    """
    values: dict[str, Value] = {}
    findings: list[Finding] = []
    texts = attribute_values(employee, facts) if settings.mapping else {}
    for row in settings.mapping:
        field = fields.get(row.field_key)
        source = _source(row, texts)
        if field is None or source is None or field.key in held or (row.create_only and not is_first):
            continue
        text = texts[source]
        value = _translated(row, text)
        reason = _place(row, field, value, values)
        if reason:
            hint = nearest(value, field.choices) if value and reason == "choice_mismatch" else ""
            findings.append(Finding(reason, employee.employee_id, field.label, text or "", hint))
    return values, findings


def missing_fields(settings: Settings, fields: Mapping[str, Field]) -> list[Finding]:
    """The mapped fields that the LMS no longer has; the rest of the mapping goes on."""
    return [
        Finding("field_missing", subject=row.field_key)
        for row in settings.mapping
        if row.field_key not in fields
    ]


@lru_cache(maxsize=1024)
def nearest(text: str, choices: tuple[str, ...]) -> str:
    """The choice that is most like a text, whatever the case; empty when none is much like it.

    Of several that are alike as much, it is the first of the alphabet, in whatever order the host has them.
    """
    matcher = SequenceMatcher(b=text.strip().casefold(), autojunk=False)
    ranked = [(-_likeness(matcher, choice), choice) for choice in choices]
    far, choice = min(ranked, default=(0.0, ""))
    return choice if -far >= _ALIKE else ""


def _likeness(matcher: "SequenceMatcher[str]", choice: str) -> float:
    matcher.set_seq1(choice.strip().casefold())
    return matcher.ratio()


def _translated(row: MappingRow, text: Value) -> Value:
    """What is to be written for a text of Paycor's, letter by letter; the empty text empties the field."""
    return text if text is None or text not in row.translation else row.translation[text] or None


def _source(row: MappingRow, texts: Mapping[str, Value]) -> str | None:
    """The attribute that speaks: the fallback where the first is known to be empty; None when that is not known."""
    is_empty = row.attribute in texts and texts[row.attribute] is None
    speaks = row.fallback if row.fallback and is_empty else row.attribute
    return speaks if speaks in texts else None


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
