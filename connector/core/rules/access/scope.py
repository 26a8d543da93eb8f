"""Whether an employment is synced at all (rule X13): named people first, then the conditions on its attributes."""

from collections.abc import Iterator
from enum import StrEnum

from connector.core.model.employee import Employee, Facts
from connector.core.model.settings import Scope
from connector.core.rules.values.attribute_values import attribute_values
from connector.core.rules.values.conditions import meets_all, meets_any


class ScopeVerdict(StrEnum):
    """Whether an employment is in the scope, outside, or not known to be either."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"


def scope_verdict(employee: Employee, facts: Facts, scope: Scope) -> ScopeVerdict:
    """Whether an employment is in the scope: named as out goes first, and an unknown attribute never excludes."""
    if employee.employee_id in scope.people_out:
        return ScopeVerdict.OUT
    if employee.employee_id in scope.people_in or not (scope.only or scope.never):
        return ScopeVerdict.IN
    values = attribute_values(employee, facts)
    is_included, is_excluded = meets_all(values, scope.only), meets_any(values, scope.never)
    if is_included is False or is_excluded:
        return ScopeVerdict.OUT
    return ScopeVerdict.IN if is_included and is_excluded is False else ScopeVerdict.UNKNOWN


def unknown_attributes(employee: Employee, facts: Facts, scope: Scope) -> Iterator[str]:
    """The attributes that the scope uses and that are unknown for this employment, in the scope's order."""
    values = attribute_values(employee, facts)
    return (one.attribute for one in (*scope.only, *scope.never) if one.attribute not in values)
