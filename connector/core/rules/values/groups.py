"""Which groups the connector puts somebody into, for a host that has no dynamic rules of its own (rule X24).

In: what is known of an employment, the rules, and the groups that the connector has put the account into; out: the
memberships that it should have, by the names that operations use. Groups that no rule names, and that the connector
did not give, are nobody's business here.
"""

from collections.abc import Mapping, Sequence

from connector.core.model.employee import Employee, Facts, Value
from connector.core.model.operation import GROUP, Finding, Operation
from connector.core.model.settings import GroupRule
from connector.core.rules.values.attribute_values import attribute_values
from connector.core.rules.values.conditions import meets_all

#: The value of a membership; None is none.
MEMBER = "member"


def desired_groups(
    employee: Employee, facts: Facts, rules: Sequence[GroupRule], given: Sequence[str]
) -> dict[str, Value]:
    """The memberships to have and not to have. One that depends on an attribute that is not known stays as it is."""
    if not rules and not given:
        return {}
    texts = attribute_values(employee, facts)
    answers: dict[str, set[bool | None]] = {group_id: {False} for group_id in given}
    for rule in rules:
        answers.setdefault(rule.group_id, set()).add(meets_all(texts, rule.conditions))
    return {
        GROUP + group_id: MEMBER if True in found else None
        for group_id, found in sorted(answers.items())
        if True in found or None not in found
    }


def existing_groups(given: Sequence[str]) -> dict[str, Value]:
    """The memberships that the connector has given, by the names that operations use."""
    return {GROUP + group_id: MEMBER for group_id in given}


def changed_groups(operation: Operation) -> Mapping[str, bool]:
    """The groups that an operation puts its account into (True) or takes it out of (False), by their ids."""
    return {
        name.removeprefix(GROUP): value is not None
        for name, value in operation.after.items()
        if name.startswith(GROUP)
    }


def group_findings(
    rules: Sequence[GroupRule], *, keeps_groups: bool, known_ids: Sequence[str]
) -> list[Finding]:
    """What the rules ask for and this host cannot do, or not any more."""
    if not keeps_groups:
        return [Finding("groups_not_offered")] if rules else []
    wanted = sorted({rule.group_id for rule in rules} - set(known_ids))
    return [Finding("group_missing", subject=group_id) for group_id in wanted]
