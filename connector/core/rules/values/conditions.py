"""Whether an employment meets conditions: yes, no, or unknown.

In: the texts of `attribute_values`; out: True, False, or None if it depends on an unknown attribute. None is not a yes:
nothing is decided from unknown data. An attribute that is known to be empty counts as the empty text.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from connector.core.model.employee import Value
from connector.core.model.settings import Condition, Operator


def meets(values: Mapping[str, Value], condition: Condition) -> bool | None:
    """Whether one condition is met. Texts are compared exactly, case-sensitive; BEFORE and AFTER only compare dates."""
    if condition.attribute not in values:
        return None
    value = values[condition.attribute] or ""
    fits = any(_FITS[condition.operator](value, one) for one in condition.values)
    return fits is not (condition.operator is Operator.NOT_EQUALS)


def meets_all(values: Mapping[str, Value], conditions: Iterable[Condition]) -> bool | None:
    """Whether all conditions are met: also if there are none; False as soon as one is not met."""
    answers = {meets(values, one) for one in conditions}
    return False if False in answers else None if None in answers else True


def meets_any(values: Mapping[str, Value], conditions: Iterable[Condition]) -> bool | None:
    """Whether any condition is met: not if there are none; True as soon as one is met."""
    answers = {meets(values, one) for one in conditions}
    return True if True in answers else None if None in answers else False


def _equal(value: str, expected: str) -> bool:
    return value == expected


def _contains(value: str, expected: str) -> bool:
    return expected in value


def _before(value: str, expected: str) -> bool:
    day, limit = _day(value), _day(expected)
    return day is not None and limit is not None and day < limit


def _after(value: str, expected: str) -> bool:
    return _before(expected, value)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_FITS: Mapping[Operator, Callable[[str, str], bool]] = {
    Operator.EQUALS: _equal,
    Operator.NOT_EQUALS: _equal,
    Operator.CONTAINS: _contains,
    Operator.BEFORE: _before,
    Operator.AFTER: _after,
}
