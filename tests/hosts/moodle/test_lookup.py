"""Users of Moodle looked up."""

import pytest

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, Key, KeyKind, OutcomeStatus
from connector.errors import HostAuthError
from connector.hosts.moodle import MoodleHost, MoodleSettings, host
from tests.hosts.moodle.fake.site import TOKEN, MoodleSite, serving
from tests.hosts.moodle.rig import ADA, Connect, by_id, create, new_site

CREATE, UPDATE, SEARCH = "core_user_create_users", "core_user_update_users", "core_user_get_users"
S = OutcomeStatus


@pytest.mark.req("D1")
@pytest.mark.parametrize("ignores_case", [False, True], ids=["PostgreSQL", "MariaDB"])
def test_an_address_is_found_in_any_case(ignores_case: bool) -> None:
    """M5: the exact look-up misses it on PostgreSQL; only there it is also searched for."""
    site = new_site(ignores_case=ignores_case)
    ada = site.add(username="ada", firstname="Ada", lastname="Lovelace", email="aDa_L@Example.test")
    site.add(username="adaxl", firstname="Adam", lastname="Xu", email="adaXl@example.test")
    key = Key(KeyKind.EMAIL, "ada_l@example.test")
    with serving(site) as url:
        moodle = host(MoodleSettings(url, TOKEN))
        found = moodle.find([key])
        moodle.close()

    assert isinstance(found, dict)
    assert [one.account_id for one in found[key]] == [str(ada)]
    assert len(site.arguments(SEARCH)) == (0 if ignores_case else 1)


def test_an_account_that_does_not_see_users_is_an_error(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """M10: hidden values look like empty ones; no account is created because of that."""
    moodle = moodle_connect()
    ada_id = create(moodle, ADA)
    moodle_site.hidden = {"username", "email", "idnumber"}
    with pytest.raises(HostAuthError, match="moodle/user:viewalldetails"):
        moodle.find([Key(KeyKind.ID, ada_id)])


def test_a_site_admin_is_no_learner_after_a_refusal(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M12: only a refusal shows that an account is a site administrator."""
    ada_id = create(moodle_host, ADA)
    moodle_site.admins.add(int(ada_id))
    [outcome] = moodle_host.update([Change(ada_id, state=AccountState.SUSPENDED)])

    assert (outcome.status, outcome.code) == (S.REJECTED, "not_a_learner")
    assert not by_id(moodle_host, ada_id)[0].is_learner
