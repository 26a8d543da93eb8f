"""Rows of "Map your data" as they are typed: columns of a form in, mapping rows out, and back again.

A translation is typed one a line, as `value -> value`; what stands right of the arrow may be empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from connector.core.model.settings import MappingRow, WhenNull
from connector.web.frame.forms import lines

#: More rows than there are attributes are a slip or an attack.
MOST_ROWS = 200
CHOOSE_BOTH = "Choose an attribute and a field, or remove this row."
ARROW = "->"
ALWAYS, ONCE = "always", "once"

_COLUMNS = ("attribute", "field_key", "when_null", "fallback", "translation", "when")


@dataclass(frozen=True, slots=True)
class TypedRow:
    """A row as it stands on the page; either side may still be empty. `when` is ALWAYS or ONCE."""

    attribute: str = ""
    field_key: str = ""
    when_null: str = WhenNull.CLEAR.value
    fallback: str = ""
    translation: str = ""
    when: str = ALWAYS
    error: str = ""

    @property
    def has_more(self) -> bool:
        """Whether it says more than a simple row."""
        return bool(self.fallback or self.translation.strip() or self.when == ONCE)


def saved(row: MappingRow) -> TypedRow:
    """A row as it is kept."""
    translation = "\n".join(f"{left} {ARROW} {right}".rstrip() for left, right in row.translation.items())
    when = ONCE if row.create_only else ALWAYS
    return TypedRow(row.attribute, row.field_key, row.when_null.value, row.fallback, translation, when)


def typed(form: MultiDict[str, str]) -> list[TypedRow]:
    """The rows as they were sent: every row sends all of its columns, so they pair up by their order.

    The last three may be missing from the form as a whole, and have their defaults then.
    """
    sent = [form.getlist(name)[:MOST_ROWS] for name in _COLUMNS]
    count = min(len(column) for column in sent[:2])
    blank = TypedRow()
    rows = []
    for number in range(count):
        cells = [
            column[number] if number < len(column) else getattr(blank, name)
            for name, column in zip(_COLUMNS, sent, strict=True)
        ]
        cells[2] = cells[2] if cells[2] in set(WhenNull) else WhenNull.CLEAR.value
        cells[5] = ONCE if cells[5] == ONCE else ALWAYS
        rows.append(TypedRow(*cells))
    return rows


def wrong(rows: Sequence[TypedRow]) -> Mapping[int, str]:
    """What cannot be meant by which row, whatever the portal has."""
    errors = {number: _error(row) for number, row in enumerate(rows)}
    return {number: error for number, error in errors.items() if error}


def meant(row: TypedRow) -> MappingRow:
    """What was typed, as a value; only for a row that is not wrong."""
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
            return f"Line {number} of the translation is none: write it as Paycor's value {ARROW} value here."
    pairs = _pairs(row)
    if len(dict(pairs)) < len(pairs):
        return "The translation has a value of Paycor's twice: leave one of them."
    return ""


def _pairs(row: TypedRow) -> list[tuple[str, str]]:
    split = (line.split(ARROW, 1) for line in lines(row.translation))
    return [(left.strip(), right.strip()) for left, right in split]
