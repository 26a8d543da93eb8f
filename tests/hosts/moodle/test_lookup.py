"""Users of Moodle looked up."""

from collections.abc import Callable

import pytest

from connector.core.model.account import AccountState, Mail
from connector.core.ports.host import Change, Invitation, Key, KeyKind, OutcomeStatus
from connector.errors import HostAuthError
from connector.hosts.moodle import MoodleHost, MoodleSettings, host
from connector.hosts.moodle.lookup import PROBED
from tests.hosts.moodle.fake.site import TOKEN, MoodleSite, serving
from tests.hosts.moodle.rig import ADA, Connect, by_id, create, new_site

CREATE, UPDATE, SEARCH = "core_user_create_users", "core_user_update_users", "core_user_get_users"
FIND = "core_user_get_users_by_field"
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


@pytest.mark.req("D29", "D1")
@pytest.mark.parametrize("call", ["find", "create", "update"])
def test_hidden_emails_stop_everything_before_anything_is_written(
    moodle_site: MoodleSite, moodle_connect: Connect, call: str
) -> None:
    """A look-up of an email then finds nobody: on a site with shared emails, people would get second accounts."""
    ada = moodle_site.add(username="ada", firstname="Ada", lastname="L", email=ADA.email)
    moodle_site.hides_emails = True
    host = moodle_connect()
    calls: dict[str, Callable[[], object]] = {
        "find": lambda: host.find([Key(KeyKind.EMAIL, ADA.email)]),
        "create": lambda: host.create([ADA]),
        "update": lambda: host.update([Change(str(ada), email="king@example.test")]),
    }
    with pytest.raises(HostAuthError, match=r"moodle/site:viewuseridentity.*showuseridentity"):
        calls[call]()

    assert not moodle_site.arguments(CREATE) + moodle_site.arguments(UPDATE)


@pytest.mark.req("D29")
def test_emails_that_are_hidden_of_a_few_people_stop_it_too(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """The oldest accounts may show theirs to everybody; one who does not is met later."""
    host = moodle_connect()
    host.find([Key(KeyKind.EMAIL, ADA.email)])
    bob = moodle_site.add(username="bob", firstname="Bob", lastname="L", email="", idnumber="p-bob")

    with pytest.raises(HostAuthError, match=f"user {bob} without an email"):
        host.find([Key(KeyKind.EXTERNAL_ID, "p-bob")])


def test_whether_emails_are_visible_is_looked_at_once(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """With one request; the account of visitors may have no email."""
    moodle_site.add(username="guest", firstname="Guest", lastname="Account", email="")
    host = moodle_connect()
    for _ in range(2):
        host.find([Key(KeyKind.EXTERNAL_ID, "p-nobody")])

    assert len([one for one in moodle_site.arguments(FIND) if len(one["values"]) == PROBED]) == 1


@pytest.mark.req("D29")
@pytest.mark.parametrize("bar", [{"confirmed": False}, {"auth": "nologin"}], ids=["unconfirmed", "nologin"])
def test_a_user_who_cannot_sign_in_is_suspended(
    moodle_site: MoodleSite, moodle_host: MoodleHost, bar: dict[str, object]
) -> None:
    """No mail goes to them, and restoring access is refused with a code: only an admin of Moodle can do it."""
    ada_id = create(moodle_host, ADA)
    moodle_site.users[int(ada_id)].update(bar)
    account = by_id(moodle_host, ada_id)[0]
    [mailed] = moodle_host.invite([Invitation(ada_id, Mail.WELCOME)])
    [restored] = moodle_host.update([Change(ada_id, state=AccountState.ACTIVE)])

    assert not moodle_site.signs_in(int(ada_id), moodle_site.users[int(ada_id)]["password"])
    assert account.state is AccountState.SUSPENDED
    assert (mailed.status, mailed.code) == (S.REJECTED, "suspended")
    assert (restored.status, restored.code) == (S.REJECTED, "moodle.state")
