from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.model.account import AccountState, Mail
from connector.core.model.employee import Value
from connector.core.model.operation import Operation, OperationKind
from connector.core.ports.host import Change, NewAccount
from connector.core.rules.plan import PlanDigest, change, new_account
from tests.core.scenes import Scene, decision_of, scenes

UPDATE = Operation(
    OperationKind.UPDATE,
    "p1",
    "e1",
    "a1",
    before={"first_name": "Ada", "field:team": None},
    after={"first_name": "Adah", "field:team": "Nurses"},
)


def digest(*operations: Operation) -> str:
    """The digest of a plan of these operations."""
    plan = PlanDigest()
    plan.add(operations)
    return plan.text


def backwards(values: Mapping[str, Value]) -> dict[str, Value]:
    """The same values in reverse order."""
    return dict(reversed(list(values.items())))


@pytest.mark.req("D14")
@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"kind": OperationKind.LINK}, id="kind"),
        pytest.param({"person_key": "p2"}, id="person"),
        pytest.param({"employee_id": "e2"}, id="employment"),
        pytest.param({"account_id": "a2"}, id="account"),
        pytest.param({"account_id": None}, id="no account"),
        pytest.param({"mail": Mail.WELCOME}, id="mail"),
        pytest.param({"before": {"first_name": "Ida", "field:team": None}}, id="a value before"),
        pytest.param({"before": {"first_name": "Ada", "field:team": "None"}}, id="the text None"),
        pytest.param({"before": {"first_name": "Ada", "field:team": ""}}, id="an empty text"),
        pytest.param({"before": {}}, id="nothing before"),
        pytest.param({"after": {"first_name": "Adah", "field:team": "nurses"}}, id="the case of a value"),
        pytest.param({"after": {"first_name": "Adah", "field:group": "Nurses"}}, id="a name"),
        pytest.param({"after": {"first_name": "Adah"}}, id="one value fewer"),
    ],
)
def test_any_other_value_gives_another_digest(values: dict[str, Any]) -> None:
    """No value of an approved plan can change under the same digest."""
    assert digest(replace(UPDATE, **values)) != digest(UPDATE)


@pytest.mark.req("D14")
def test_equal_plans_have_equal_digests() -> None:
    """The order of an operation's values does not matter, nor how the plan was split into chunks."""
    reordered = replace(UPDATE, before=backwards(UPDATE.before), after=backwards(UPDATE.after))
    in_chunks = PlanDigest()
    in_chunks.add([UPDATE])
    in_chunks.add([])
    in_chunks.add([replace(UPDATE, person_key="p2")])

    assert digest(reordered) == digest(UPDATE)
    assert in_chunks.text == digest(UPDATE, replace(UPDATE, person_key="p2"))


@pytest.mark.req("D14")
@given(st.lists(st.tuples(scenes(), st.sampled_from(("p1", "p2"))), max_size=3), st.data())
def test_only_equal_plans_have_equal_digests(drawn: list[tuple[Scene, str]], data: st.DataObject) -> None:
    """Equal means the same operations in the same order."""
    made = [
        replace(operation, person_key=key) for one, key in drawn if (operation := decision_of(one).operation)
    ]
    other = data.draw(st.permutations(made))
    shorter = made[: data.draw(st.integers(0, len(made)))]

    assert (digest(*other) == digest(*made)) is (other == made)
    assert (digest(*shorter) == digest(*made)) is (shorter == made)


def test_empty_plan_has_a_digest() -> None:
    """Unlike that of any other plan."""
    assert len(digest()) == 64
    assert digest() != digest(UPDATE)


@pytest.mark.req("A5", "A6", "A14")
@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param(
            {
                "external_id": "p1",
                "email": "ada@acme.example",
                "first_name": "Ada",
                "last_name": "Byron",
                "state": "pending",
                "field:team": "Nurses",
            },
            NewAccount("p1", "ada@acme.example", "Ada", "Byron", AccountState.PENDING, {"team": "Nurses"}),
            id="everything",
        ),
        pytest.param(
            {"external_id": "p1", "email": "ada@acme.example", "last_name": "Byron", "state": "active"},
            NewAccount("p1", "ada@acme.example", "", "Byron", AccountState.ACTIVE),
            id="one name, no fields",
        ),
    ],
)
def test_create_sends_a_new_account(after: dict[str, str], expected: NewAccount) -> None:
    """With every value under the host's own name; a type is not among them."""
    assert new_account(Operation(OperationKind.CREATE, "p1", "e1", None, {}, after, Mail.WELCOME)) == expected


@pytest.mark.req("A17", "A22", "D11")
@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param({"first_name": "Ada"}, Change("a1", first_name="Ada"), id="one value"),
        pytest.param(
            {"email": "x@y.example", "last_name": "B"}, Change("a1", "x@y.example", last_name="B"), id="two"
        ),
        pytest.param({"state": "suspended"}, Change("a1", state=AccountState.SUSPENDED), id="a suspension"),
        pytest.param({"external_id": "p1"}, Change("a1", external_id="p1"), id="the external id"),
        pytest.param({"field:team": None}, Change("a1", fields={"team": None}), id="an emptied field"),
        pytest.param(
            {"field:field:x": "7"}, Change("a1", fields={"field:x": "7"}), id="a field with a strange key"
        ),
        pytest.param({}, Change("a1"), id="nothing: only a link"),
    ],
)
def test_any_other_operation_sends_a_sparse_change(after: dict[str, str | None], expected: Change) -> None:
    """Other values are left alone; None empties a custom field."""
    before = dict.fromkeys(after, "old")

    assert change(Operation(OperationKind.UPDATE, "p1", "e1", "a1", before, after)) == expected
