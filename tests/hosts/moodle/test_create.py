"""Users of Moodle created."""

import re
from dataclasses import replace

import pytest

from connector.core.model.account import AccountState
from connector.core.ports.host import Key, KeyKind, Outcome, OutcomeStatus
from connector.errors import HostAuthError, HostUnavailable
from connector.hosts.moodle import MoodleHost
from tests.hosts.moodle.fake.site import MoodleSite
from tests.hosts.moodle.rig import (
    ADA,
    Connect,
    by_id,
    create,
    people,
    refusal,
    statuses,
)

S = OutcomeStatus
CREATE, UPDATE, SEARCH = "core_user_create_users", "core_user_update_users", "core_user_get_users"
CREATE, UPDATE = "core_user_create_users", "core_user_update_users"
NOBODY = Key(KeyKind.EMAIL, "nobody@example.test")


@pytest.mark.parametrize("debugging", [False, True])
def test_a_refusal_has_only_its_code(
    moodle_site: MoodleSite, moodle_host: MoodleHost, debugging: bool
) -> None:
    """M1: HTTP 200 with an exception; in debug mode the answer has the address in it."""
    moodle_site.debugging = debugging
    [outcome] = moodle_host.create([replace(ADA, email="no address")])

    assert outcome == Outcome(S.REJECTED, code="moodle.invalidparameter")


def test_a_refusal_without_a_code_gets_one(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M1: the text of a password policy comes instead of the error code."""
    moodle_site.policy = (r".{1000,}",)
    [outcome] = moodle_host.create([ADA])

    assert outcome == Outcome(S.REJECTED, code="moodle.refused")


def test_no_create_asks_moodle_for_a_password(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M3: older sites would mail it at once, even for an account that is then rolled back."""
    moodle_host.create([*people(3), replace(ADA, email="no address")])
    users = [user for call in moodle_site.arguments(CREATE) for user in call["users"]]
    passwords = {user["password"] for user in users}

    assert moodle_site.mailed == []
    assert not any("createpassword" in user for user in users)
    assert len(passwords) == len(users)


@pytest.mark.req("A9")
def test_an_address_taken_in_another_case_gives_exists(
    moodle_site: MoodleSite, moodle_host: MoodleHost
) -> None:
    """M5: the look-up finds no user and the create says invalid parameter; without this it would fail every night."""
    ada = moodle_site.add(username="ada", firstname="Ada", lastname="King", email="aDa@example.test")
    [outcome, other] = moodle_host.create([ADA, *people(1)])

    assert (outcome.status, outcome.account_id, outcome.code) == (S.EXISTS, str(ada), "email.taken")
    assert other.status is S.CREATED


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        pytest.param("Ada@Example.test", r"ada@example\.test", id="an address in capitals"),
        pytest.param("o'neil+x@example.test", r"paycor-[0-9a-f]{16}", id="an address that cannot be one"),
    ],
)
def test_a_user_name_is_lower_case(
    moodle_site: MoodleSite, moodle_host: MoodleHost, email: str, expected: str
) -> None:
    """M6: Moodle refuses capitals, and other characters that a user name may not have."""
    ada_id = create(moodle_host, replace(ADA, email=email))

    assert moodle_site.users[int(ada_id)]["email"] == email
    assert re.fullmatch(expected, moodle_site.users[int(ada_id)]["username"])


def test_a_user_name_taken_by_another_user_is_replaced(
    moodle_site: MoodleSite, moodle_host: MoodleHost
) -> None:
    """M6: user names are unique; the account gets one made of the connector's key."""
    moodle_site.add(username="ada@example.test", firstname="A", lastname="B", email="else@example.test")
    ada_id = create(moodle_host, ADA)

    assert moodle_site.users[int(ada_id)]["username"].startswith("paycor-")


def test_a_pending_account_is_created_active(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M13: a create has no state; a suspended account is refused."""
    outcomes = moodle_host.create(
        [replace(ADA, state=AccountState.PENDING), replace(people(1)[0], state=AccountState.SUSPENDED)]
    )

    assert statuses(outcomes) == [S.CREATED, S.REJECTED]
    assert by_id(moodle_host, outcomes[0].account_id)[0].state is AccountState.ACTIVE
    assert not moodle_host.capabilities().pending


@pytest.mark.parametrize(
    ("auth", "status", "has_password"),
    [
        pytest.param("manual", S.CREATED, True, id="manual"),
        pytest.param("oauth2", S.CREATED, False, id="signing in elsewhere"),
        pytest.param("saml2", S.REJECTED, False, id="not installed"),
    ],
)
def test_the_auth_plugin_is_a_setting(
    moodle_site: MoodleSite, moodle_connect: Connect, auth: str, status: OutcomeStatus, has_password: bool
) -> None:
    """M14: users who sign in elsewhere need no password; a plugin that is not installed is refused."""
    [outcome] = moodle_connect(auth=auth).create([ADA])
    user = moodle_site.arguments(CREATE)[0]["users"][0]

    assert (outcome.status, "password" in user, user["auth"]) == (status, has_password, auth)


def test_an_account_that_does_not_see_id_numbers_is_an_error(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """M10: after the first create, because the new account could not be found again; that one stays known."""
    moodle = moodle_connect()
    moodle_site.hidden = {"idnumber"}
    [outcome] = moodle.create([ADA])
    with pytest.raises(HostAuthError, match="does not see ID numbers"):
        moodle.create(people(1))

    assert (outcome.status, outcome.account_id) == (S.CREATED, "4")
    assert len(moodle_site.arguments(CREATE)) == 1


@pytest.mark.req("D29")
def test_an_account_whose_email_is_hidden_is_the_last_one(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """On a site where the oldest accounts show theirs to everybody."""
    moodle = moodle_connect()
    moodle.find([NOBODY])
    moodle_site.hides_emails = True
    outcomes = moodle.create(people(3))
    with pytest.raises(HostAuthError, match="showuseridentity"):
        moodle.create([ADA])

    assert [(one.status, one.account_id) for one in outcomes] == [(S.CREATED, str(n)) for n in (4, 5, 6)]
    assert len(moodle_site.arguments(CREATE)) == 1


def test_a_create_without_an_answer_is_unknown_and_found(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """It is not sent again; the ID numbers show which users were created."""
    moodle = moodle_connect()
    moodle_site.lost.append(CREATE)
    outcomes = moodle.create(people(250))
    rows = people(250)
    found = moodle.find([Key(KeyKind.EXTERNAL_ID, row.external_id) for row in rows])

    assert set(statuses(outcomes)) == {S.UNKNOWN, S.CREATED}
    assert isinstance(found, dict)
    assert all(len(accounts) == 1 for accounts in found.values())
    assert set(statuses(moodle.create(rows))) == {S.EXISTS}


def test_a_site_that_is_closed_from_the_start_is_unavailable(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """Nothing was done."""
    moodle = moodle_connect()
    moodle.find([NOBODY])
    moodle_site.breaks[CREATE] = refusal("sitemaintenance")
    with pytest.raises(HostUnavailable):
        moodle.create([ADA])

    assert len(moodle_site.users) == 2
