"""Who is more than a learner on a SCIM service."""

from typing import Any

import pytest

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, OutcomeStatus
from tests.hosts.scim.wire import Wire, only, user

S = OutcomeStatus


@pytest.mark.req("D2")
@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"userName": "Root@example.test"}, id="protected by name"),
        pytest.param({"roles": [{"value": "Instructor"}]}, id="another role"),
        pytest.param({"groups": [{"display": "staff"}]}, id="a group of staff"),
        pytest.param({"id": "me"}, id="the connector itself"),
    ],
)
def test_an_account_that_is_more_than_a_learner_is_not_suspended(values: dict[str, Any]) -> None:
    """By a role, a group, a name in the settings, or as the connector's own account."""
    wire = Wire(users=[user(1, **values)], answers={"GET /Me": lambda request: (200, {"id": "me"})})
    host = wire.host(protected=frozenset({"root@example.test"}), staff_groups=frozenset({"Staff"}))
    outcome = only(host.update([Change(wire.users[0]["id"], state=AccountState.SUSPENDED)]))

    assert outcome.status is S.REJECTED
    assert wire.sent("PATCH") == []


def test_an_account_with_a_learner_role_is_a_learner() -> None:
    """In any case."""
    wire = Wire(users=[user(1, roles=[{"value": "Student"}], groups=[{"display": "Sales"}])])
    wire.host().update([Change("u1", state=AccountState.SUSPENDED)])

    assert len(wire.sent("PATCH")) == 1
