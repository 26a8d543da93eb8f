"""Canonical texts of Paycor's values: trimmed words, civil dates, plain numbers, Yes and No.

Pure functions. A date is the first ten characters of its text, never shifted by a time zone (rule D6).
"""

import re
from datetime import date
from functools import lru_cache
from unicodedata import category

import msgspec

from connector.core.model.attributes import ValueKind
from connector.core.model.employee import Value

#: Paycor writes some codes as text or as a number. UNSET: the field is absent.
Code = str | int | msgspec.UnsetType | None

#: The Unicode categories of control and format characters.
_INVISIBLE = ("Cc", "Cf")
_SPACES = str.maketrans("\t\n\r", "   ")

_DATE = re.compile(r"\d{4}-\d\d-\d\d(?![0-9])", re.ASCII)
_MONEY = re.compile(r"(-?)\$?((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)", re.ASCII)
_YES_NO = {"yes": "Yes", "y": "Yes", "true": "Yes", "no": "No", "n": "No", "false": "No"}


def canonical_text(value: object) -> Value:
    """The value as text: clean, a number in digits, a boolean as Yes or No; None for blank and every other type."""
    if isinstance(value, str):
        return _clean(value).strip() or None
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value) if isinstance(value, int | float) else None


def _clean(text: str) -> str:
    """The text without format and control characters, which no one sees and no database has to hold (rule D23).

    A line break or a tab becomes a space.
    """
    if text.isprintable():
        return text
    spaced = text.translate(_SPACES)
    return "".join(character for character in spaced if category(character) not in _INVISIBLE)


@lru_cache(maxsize=4096)
def civil_date(written: str) -> date | None:
    """The date at the start of a text, whatever follows; None for blank and for years before 1900.

    Cached, because many employees share their dates. Raises ValueError when the text does not start with a date.
    """
    written = written.strip()
    if written and not _DATE.match(written):
        raise ValueError
    return date.fromisoformat(written[:10]) if written >= "1900" else None


def iso_date(day: date | None) -> Value:
    """A date in ISO 8601, such as 2026-03-02."""
    return None if day is None else day.isoformat()


def canonical_value(kind: ValueKind, value: object) -> Value:
    """The canonical text of a value of this kind. A value that does not fit its kind stays as Paycor writes it.

    It does not fit a field of that kind in the LMS either, and the person's finding then shows the value.
    """
    written = canonical_text(value)
    if written is None or kind is ValueKind.TEXT:
        return written
    if kind is ValueKind.YES_NO:
        return _YES_NO.get(written.lower(), written)
    if kind is ValueKind.NUMBER:
        amount = _MONEY.fullmatch(written)
        return amount[1] + amount[2].replace(",", "") if amount else written
    try:
        return iso_date(civil_date(written))
    except ValueError:
        return written
