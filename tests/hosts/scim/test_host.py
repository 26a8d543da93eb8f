"""Who is left alone, and what SCIM has no word for."""

from typing import Any

import pytest

from connector.core.ports import Change, Invitation, OutcomeStatus
from connector.core.records import AccountState, Mail
from connector.errors import HostContractError
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
def test_whoever_is_more_than_a_learner_is_not_suspended(values: dict[str, Any]) -> None:
    """By a role, a group, a name in the settings, or by being who we are."""
    wire = Wire(users=[user(1, **values)], answers={"GET /Me": lambda asked: (200, {"id": "me"})})
    host = wire.host(protected=frozenset({"root@example.test"}), staff_groups=frozenset({"Staff"}))
    outcome = only(host.update([Change(wire.users[0]["id"], state=AccountState.SUSPENDED)]))

    assert outcome.status is S.REJECTED
    assert wire.sent("PATCH") == []


def test_learners_by_role_are_learners() -> None:
    """In any letters."""
    wire = Wire(users=[user(1, roles=[{"value": "Student"}], groups=[{"display": "Sales"}])])
    wire.host().update([Change("u1", state=AccountState.SUSPENDED)])

    assert len(wire.sent("PATCH")) == 1


def test_only_learners_are_deleted() -> None:
    """A trial clears up after itself, and after nobody else."""
    wire = Wire(
        users=[user(1), user(2, roles=[{"value": "admin"}])],
        answers={"DELETE /Users/": lambda asked: (204, "")},
    )
    outcomes = wire.host().delete(["u1", "u2", "u3"])

    assert [one.status for one in outcomes] == [S.UPDATED, S.REJECTED, S.NOT_FOUND]
    assert [one.path for one in wire.sent("DELETE")] == ["/Users/u1"]


def test_an_invitation_is_not_offered(wire: Wire) -> None:
    """Nothing is sent."""
    outcome = only(wire.host().invite([Invitation("u1", Mail.WELCOME)]))

    assert (outcome.status, outcome.code) == (S.REJECTED, "not_offered")
    assert wire.asked == []


def test_edits_since_are_not_offered(wire: Wire, today: Any) -> None:
    """The capability says so, and whoever asks all the same is told."""
    host = wire.host()

    assert not host.capabilities().changed_since
    with pytest.raises(HostContractError):
        host.changed_since(today)
