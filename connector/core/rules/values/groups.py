"""The groups that an account should be in, for a host that has no dynamic rules of its own (rule X24).

In: an employment, the rules, and the groups that the connector has granted to the account; out: the memberships that it
should have, by the names that operations use. Groups that no rule names and that the connector did not grant are left
alone.
"""

from collections.abc import Mapping, Sequence

from connector.core.model.employee import Employee, Facts, Value
from connector.core.model.operation import GROUP, Finding, Operation
from connector.core.model.settings import GroupRule
from connector.core.rules.values.attribute_values import attribute_values
from connector.core.rules.values.conditions import meets_all

#: The value of a membership; None means not a member.
MEMBER = "member"


def desired_groups(
    employee: Employee, facts: Facts, rules: Sequence[GroupRule], granted: Sequence[str]
) -> dict[str, Value]:
    """The memberships to have (MEMBER) and not to have (None); one that depends on an unknown attribute is left out."""
    if not rules and not granted:
        return {}
    values = attribute_values(employee, facts)
    answers: dict[str, set[bool | None]] = {group_id: {False} for group_id in granted}
    for rule in rules:
        answers.setdefault(rule.group_id, set()).add(meets_all(values, rule.conditions))
    return {
        GROUP + group_id: MEMBER if True in met else None
        for group_id, met in sorted(answers.items())
        if True in met or None not in met
    }


def existing_groups(granted: Sequence[str]) -> dict[str, Value]:
    """The memberships that the connector has granted, by the names that operations use."""
    return {GROUP + group_id: MEMBER for group_id in granted}


def changed_groups(operation: Operation) -> Mapping[str, bool]:
    """The groups that an operation adds its account to (True) or removes it from (False), by group id."""
    return {
        name.removeprefix(GROUP): value is not None
        for name, value in operation.after.items()
        if name.startswith(GROUP)
    }


def group_findings(
    rules: Sequence[GroupRule], *, supports_groups: bool, known_ids: Sequence[str]
) -> list[Finding]:
    """What the rules need and this host cannot do or no longer has."""
    if not supports_groups:
        return [Finding("groups_not_offered")] if rules else []
    missing_ids = sorted({rule.group_id for rule in rules} - set(known_ids))
    return [Finding("group_missing", subject=group_id) for group_id in missing_ids]
