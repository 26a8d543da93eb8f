"""Users of a SCIM service deleted."""

from connector.core.ports.host import OutcomeStatus
from tests.hosts.scim.wire import Wire, user

S = OutcomeStatus


def test_only_learners_are_deleted() -> None:
    """A trial deletes its own accounts and no others."""
    wire = Wire(
        users=[user(1), user(2, roles=[{"value": "admin"}])],
        answers={"DELETE /Users/": lambda request: (204, "")},
    )
    outcomes = wire.host().delete(["u1", "u2", "u3"])

    assert [one.status for one in outcomes] == [S.UPDATED, S.REJECTED, S.NOT_FOUND]
    assert [one.path for one in wire.sent("DELETE")] == ["/Users/u1"]
