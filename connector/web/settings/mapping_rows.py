"""The rows of "Map your data": columns of form fields in, mapping rows out, and back again.

A translation is typed one a line, as `value -> value`; the right side may be empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from connector.core.model.settings import MappingRow, WhenNull
from connector.web.frame.forms import lines
from connector.web.settings.row_forms import known_choice

#: There are fewer attributes than this: more rows are a mistake or an attack.
MAX_ROWS = 200
CHOOSE_BOTH = "Choose an attribute and a field, or remove this row."
ARROW = "->"
ALWAYS, ONCE = "always", "once"

_COLUMNS = ("attribute", "field_key", "when_null", "fallback", "translation", "when")


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A row as the page shows it; either side may be empty so far. `when` is ALWAYS or ONCE."""

    attribute: str = ""
    field_key: str = ""
    when_null: str = WhenNull.CLEAR.value
    fallback: str = ""
    translation: str = ""
    when: str = ALWAYS
    error: str = ""

    @property
    def has_details(self) -> bool:
        """Whether it says more than a simple row."""
        return bool(self.fallback or self.translation.strip() or self.when == ONCE)


def from_saved(row: MappingRow) -> TypedRow:
    """A saved row, for the page."""
    translation = "\n".join(f"{left} {ARROW} {right}".rstrip() for left, right in row.translation.items())
    when = ONCE if row.create_only else ALWAYS
    return TypedRow(row.attribute, row.field_key, row.when_null.value, row.fallback, translation, when)


def read_form(form: MultiDict[str, str]) -> list[TypedRow]:
    """The rows as sent. Every row sends all of its columns, so order pairs them up.

    A form may leave out the last three columns, which then have their defaults.
    """
    columns = [form.getlist(name)[:MAX_ROWS] for name in _COLUMNS]
    blank = TypedRow()
    rows = []
    for index in range(min(len(column) for column in columns[:2])):
        attribute, field_key, when_null, fallback, translation, when = (
            column[index] if index < len(column) else getattr(blank, name)
            for name, column in zip(_COLUMNS, columns, strict=True)
        )
        when_null = known_choice(when_null, WhenNull.CLEAR)
        when = ONCE if when == ONCE else ALWAYS
        rows.append(TypedRow(attribute, field_key, when_null, fallback, translation, when))
    return rows


def input_errors(rows: Sequence[TypedRow]) -> Mapping[int, str]:
    """The errors that show without the portal's settings, by the index of the row."""
    errors = {index: _error(row) for index, row in enumerate(rows)}
    return {index: error for index, error in errors.items() if error}


def to_mapping(row: TypedRow) -> MappingRow:
    """What was typed, as a value; only for a row without an input error."""
    return MappingRow(
        row.attribute,
        row.field_key,
        WhenNull(row.when_null),
        row.fallback,
        dict(_pairs(row)),
        row.when == ONCE,
    )


def _error(row: TypedRow) -> str:
    if not (row.attribute and row.field_key):
        return CHOOSE_BOTH
    for number, line in enumerate(lines(row.translation), 1):
        if ARROW not in line or not line.split(ARROW)[0].strip():
            return f"Line {number} of the translation is not readable: write it as Paycor's value {ARROW} value here."
    pairs = _pairs(row)
    if len(dict(pairs)) < len(pairs):
        return "The translation has a value of Paycor's twice: leave one of them."
    return ""


def _pairs(row: TypedRow) -> list[tuple[str, str]]:
    split = (line.split(ARROW, 1) for line in lines(row.translation))
    return [(left.strip(), right.strip()) for left, right in split]
