"""What SCIM does not offer."""

from typing import Any

import pytest

from connector.core.model.account import Mail
from connector.core.ports.host import Invitation, OutcomeStatus
from connector.errors import HostContractError
from tests.hosts.scim.wire import Wire, only

S = OutcomeStatus


def test_an_invitation_is_not_offered(wire: Wire) -> None:
    """Nothing is sent."""
    outcome = only(wire.host().invite([Invitation("u1", Mail.WELCOME)]))

    assert (outcome.status, outcome.code) == (S.REJECTED, "not_offered")
    assert wire.requests == []


def test_edits_are_not_reported(wire: Wire, today: Any) -> None:
    """The capability says so, and a call raises."""
    host = wire.host()

    assert not host.capabilities().changed_since
    with pytest.raises(HostContractError):
        host.changed_since(today)
