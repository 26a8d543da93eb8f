"""Groups of LearnUpon."""

import responses

from connector.core.ports.host import OutcomeStatus
from connector.core.ports.optional import Membership, SupportsGroups
from connector.hosts.learnupon import LearnUponHost
from tests.hosts.learnupon.fake.wire import GONE, URL, USER, sent

S = OutcomeStatus


def test_memberships_of_other_users_are_ignored(wire: responses.RequestsMock, portal: LearnUponHost) -> None:
    """LearnUpon returns all memberships for a parameter that it does not know."""
    keeper: SupportsGroups = portal
    wire.get(f"{URL}/users/662", json={"user": [USER]})
    wire.get(f"{URL}/users/7", status=404, json=GONE)
    others = [{"group_id": 51, "user_id": 7}, {"group_id": 52, "user_id": 662}]
    wire.get(f"{URL}/group_memberships", json={"group_memberships": others})
    wire.post(f"{URL}/group_memberships", json={"id": 1})
    outcomes = keeper.members(
        [
            Membership("662", "51", is_member=True),
            Membership("662", "52", is_member=True),
            Membership("662", "51", is_member=False),
            Membership("662", "drivers", is_member=True),
            Membership("7", "51", is_member=True),
        ]
    )

    assert [one.status for one in outcomes[:2]] == [S.UPDATED, S.UNCHANGED]
    assert [(one.status, one.code) for one in outcomes[3:]] == [
        (S.REJECTED, "group.unknown"),
        (S.NOT_FOUND, "not_found"),
    ]
    assert sent(wire, "POST") == [{"GroupMembership": {"group_id": 51, "user_id": 662}}]
