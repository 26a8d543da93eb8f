"""Custom user data of LearnUpon: definitions and a user's values in, fields and canonical texts out, and back.

A field's key is the id of its definition, which stays when the label changes. Source: "CustomDataFieldDefinitions
Object".
"""

import csv
from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any

from connector.core.model.account import Field, FieldType
from connector.core.model.employee import Value
from connector.errors import ConfigurationError
from connector.hosts.learnupon.api import Json

TYPES: Mapping[str, FieldType] = {
    "1": FieldType.STRING,
    "2": FieldType.DECIMAL,
    "3": FieldType.INTEGER,
    "4": FieldType.STRING_CHOICE,
    "5": FieldType.DECIMAL_CHOICE,
    "6": FieldType.INTEGER_CHOICE,
    "7": FieldType.DATE,
}
_NUMBERS = (FieldType.DECIMAL, FieldType.INTEGER)


class Definitions:
    """The custom user data of a portal; the field with the label `external_id_label` stores the external id.

    Raises ConfigurationError when there is no such field, or when it is not of the type String.
    """

    def __init__(self, rows: Sequence[Json], external_id_label: str) -> None:
        fields = [_field(row) for row in rows if str(row.get("type_id")) in TYPES]
        own = (
            [field for field in fields if _is_same(field.label, external_id_label)]
            if external_id_label
            else []
        )
        if external_id_label and not (own and own[0].type is FieldType.STRING):
            raise ConfigurationError(
                f"The LearnUpon portal has no custom user data field {external_id_label!r} of the type String. Add it"
                " in the portal under Settings > Users > Custom User Data, or leave the label empty."
            )
        self._all = fields
        #: The key of the field that stores the external id; empty without one.
        self.external_id_key = own[0].key if own else ""
        #: The fields that attributes can be mapped to.
        self.fields = tuple(field for field in fields if field.key != self.external_id_key)

    @property
    def any(self) -> bool:
        """Whether there is any custom user data at all."""
        return bool(self._all)

    def values(self, user: Json) -> dict[str, str]:
        """The values of a user by definition id, including the external id; empty ones are left out."""
        raw_values = _raw_values(user)
        by_key = {field.key: _text(field, _raw(field, raw_values)) for field in self._all}
        return {key: text for key, text in by_key.items() if text}

    def payload(self, values: Mapping[str, Value]) -> dict[str, object]:
        """The CustomData of a write; an empty text clears a field."""
        return {"use_definition_ids": 1, **{key: value or "" for key, value in values.items()}}


def has_values(user: Json) -> bool:
    """Whether a row of a list includes custom user data at all, empty or not."""
    return "CustomData" in user or "customDataFieldValues" in user


def _field(row: Json) -> Field:
    kind = TYPES[str(row["type_id"])]
    return Field(
        key=str(row["id"]),
        label=str(row.get("label") or row["id"]),
        type=kind,
        required=row.get("required") is True,
        choices=_choices(row.get("predefined_values")) if kind.is_choice else (),
    )


def _choices(values: object) -> tuple[str, ...]:
    """The choices in order, from a list, from a line each, or from one line with commas, quoted or not."""
    if isinstance(values, str):
        lines = values.splitlines()
        values = lines if len(lines) > 1 else next(csv.reader(lines, skipinitialspace=True), [])
    texts = [str(choice).strip() for choice in values] if isinstance(values, list) else []
    return tuple(dict.fromkeys(text for text in texts if text))


def _raw_values(user: Json) -> dict[str, Any]:
    """The custom user data of a user by definition id and by folded label, whichever the row has."""
    values: dict[str, Any] = {}
    by_label, by_id = user.get("CustomData"), user.get("customDataFieldValues")
    if isinstance(by_label, Mapping):
        values |= {_folded(str(label)): value for label, value in by_label.items()}
    for row in [by_id] if isinstance(by_id, Mapping) else by_id or []:
        if isinstance(row, Mapping) and "definition_id" in row:
            values[f"#{row['definition_id']}"] = row.get("value")
    return values


def _raw(field: Field, values: Mapping[str, Any]) -> object:
    names = (f"#{field.key}", _folded(field.label), field.key)
    return next((values[name] for name in names if name in values), None)


def _text(field: Field, raw: object) -> str:
    """The canonical text: a number in plain digits, a date without a time, a choice as its definition has it."""
    text = "" if raw is None else str(raw).strip()
    if field.type.is_choice:
        return next((one for one in field.choices if one == text or _is_equal(one, text)), text)
    if field.type is FieldType.DATE:
        return text[:10]
    if field.type in _NUMBERS:
        with suppress(InvalidOperation):
            number = Decimal(text)
            return f"{number.normalize():f}" if number else "0"
    return text


def _is_equal(choice: str, text: str) -> bool:
    try:
        return Decimal(choice) == Decimal(text)
    except InvalidOperation:
        return False


def _is_same(label: str, other: str) -> bool:
    return _folded(label) == _folded(other)


def _folded(label: str) -> str:
    """The label as LearnUpon compares it: case-insensitive, without spaces around it."""
    return label.strip().casefold()
