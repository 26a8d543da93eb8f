"""From what Paycor writes to canonical texts: trimmed words, civil dates, plain numbers, Yes and No.

Pure functions. Dates are the first ten characters, never shifted by a zone (rule D6).
"""

import re
from datetime import date
from functools import lru_cache

import msgspec

from connector.core.model.attributes import ValueKind
from connector.core.model.employee import Value

#: Paycor writes some codes now as text, now as a number; UNSET is a field that did not come at all.
Code = str | int | msgspec.UnsetType | None

_DATE = re.compile(r"\d{4}-\d\d-\d\d(?![0-9])", re.ASCII)
_MONEY = re.compile(r"(-?)\$?((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)", re.ASCII)
_YES_NO = {"yes": "Yes", "y": "Yes", "true": "Yes", "no": "No", "n": "No", "false": "No"}


def text(value: object) -> Value:
    """Trimmed, blank as None, a number in digits, a boolean as Yes or No; None for whatever else there is."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value) if isinstance(value, int | float) else None


@lru_cache(maxsize=4096)
def civil_date(written: str) -> date | None:
    """The civil date that a text begins with, whatever follows; None for blank and for years before 1900.

    People share their dates, so that most are known already. Raises ValueError for what is no date.
    """
    written = written.strip()
    if written and not _DATE.match(written):
        raise ValueError
    return date.fromisoformat(written[:10]) if written >= "1900" else None


def iso(day: date | None) -> Value:
    """A date as text."""
    return None if day is None else day.isoformat()


def of_kind(kind: ValueKind, value: object) -> Value:
    """The canonical text of a value that should be of a kind. What it cannot be read as stays as it was written.

    Then it does not fit a field of that kind, which is said about the person, with the value.
    """
    written = text(value)
    if written is None or kind is ValueKind.TEXT:
        return written
    if kind is ValueKind.YES_NO:
        return _YES_NO.get(written.lower(), written)
    if kind is ValueKind.NUMBER:
        found = _MONEY.fullmatch(written)
        return found[1] + found[2].replace(",", "") if found else written
    try:
        return iso(civil_date(written))
    except ValueError:
        return written
