"""Moodle's traps as they were measured on real sites, and what the host makes of each; fields are beside it."""

import re
from dataclasses import replace

import pytest

from connector.core.model.account import AccountState, Mail
from connector.core.ports.host import Change, Invitation, Key, KeyKind, Outcome, OutcomeStatus
from connector.hosts.moodle import MoodleHost, MoodleSettings, host
from tests.hosts.moodle.core import ADMIN_ID, OWN_ID
from tests.hosts.moodle.rig import ADA, STAFF, Connect, by_id, create, new_site, people, statuses
from tests.hosts.moodle.site import TOKEN, MoodleSite, serving

CREATE, UPDATE, SEARCH = "core_user_create_users", "core_user_update_users", "core_user_get_users"

S = OutcomeStatus


# --- refusals ---


@pytest.mark.parametrize("debugging", [False, True])
def test_a_refusal_tells_its_code_and_nothing_else(
    moodle_site: MoodleSite, moodle_host: MoodleHost, debugging: bool
) -> None:
    """M1: HTTP 200 with an exception; what a site tells while it is debugged has the address in it."""
    moodle_site.debugging = debugging
    [outcome] = moodle_host.create([replace(ADA, email="no address")])

    assert outcome == Outcome(S.REJECTED, code="moodle.invalidparameter")


def test_a_refusal_that_is_a_page_is_told_by_a_code_of_ours(
    moodle_site: MoodleSite, moodle_host: MoodleHost
) -> None:
    """M1: the text of a password policy comes in the place of the error code."""
    moodle_site.policy = (r".{1000,}",)
    [outcome] = moodle_host.create([ADA])

    assert outcome == Outcome(S.REJECTED, code="moodle.refused")


def test_a_bad_row_is_found_by_halving(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M2: one row that Moodle will not have loses all of its batch, and it does not say which."""
    rows = people(100)
    rows[37] = replace(rows[37], email="no address")
    outcomes = moodle_host.create(rows)

    assert [number for number, one in enumerate(outcomes) if one.status is not S.CREATED] == [37]
    assert len({one.account_id for one in outcomes}) == 100
    assert len(moodle_site.given(CREATE)) <= 2 * 8


def test_no_create_asks_moodle_for_a_password(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M3: older sites would mail it at once, also to those whose account is then rolled back."""
    moodle_host.create([*people(3), replace(ADA, email="no address")])
    users = [user for given in moodle_site.given(CREATE) for user in given["users"]]
    passwords = {user["password"] for user in users}

    assert moodle_site.mailed == []
    assert not any("createpassword" in user for user in users)
    assert len(passwords) == len(users)


def test_rows_that_were_not_updated_are_named_and_the_others_are_done(
    moodle_site: MoodleSite, moodle_host: MoodleHost
) -> None:
    """M4: warnings by id; a row without one was applied."""
    ids = [create(moodle_host, row) for row in people(3)]
    moodle_site.admins.add(int(ids[1]))
    outcomes = moodle_host.update(
        [
            Change(ids[0], email="LEARNER.2@example.test"),
            Change(ids[1], last_name="King"),
            Change(ids[2], last_name="King"),
            Change("4711", last_name="King"),
        ]
    )

    assert [(one.status, one.code) for one in outcomes] == [
        (S.REJECTED, "email.taken"),
        (S.REJECTED, "not_a_learner"),
        (S.UPDATED, ""),
        (S.NOT_FOUND, "not_found"),
    ]


def test_two_changes_of_one_account_are_done_in_order(moodle_host: MoodleHost) -> None:
    """M4: the second is compared with what the first has left."""
    ada_id = create(moodle_host, ADA)
    changes = [Change(ada_id, last_name=name) for name in ("King", "King", "Lovelace")]

    assert statuses(moodle_host.update(changes)) == [S.UPDATED, S.UNCHANGED, S.UPDATED]
    assert by_id(moodle_host, ada_id)[0].last_name == "Lovelace"


# --- addresses and names ---


@pytest.mark.req("D1")
@pytest.mark.parametrize("ignores_case", [False, True], ids=["PostgreSQL", "MariaDB"])
def test_an_address_is_found_in_whatever_letters_it_is_stored(ignores_case: bool) -> None:
    """M5: the exact look-up misses it on PostgreSQL; there, and only there, it is searched for besides."""
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
    assert len(site.given(SEARCH)) == (0 if ignores_case else 1)


@pytest.mark.req("A9")
def test_a_create_that_an_address_in_other_letters_is_in_the_way_of_names_its_owner(
    moodle_site: MoodleSite, moodle_host: MoodleHost
) -> None:
    """M5: the look-up says absent, the create says invalid parameter; asking again would never end."""
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
    """M6: Moodle refuses capitals; what no user name may have is kept out of it."""
    ada_id = create(moodle_host, replace(ADA, email=email))

    assert moodle_site.users[int(ada_id)]["email"] == email
    assert re.fullmatch(expected, moodle_site.users[int(ada_id)]["username"])


def test_an_address_that_is_somebody_elses_user_name_is_no_obstacle(
    moodle_site: MoodleSite, moodle_host: MoodleHost
) -> None:
    """M6: user names are unique; the account gets one made of our key."""
    moodle_site.add(username="ada@example.test", firstname="A", lastname="B", email="else@example.test")
    ada_id = create(moodle_host, ADA)

    assert moodle_site.users[int(ada_id)]["username"].startswith("paycor-")


# --- big requests ---


@pytest.mark.parametrize(("limit", "calls"), [(1000, 10), (5000, 3)])
def test_no_request_has_more_values_than_php_reads(
    moodle_site: MoodleSite, moodle_host: MoodleHost, limit: int, calls: int
) -> None:
    """M11, M16: the rest would be dropped silently; how many a site reads is tried out once."""
    moodle_site.max_input_vars = limit
    rows = people(500)
    outcomes = moodle_host.create(rows)
    keys = [Key(KeyKind.EXTERNAL_ID, row.external_id) for row in rows]
    found = moodle_host.find(keys)
    sizes = [len(given["users"]) for given in moodle_site.given(CREATE)]

    assert {one.status for one in outcomes} == {S.CREATED}
    assert isinstance(found, dict)
    assert all(len(found[key]) == 1 for key in keys)
    assert len(sizes) <= calls
    assert max(sizes) <= 250


# --- accounts that are more ---


@pytest.mark.req("D2")
def test_the_own_account_is_left_alone(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M12: Moodle would let it suspend itself, and refuse every call afterwards."""
    changes = [Change(str(OWN_ID), state=AccountState.SUSPENDED), Change(str(OWN_ID), email="x@example.test")]

    assert [(one.status, one.code) for one in moodle_host.update(changes)] == [
        (S.REJECTED, "not_a_learner"),
        (S.REJECTED, "not_a_learner"),
    ]
    assert moodle_site.given(UPDATE) == []


@pytest.mark.req("A7", "D2")
def test_whoever_came_with_the_site_or_is_staff_keeps_their_access(
    moodle_site: MoodleSite, moodle_host: MoodleHost
) -> None:
    """M12: an administrator's token could suspend other administrators, whom Moodle tells nobody."""
    moodle_site.admins.clear()
    ada_id, bob_id = (create(moodle_host, row) for row in people(2))
    moodle_site.cohorts[STAFF][1].add(int(ada_id))
    bob = by_id(moodle_host, bob_id)[0]
    moodle_site.users[int(ada_id)]["suspended"] = True
    changes = [
        Change(str(ADMIN_ID), state=AccountState.SUSPENDED),
        Change(ada_id, state=AccountState.ACTIVE),
        Change(ada_id, last_name="King"),
        Change(bob_id, state=AccountState.SUSPENDED),
    ]

    assert statuses(moodle_host.update(changes)) == [S.REJECTED, S.REJECTED, S.UPDATED, S.UPDATED]
    assert (by_id(moodle_host, ada_id)[0].is_learner, bob.is_learner) == (False, True)


def test_whom_moodle_protects_is_no_learner_from_then_on(
    moodle_site: MoodleSite, moodle_host: MoodleHost
) -> None:
    """M12: that somebody is a site administrator is learnt from a refusal only."""
    ada_id = create(moodle_host, ADA)
    moodle_site.admins.add(int(ada_id))
    [outcome] = moodle_host.update([Change(ada_id, state=AccountState.SUSPENDED)])

    assert (outcome.status, outcome.code) == (S.REJECTED, "not_a_learner")
    assert not by_id(moodle_host, ada_id)[0].is_learner


# --- suspended, deleted, other plugins ---


def test_a_create_says_nothing_of_suspension(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M13: it is no parameter of a create; whoever is to wait is made active, as the capability says."""
    outcomes = moodle_host.create(
        [replace(ADA, state=AccountState.PENDING), replace(people(1)[0], state=AccountState.SUSPENDED)]
    )

    assert statuses(outcomes) == [S.CREATED, S.REJECTED]
    assert by_id(moodle_host, outcomes[0].account_id)[0].state is AccountState.ACTIVE
    assert not moodle_host.capabilities().pending


def test_whoever_is_deleted_is_gone(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M13: a husk with a hash for an address is still found by its id; made again, they have a new one."""
    ada_id = create(moodle_host, ADA)
    moodle_site.delete(int(ada_id))
    [changed] = moodle_host.update([Change(ada_id, last_name="King")])
    [mailed] = moodle_host.invite([Invitation(ada_id, Mail.WELCOME)])

    assert by_id(moodle_host, ada_id) == []
    assert statuses([changed, mailed]) == [S.NOT_FOUND, S.NOT_FOUND]
    assert create(moodle_host, ADA) != ada_id


def test_a_trial_deletes_those_whom_it_has_made(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M13: all or nobody, and whoever is more than a learner never; the rows of the others are done."""
    ada_id, bob_id, cora_id = (create(moodle_host, row) for row in people(3))
    moodle_site.admins.add(int(cora_id))
    outcomes = moodle_host.delete([ada_id, bob_id, ada_id, cora_id, str(OWN_ID), "4711"])

    assert statuses(outcomes) == [S.UPDATED, S.UPDATED, S.NOT_FOUND, S.REJECTED, S.REJECTED, S.NOT_FOUND]
    assert by_id(moodle_host, ada_id) == []
    assert len(by_id(moodle_host, cora_id)) == 1


def test_deleting_is_not_needed_by_a_sync(moodle_site: MoodleSite, moodle_connect: Connect) -> None:
    """A service without the function for it serves all the same."""
    moodle_site.functions.discard("core_user_delete_users")
    moodle = moodle_connect()
    [outcome] = moodle.delete([create(moodle, ADA)])

    assert (outcome.status, outcome.code) == (S.REJECTED, "moodle.not_offered")


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
    """M14: those who sign in elsewhere need no password; a plugin that is not installed is refused."""
    [outcome] = moodle_connect(auth=auth).create([ADA])
    user = moodle_site.given(CREATE)[0]["users"][0]

    assert (outcome.status, "password" in user, user["auth"]) == (status, has_password, auth)
