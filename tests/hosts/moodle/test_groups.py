"""Cohorts of Moodle as groups."""

import pytest

from connector.core.ports.host import OutcomeStatus
from connector.core.ports.optional import Membership
from connector.hosts.moodle import MoodleHost
from tests.hosts.moodle.fake.site import MoodleSite
from tests.hosts.moodle.rig import COMPLIANCE, STAFF, Connect, create, people, statuses

S = OutcomeStatus


@pytest.mark.req("X24")
def test_accounts_are_added_to_cohorts_and_removed(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M15: existing memberships are unchanged; unknown users and cohorts do not affect the other rows."""
    ada_id, bob_id = (create(moodle_host, row) for row in people(2))
    moodle_site.cohorts[COMPLIANCE][1].add(int(bob_id))
    group = str(COMPLIANCE)
    outcomes = moodle_host.members(
        [
            Membership(ada_id, group, True),
            Membership(bob_id, group, True),
            Membership("4711", group, True),
            Membership("4711", group, False),
            Membership("nobody", group, True),
            Membership(ada_id, "99", True),
            Membership(ada_id, group, False),
        ]
    )

    assert statuses(outcomes) == [
        S.UPDATED,
        S.UNCHANGED,
        S.NOT_FOUND,
        S.UNCHANGED,
        S.NOT_FOUND,
        S.NOT_FOUND,
        S.UPDATED,
    ]
    assert moodle_site.cohorts[COMPLIANCE][1] == {int(bob_id)}


def test_the_staff_cohort_is_no_group(moodle_host: MoodleHost) -> None:
    """An account that is added to it could not be suspended any more."""
    assert [group.name for group in moodle_host.groups()] == ["Compliance"]
    assert statuses(moodle_host.members([Membership("4", str(STAFF), True)])) == [S.NOT_FOUND]


def test_without_the_functions_for_cohorts_there_are_no_groups(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """The rest of the sync goes on."""
    moodle_site.functions.discard("core_cohort_add_cohort_members")

    assert moodle_connect().groups() == []
