"""Whether an employment is synced at all (rule X13): named people first, then the conditions on what is known."""

from collections.abc import Iterator
from enum import StrEnum

from connector.core.conditions import meets_all, meets_any
from connector.core.known import known
from connector.core.records import Employee, Facts
from connector.core.settings import Scope


class Place(StrEnum):
    """Where an employment stands: within the scope, outside, or nobody knows."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"


def place(employee: Employee, facts: Facts, scope: Scope) -> Place:
    """Where an employment stands; who is named both ways is out, and nobody is out for what is not known of them."""
    if employee.employee_id in scope.people_out:
        return Place.OUT
    if employee.employee_id in scope.people_in or not (scope.only or scope.never):
        return Place.IN
    texts = known(employee, facts)
    wanted, barred = meets_all(texts, scope.only), meets_any(texts, scope.never)
    if wanted is False or barred:
        return Place.OUT
    return Place.IN if wanted and barred is False else Place.UNKNOWN


def unknown(employee: Employee, facts: Facts, scope: Scope) -> Iterator[str]:
    """The attributes that the scope asks for and that are not known of this employment, in the scope's order."""
    texts = known(employee, facts)
    return (one.attribute for one in (*scope.only, *scope.never) if one.attribute not in texts)
