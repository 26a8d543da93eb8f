"""Whether an employment is synced at all (rule X13): named people first, then the conditions on what is known."""

from collections.abc import Iterator
from enum import StrEnum

from connector.core.model.employee import Employee, Facts
from connector.core.model.settings import Scope
from connector.core.rules.values.attribute_values import attribute_values
from connector.core.rules.values.conditions import meets_all, meets_any


class ScopeVerdict(StrEnum):
    """Where an employment stands: within the scope, outside, or nobody knows."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"


def scope_verdict(employee: Employee, facts: Facts, scope: Scope) -> ScopeVerdict:
    """Where an employment stands; who is named both ways is out, and nobody is out for what is not known of them."""
    if employee.employee_id in scope.people_out:
        return ScopeVerdict.OUT
    if employee.employee_id in scope.people_in or not (scope.only or scope.never):
        return ScopeVerdict.IN
    texts = attribute_values(employee, facts)
    wanted, barred = meets_all(texts, scope.only), meets_any(texts, scope.never)
    if wanted is False or barred:
        return ScopeVerdict.OUT
    return ScopeVerdict.IN if wanted and barred is False else ScopeVerdict.UNKNOWN


def unknown_attributes(employee: Employee, facts: Facts, scope: Scope) -> Iterator[str]:
    """The attributes that the scope asks for and that are not known of this employment, in the scope's order."""
    texts = attribute_values(employee, facts)
    return (one.attribute for one in (*scope.only, *scope.never) if one.attribute not in texts)
