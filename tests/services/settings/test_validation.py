"""What cannot be saved, and the sentence for each wrong part."""

from dataclasses import replace
from typing import Any

import pytest

from connector.core.model.account import Field, FieldType
from connector.core.model.limits import Metric
from connector.core.model.settings import (
    Condition,
    GroupRule,
    Limit,
    Limits,
    MappingRow,
    Operator,
    Policy,
    Scope,
)
from connector.services.settings.validation import (
    MOST_CANARIES,
    MOST_CONDITIONS,
    MOST_NAMED,
    MOST_TRANSLATED,
    condition_errors,
    mapping_errors,
    policy_errors,
    rule_errors,
    scope_errors,
)

ATTRIBUTES = frozenset({"department", "hire_date"})
FIELDS = (
    Field("title", "Job title"),
    Field("region", "Region", FieldType.STRING_CHOICE, choices=("East", "West")),
)
IN_SALES = Condition("department", Operator.EQUALS, ("Sales",))


def test_the_defaults_are_valid() -> None:
    """Nobody has to choose anything before the first save."""
    assert policy_errors(Policy(), 2) == {}


@pytest.mark.parametrize("metric", list(Metric))
def test_every_limit_has_a_range(metric: Metric) -> None:
    """People from 0 to a million, percent from 0 to 100; each end is still valid."""
    too_high: dict[str, Any] = {metric.value: Limit(1_000_001, 101)}
    highest: dict[str, Any] = {metric.value: Limit(1_000_000, 100)}
    wrong = Policy(limits=replace(Limits(), **too_high))
    right = Policy(limits=replace(Limits(), **highest))

    assert policy_errors(wrong, 2) == {
        f"{metric.value}_people": "Give a whole number from 0 to 1,000,000.",
        f"{metric.value}_pct": "Give a whole number from 0 to 100.",
    }
    assert policy_errors(right, 2) == {}


def test_too_many_canaries_are_refused() -> None:
    """The sentence has the limit."""
    errors = policy_errors(Policy(canaries=("e1",) * (MOST_CANARIES + 1)), 2)

    assert str(MOST_CANARIES) in errors["canaries"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        pytest.param(MappingRow("shoe_size", "title"), "Paycor attribute", id="no such attribute"),
        pytest.param(MappingRow("department", "gone"), "was deleted", id="no such field"),
        pytest.param(MappingRow("department", "title", fallback="gone"), "another attribute", id="fallback"),
        pytest.param(
            MappingRow("department", "title", fallback="department"), "another attribute", id="itself"
        ),
        pytest.param(
            MappingRow("department", "region", translation={"NY": "North"}),
            "gives North, which is not a choice",
            id="no such choice",
        ),
        pytest.param(
            MappingRow("department", "title", translation={str(n): "x" for n in range(MOST_TRANSLATED + 1)}),
            f"{MOST_TRANSLATED} at most",
            id="too many translations",
        ),
    ],
)
def test_a_wrong_row_is_named_by_its_number(row: MappingRow, sentence: str) -> None:
    """The right row before it has no error."""
    errors = mapping_errors(
        [MappingRow("hire_date", "other"), row], ATTRIBUTES, [*FIELDS, Field("other", "O")]
    )

    assert list(errors) == [1]
    assert sentence in errors[1]


def test_a_translation_may_empty_a_choice() -> None:
    """An empty text on the right side is no choice and is allowed."""
    row = MappingRow("department", "region", translation={"NY": "East", "": ""})

    assert mapping_errors([row], ATTRIBUTES, FIELDS) == {}


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        pytest.param(Condition("gone", Operator.EQUALS, ("x",)), "Paycor attribute", id="no such attribute"),
        pytest.param(Condition("department", Operator.EQUALS, ()), "at least one value", id="no value"),
        pytest.param(
            Condition("hire_date", Operator.BEFORE, ("2026-01-31", "2026-02-30")), "Line 2", id="no such day"
        ),
        pytest.param(Condition("hire_date", Operator.AFTER, ("20260131",)), "Line 1", id="another form"),
    ],
)
def test_a_wrong_condition_is_named_by_list_and_number(condition: Condition, sentence: str) -> None:
    """Two dates are compared only in the form 2026-01-31."""
    errors = condition_errors("only", [IN_SALES, condition], ATTRIBUTES)

    assert list(errors) == ["only.1"]
    assert sentence in errors["only.1"]


def test_nobody_can_be_on_both_sides_of_a_scope() -> None:
    """It would not be clear what the admin wants."""
    errors = scope_errors(Scope(people_in=("e1", "e2"), people_out=("e2",)), ATTRIBUTES)

    assert list(errors) == ["people_out"]


def test_a_scope_has_at_most_so_many_conditions_and_people() -> None:
    """Both lists of conditions count together."""
    names = tuple(f"e{number}" for number in range(MOST_NAMED + 1))
    scope = Scope(only=(IN_SALES,) * MOST_CONDITIONS, never=(IN_SALES,), people_in=names)

    assert sorted(map(str, scope_errors(scope, ATTRIBUTES))) == ["people_in", "scope"]


def test_a_group_rule_needs_a_group_and_a_condition() -> None:
    """Without a condition everybody would be in the group."""
    rules = [GroupRule("g1", (IN_SALES,)), GroupRule("gone", (IN_SALES,)), GroupRule("g1", ())]

    errors = rule_errors(rules, ATTRIBUTES, frozenset({"g1"}))

    assert sorted(map(str, errors)) == ["rule.1", "rule.2"]
    assert "at least one condition" in errors["rule.2"]


def test_group_rules_have_at_most_so_many_conditions() -> None:
    """All rules count together."""
    rules = [GroupRule("g1", (IN_SALES,) * MOST_CONDITIONS), GroupRule("g1", (IN_SALES,))]

    assert list(rule_errors(rules, ATTRIBUTES, frozenset({"g1"}))) == ["rules"]
