"""Users of Moodle deleted."""

from connector.core.model.account import Mail
from connector.core.ports.host import Change, Invitation, OutcomeStatus
from connector.hosts.moodle import MoodleHost
from tests.hosts.moodle.fake.functions import OWN_ID
from tests.hosts.moodle.fake.site import MoodleSite
from tests.hosts.moodle.rig import ADA, Connect, by_id, create, people, statuses

S = OutcomeStatus


def test_a_deleted_user_is_not_found(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M13: a row with a hash as address is still found by id; a new create gives a new account."""
    ada_id = create(moodle_host, ADA)
    moodle_site.delete(int(ada_id))
    [changed] = moodle_host.update([Change(ada_id, last_name="King")])
    [mailed] = moodle_host.invite([Invitation(ada_id, Mail.WELCOME)])

    assert by_id(moodle_host, ada_id) == []
    assert statuses([changed, mailed]) == [S.NOT_FOUND, S.NOT_FOUND]
    assert create(moodle_host, ADA) != ada_id


def test_a_trial_deletes_its_accounts(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M13: all or none per call, and never an account that is more than a learner."""
    ada_id, bob_id, cora_id = (create(moodle_host, row) for row in people(3))
    moodle_site.admins.add(int(cora_id))
    outcomes = moodle_host.delete([ada_id, bob_id, ada_id, cora_id, str(OWN_ID), "4711"])

    assert statuses(outcomes) == [S.UPDATED, S.UPDATED, S.NOT_FOUND, S.REJECTED, S.REJECTED, S.NOT_FOUND]
    assert by_id(moodle_host, ada_id) == []
    assert len(by_id(moodle_host, cora_id)) == 1


def test_a_service_without_the_delete_function_is_enough(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """No sync deletes."""
    moodle_site.functions.discard("core_user_delete_users")
    moodle = moodle_connect()
    [outcome] = moodle.delete([create(moodle, ADA)])

    assert (outcome.status, outcome.code) == (S.REJECTED, "moodle.not_offered")
