"""Which groups the connector puts somebody into (rule X24)."""

import pytest

from connector.core.model.employee import Facts, Value
from connector.core.model.operation import Operation, OperationKind
from connector.core.model.settings import Condition, GroupRule, Operator
from connector.core.rules.values.groups import changed_groups, desired_groups, group_findings
from tests.core.make import employee

OHIO = GroupRule("ohio", (Condition("work_state", Operator.EQUALS, ("OH",)),))
TEXAS = GroupRule("ohio", (Condition("work_state", Operator.EQUALS, ("TX",)),))
NURSES = GroupRule("nurses", (Condition("job_title", Operator.CONTAINS, ("Nurse",)),))
OHIO_NURSES = GroupRule("both", (*OHIO.conditions, *NURSES.conditions))


@pytest.mark.req("X24")
@pytest.mark.parametrize(
    ("rules", "given", "expected"),
    [
        pytest.param((), (), {}, id="no rules"),
        pytest.param((OHIO,), (), {"group:ohio": "member"}, id="a rule that holds"),
        pytest.param((TEXAS,), (), {"group:ohio": None}, id="a rule that does not"),
        pytest.param((TEXAS, OHIO), (), {"group:ohio": "member"}, id="two rules of one group: one is enough"),
        pytest.param((OHIO_NURSES,), (), {"group:both": "member"}, id="all conditions of a rule"),
        pytest.param((), ("ohio",), {"group:ohio": None}, id="given, and no rule is left"),
    ],
)
def test_a_group_is_given_while_one_of_its_rules_holds(
    rules: tuple[GroupRule, ...], given: tuple[str, ...], expected: dict[str, Value]
) -> None:
    """What the connector gave and no rule asks for is taken back; other groups are not named at all."""
    nurse = employee(attributes={"work_state": "OH", "job_title": "Head Nurse"})

    assert desired_groups(nurse, Facts(), rules, given) == expected


@pytest.mark.req("X24", "D11")
def test_what_is_not_known_moves_nobody() -> None:
    """Neither in nor out; unless another rule of the group settles it."""
    unread = employee(attributes={"work_state": "OH"})
    maybe = GroupRule("ohio", NURSES.conditions)

    assert desired_groups(unread, Facts(), (NURSES,), ("nurses",)) == {}
    assert desired_groups(unread, Facts(), (maybe, OHIO), ()) == {"group:ohio": "member"}


@pytest.mark.req("X24")
def test_an_operation_says_who_joins_and_who_leaves() -> None:
    """Other values are none of its business."""
    after = {"first_name": "Ada", "group:ohio": "member", "group:texas": None}

    assert changed_groups(Operation(OperationKind.UPDATE, "p", "e", "1", {}, after)) == {
        "ohio": True,
        "texas": False,
    }


@pytest.mark.req("X24")
def test_rules_that_nobody_can_keep_are_told() -> None:
    """A host without such groups, and a group that was deleted."""
    assert [one.code for one in group_findings((OHIO,), keeps_groups=False, known_ids=())] == [
        "groups_not_offered"
    ]
    assert [one.subject for one in group_findings((OHIO, NURSES), keeps_groups=True, known_ids=["ohio"])] == [
        "nurses"
    ]
    assert group_findings((), keeps_groups=False, known_ids=()) == []
