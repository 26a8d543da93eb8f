"""The conditions of dynamic rules, as truth tables."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from connector.sandbox.lms.db.tables import Condition, Operator, Rule, Subject
from connector.sandbox.lms.groups.rules import RuleUser, condition_matches, matches


@pytest.mark.req("A35")
@pytest.mark.parametrize(
    ("custom", "expected"),
    [
        ({"7": "OH", "8": "Yes"}, True),
        ({"7": "OH", "8": "No"}, False),
        ({"7": "TX", "8": "Yes"}, False),
        ({"8": "Yes"}, False),
    ],
    ids=["both", "the first alone", "the second alone", "one is empty"],
)
def test_all_conditions_of_a_rule_have_to_hold(custom: dict[str, str], expected: bool) -> None:
    """And a rule without conditions matches no one."""
    conditions = [
        Condition(subject=Subject.FIELD, field_id=field, operator=Operator.EQUALS, operand=[value])
        for field, value in ((7, "OH"), (8, "Yes"))
    ]
    user = RuleUser("u", "u@x.example", datetime(2026, 1, 1, tzinfo=UTC), custom)

    assert matches(Rule(conditions=conditions), user, ZoneInfo("UTC")) is expected
    assert not matches(Rule(conditions=[]), user, ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("operator", "value", "operand", "expected"),
    [
        (Operator.EQUALS, "OH", ["OH"], True),
        (Operator.EQUALS, "oh", ["OH"], False),
        (Operator.EQUALS, "", [""], False),
        (Operator.IN, "OH", ["TX", "OH"], True),
        (Operator.IN, "OH", ["TX"], False),
        (Operator.CONTAINS, "Head Nurse", ["nurse"], True),
        (Operator.CONTAINS, "Driver", ["nurse"], False),
        (Operator.BEFORE, "2026-01-31", ["2026-02-01"], True),
        (Operator.BEFORE, "2026-02-01", ["2026-02-01"], False),
        (Operator.AFTER, "2026-02-02", ["2026-02-01"], True),
        (Operator.AFTER, "10", ["9"], True),
        (Operator.BEFORE, "10", ["9"], False),
        (Operator.AFTER, "-2.5", ["-3"], True),
        (Operator.AFTER, "nurse", ["2026-02-01"], False),
    ],
)
def test_operators(operator: Operator, value: str, operand: list[str], expected: bool) -> None:
    """What each operator matches: exact texts, any letter case for `contains`, numbers as numbers."""
    condition = Condition(subject=Subject.FIELD, field_id=7, operator=operator, operand=operand)
    user = RuleUser("u", "u@x.example", datetime(2026, 1, 1, tzinfo=UTC), {"7": value})

    assert condition_matches(condition, user, ZoneInfo("UTC")) is expected


@pytest.mark.parametrize(("zone", "expected"), [("UTC", True), ("America/New_York", False)])
def test_a_creation_date_is_the_portals(zone: str, expected: bool) -> None:
    """One in the morning in UTC is still the day before in New York."""
    condition = Condition(subject=Subject.CREATED, operator=Operator.EQUALS, operand=["2026-01-02"])
    user = RuleUser("u", "u@x.example", datetime(2026, 1, 2, 1, tzinfo=UTC), {})

    assert condition_matches(condition, user, ZoneInfo(zone)) is expected
