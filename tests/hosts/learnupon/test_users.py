"""Users of LearnUpon as accounts."""

from typing import Any

import pytest
import responses

from connector.core.model.account import AccountState
from connector.core.ports.host import KeyKind
from connector.hosts.learnupon import LearnUponHost
from tests.hosts.learnupon.fake.portal import DEFINITIONS
from tests.hosts.learnupon.fake.wire import URL, USER, found


def test_values_are_read_by_label_and_by_id(wire: responses.RequestsMock, portal: LearnUponHost) -> None:
    """A number in plain digits, a date without a time, a choice as listed, and the external id apart."""
    wire.get(f"{URL}/users/662", json={"customDataFieldDefintions": DEFINITIONS, "user": [USER]})
    [ada] = found(portal, KeyKind.ID, "662")

    assert (ada.email, ada.state, ada.is_learner, ada.external_id) == (
        "ada@example.test",
        AccountState.ACTIVE,
        True,
        "p1",
    )
    assert ada.fields == {"231": "Analyst", "232": "2026-03-02", "234": "37.5", "235": "1.00"}


@pytest.mark.parametrize(
    ("values", "state", "is_learner"),
    [
        pytest.param({"enabled": False}, AccountState.SUSPENDED, True, id="disabled"),
        pytest.param({"enabled": "false"}, AccountState.SUSPENDED, True, id="disabled, in words"),
        pytest.param({"user_type": "Admin"}, AccountState.ACTIVE, False, id="an admin"),
        pytest.param({"user_type": None}, AccountState.ACTIVE, False, id="without a type"),
    ],
)
def test_state_and_type_are_read(
    wire: responses.RequestsMock,
    portal: LearnUponHost,
    values: dict[str, Any],
    state: AccountState,
    is_learner: bool,
) -> None:
    """A user who is not given as a learner does not count as one."""
    wire.get(f"{URL}/users/662", json={"user": [USER | values]})
    [ada] = found(portal, KeyKind.ID, "662")

    assert (ada.state, ada.is_learner) == (state, is_learner)
