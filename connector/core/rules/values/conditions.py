"""Whether conditions hold for what is known of an employment: yes, no, or not known.

In: attribute texts as `known` gives them; out: True, False, or None for "it hangs on an attribute that is not known".
None is no yes: nothing is decided from what is not known. An attribute that is known to be empty is the empty text.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from connector.core.model.employee import Value
from connector.core.model.settings import Condition, Operator


def meets(known: Mapping[str, Value], condition: Condition) -> bool | None:
    """Whether one condition holds. Texts are compared letter by letter, and only two dates come before or after."""
    if condition.attribute not in known:
        return None
    value = known[condition.attribute] or ""
    fits = any(_FITS[condition.operator](value, wanted) for wanted in condition.values)
    return fits is not (condition.operator is Operator.NOT_EQUALS)


def meets_all(known: Mapping[str, Value], conditions: Iterable[Condition]) -> bool | None:
    """Whether all of them hold, as they do when there are none; one that does not hold settles it."""
    answers = {meets(known, one) for one in conditions}
    return False if False in answers else None if None in answers else True


def meets_any(known: Mapping[str, Value], conditions: Iterable[Condition]) -> bool | None:
    """Whether one of them holds, as none does when there are none; one that holds settles it."""
    answers = {meets(known, one) for one in conditions}
    return True if True in answers else None if None in answers else False


def _equal(value: str, wanted: str) -> bool:
    return value == wanted


def _contains(value: str, wanted: str) -> bool:
    return wanted in value


def _before(value: str, wanted: str) -> bool:
    day, limit = _day(value), _day(wanted)
    return day is not None and limit is not None and day < limit


def _after(value: str, wanted: str) -> bool:
    return _before(wanted, value)


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
