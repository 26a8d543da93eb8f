"""Checks of what an admin wants to save: a mapping or a policy in, a sentence for each wrong part out. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from typing import TypeAlias

from connector.core.model.account import Field
from connector.core.model.employee import is_date
from connector.core.model.limits import Metric
from connector.core.model.settings import Condition, GroupRule, Limit, MappingRow, Operator, Policy, Scope

#: A sentence for each field name, or for each row number (from 0).
Errors: TypeAlias = dict[str | int, str]

#: The range of each number in a policy, both ends included.
_RANGES = {
    "absent_reads": (1, 30),
    "feed_pct": (0, 100),
    "invite_days": (-365, 365),
    "grace_days": (0, 30),
}
#: The same for `Policy.mail_pace`.
_PACE_RANGES = {"per_hour": (0, 100_000), "quiet_from": (0, 23), "quiet_until": (0, 23)}
_MOST_PEOPLE = 1_000_000
_MOST_WEEKS = 100
MOST_CANARIES = 20
MOST_CONDITIONS = 50
MOST_TRANSLATED = 200
#: How many people can be named on one side of a scope.
MOST_NAMED = 500


def policy_errors(policy: Policy, daily_hour: int) -> Errors:
    """The numbers that are out of range, by the names of their form fields."""
    numbers = [(name, getattr(policy, name), *ends) for name, ends in _RANGES.items()]
    numbers += [(name, getattr(policy.mail_pace, name), *ends) for name, ends in _PACE_RANGES.items()]
    numbers.append(("daily_hour", daily_hour, 0, 23))
    numbers.append(("week_times", policy.limits.week_times, 1, _MOST_WEEKS))
    for metric in Metric:
        limit: Limit = getattr(policy.limits, metric.value)
        numbers.append((f"{metric.value}_people", limit.people, 0, _MOST_PEOPLE))
        numbers.append((f"{metric.value}_pct", limit.pct, 0, 100))
    errors: Errors = {
        name: f"Give a whole number from {low:,} to {high:,}."
        for name, value, low, high in numbers
        if not low <= value <= high
    }
    if len(policy.canaries) > MOST_CANARIES:
        errors["canaries"] = f"{len(policy.canaries)} people are too many: watch {MOST_CANARIES} at most."
    return errors


def mapping_errors(rows: Sequence[MappingRow], attributes: Set[str], fields: Sequence[Field]) -> Errors:
    """The rows that cannot be saved, by their number from 0."""
    fields_by_key = {field.key: field for field in fields}
    uses = Counter(row.field_key for row in rows)
    checked = {number: _row_error(row, attributes, fields_by_key, uses) for number, row in enumerate(rows)}
    return {number: error for number, error in checked.items() if error}


def _row_error(
    row: MappingRow, attributes: Set[str], fields_by_key: Mapping[str, Field], uses: Mapping[str, int]
) -> str:
    """What is wrong with a row, empty when nothing is. When two rows use one field, both are wrong."""
    if row.attribute not in attributes:
        return "Choose a Paycor attribute: this one does not exist, or the list that the sync reads does not have it."
    if row.field_key not in fields_by_key:
        return "Choose a custom user data field of this portal: this one does not exist, or was deleted."
    if uses[row.field_key] > 1:
        return f"{uses[row.field_key]} rows write to this field: keep one of them."
    if row.fallback and (row.fallback not in attributes or row.fallback == row.attribute):
        return "Choose another attribute to use when the first is empty, or none."
    return _translation_error(row.translation, fields_by_key[row.field_key])


def _translation_error(translation: Mapping[str, str], field: Field) -> str:
    if len(translation) > MOST_TRANSLATED:
        return f"{len(translation)} values are too many to translate: {MOST_TRANSLATED} at most."
    impossible = [value for value in translation.values() if value and value not in field.choices]
    if field.type.is_choice and impossible:
        return f"The translation gives {impossible[0]}, which is not a choice of this field."
    return ""


def scope_errors(scope: Scope, attributes: Set[str]) -> Errors:
    """What is wrong with a scope: conditions under `only.0` and `never.0`, people under `people_in`, `people_out`."""
    errors = condition_errors("only", scope.only, attributes) | condition_errors(
        "never", scope.never, attributes
    )
    if len(scope.only) + len(scope.never) > MOST_CONDITIONS:
        errors["scope"] = f"{MOST_CONDITIONS} conditions at most: combine some by giving several values."
    for name, people in (("people_in", scope.people_in), ("people_out", scope.people_out)):
        if len(people) > MOST_NAMED:
            errors[name] = (
                f"{len(people)} people are too many to name: {MOST_NAMED} at most. Use a condition."
            )
    if set(scope.people_in) & set(scope.people_out):
        errors["people_out"] = "Somebody is named on both sides: remove them from one."
    return errors


def rule_errors(rules: Sequence[GroupRule], attributes: Set[str], groups: Set[str]) -> Errors:
    """What is wrong with group rules: the group under `rule.0`, its conditions under `rule.0.0`."""
    errors: Errors = {}
    for number, rule in enumerate(rules):
        name = f"rule.{number}"
        if rule.group_id not in groups:
            errors[name] = "Choose a group of this portal: this one does not exist, or was deleted."
        elif not rule.conditions:
            errors[name] = "Give at least one condition: without one, everybody would be in the group."
        errors |= condition_errors(name, rule.conditions, attributes)
    if sum(len(rule.conditions) for rule in rules) > MOST_CONDITIONS:
        errors["rules"] = f"{MOST_CONDITIONS} conditions at most: combine some by giving several values."
    return errors


def condition_errors(name: str, conditions: Sequence[Condition], attributes: Set[str]) -> Errors:
    """The conditions that cannot be saved, under the name and the number of each from 0."""
    checked = {f"{name}.{number}": _condition_error(one, attributes) for number, one in enumerate(conditions)}
    return {key: error for key, error in checked.items() if error}


def _condition_error(condition: Condition, attributes: Set[str]) -> str:
    if condition.attribute not in attributes:
        return "Choose a Paycor attribute: this one does not exist, or the list that the sync reads does not have it."
    if not condition.values:
        return "Give at least one value, each on its own line."
    if condition.operator in (Operator.BEFORE, Operator.AFTER):
        wrong = [number for number, value in enumerate(condition.values, 1) if not is_date(value)]
        if wrong:
            return f"Line {wrong[0]} is not a date: write a real day like 2026-01-31."
    return ""
