"""The groups that the connector grants (rule X24)."""

import pytest

from connector.core.model.employee import Facts, Value
from connector.core.model.operation import Operation, OperationKind
from connector.core.model.settings import Condition, GroupRule, Operator
from connector.core.rules.values.groups import changed_groups, desired_groups, group_findings
from tests.core.builders import employee

OHIO = GroupRule("ohio", (Condition("work_state", Operator.EQUALS, ("OH",)),))
TEXAS = GroupRule("ohio", (Condition("work_state", Operator.EQUALS, ("TX",)),))
NURSES = GroupRule("nurses", (Condition("job_title", Operator.CONTAINS, ("Nurse",)),))
OHIO_NURSES = GroupRule("both", (*OHIO.conditions, *NURSES.conditions))


@pytest.mark.req("X24")
@pytest.mark.parametrize(
    ("rules", "granted", "expected"),
    [
        pytest.param((), (), {}, id="no rules"),
        pytest.param((OHIO,), (), {"group:ohio": "member"}, id="a rule that is met"),
        pytest.param((TEXAS,), (), {"group:ohio": None}, id="a rule that is not"),
        pytest.param(
            (TEXAS, OHIO), (), {"group:ohio": "member"}, id="two rules for one group: one is enough"
        ),
        pytest.param((OHIO_NURSES,), (), {"group:both": "member"}, id="all conditions of a rule"),
        pytest.param((), ("ohio",), {"group:ohio": None}, id="granted, and no rule is left"),
    ],
)
def test_group_is_granted_while_one_of_its_rules_is_met(
    rules: tuple[GroupRule, ...], granted: tuple[str, ...], expected: dict[str, Value]
) -> None:
    """A granted group without a rule is taken back; other groups are not mentioned."""
    nurse = employee(attributes={"work_state": "OH", "job_title": "Head Nurse"})

    assert desired_groups(nurse, Facts(), rules, granted) == expected


@pytest.mark.req("X24", "D11")
def test_unknown_attribute_changes_no_membership() -> None:
    """Unless another rule for the group is met."""
    nurse = employee(attributes={"work_state": "OH"})
    unknown = GroupRule("ohio", NURSES.conditions)

    assert desired_groups(nurse, Facts(), (NURSES,), ("nurses",)) == {}
    assert desired_groups(nurse, Facts(), (unknown, OHIO), ()) == {"group:ohio": "member"}


@pytest.mark.req("X24")
def test_changed_groups_of_an_operation() -> None:
    """Other values are ignored."""
    after = {"first_name": "Ada", "group:ohio": "member", "group:texas": None}

    assert changed_groups(Operation(OperationKind.UPDATE, "p", "e", "1", {}, after)) == {
        "ohio": True,
        "texas": False,
    }


@pytest.mark.req("X24")
def test_rules_that_the_host_cannot_follow_are_listed() -> None:
    """A host without groups, and a deleted group."""
    assert [one.code for one in group_findings((OHIO,), supports_groups=False, known_ids=())] == [
        "groups_not_offered"
    ]
    assert [
        one.subject for one in group_findings((OHIO, NURSES), supports_groups=True, known_ids=["ohio"])
    ] == ["nurses"]
    assert group_findings((), supports_groups=False, known_ids=()) == []
