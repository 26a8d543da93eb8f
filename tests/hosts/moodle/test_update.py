"""Users of Moodle changed."""

from dataclasses import replace
from typing import Any

import pytest
from werkzeug.wrappers import Response

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, Key, KeyKind, OutcomeStatus
from connector.hosts.moodle import MoodleHost
from tests.hosts.moodle.fake.functions import ADMIN_ID, OWN_ID
from tests.hosts.moodle.fake.site import MoodleSite
from tests.hosts.moodle.rig import ADA, STAFF, Connect, by_id, create, people, refusal, statuses

S = OutcomeStatus
CREATE, UPDATE, SEARCH = "core_user_create_users", "core_user_update_users", "core_user_get_users"
CREATE, UPDATE = "core_user_create_users", "core_user_update_users"


def test_refused_rows_do_not_affect_the_others(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M4: warnings name the refused rows; a row without one was applied."""
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


@pytest.mark.req("D2")
def test_the_connectors_own_account_is_not_changed(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M12: Moodle would let it suspend itself, and refuse every call afterwards."""
    changes = [Change(str(OWN_ID), state=AccountState.SUSPENDED), Change(str(OWN_ID), email="x@example.test")]

    assert [(one.status, one.code) for one in moodle_host.update(changes)] == [
        (S.REJECTED, "not_a_learner"),
        (S.REJECTED, "not_a_learner"),
    ]
    assert moodle_site.arguments(UPDATE) == []


@pytest.mark.req("A7", "D2")
def test_installed_accounts_and_staff_keep_their_access(
    moodle_site: MoodleSite, moodle_host: MoodleHost
) -> None:
    """M12: an administrator's token could suspend other administrators, because Moodle does not list them."""
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


def test_an_update_without_an_answer_is_unknown(moodle_site: MoodleSite, moodle_connect: Connect) -> None:
    """It may have been done."""
    moodle = moodle_connect()
    ada_id = create(moodle, ADA)
    moodle_site.lost.append(UPDATE)

    assert statuses(moodle.update([Change(ada_id, last_name="King")])) == [S.UNKNOWN]
    assert statuses(moodle.update([Change(ada_id, last_name="King")])) == [S.UNCHANGED]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(
            refusal("invalidparameter"), (S.REJECTED, "moodle.invalidparameter"), id="refused as a whole"
        ),
        pytest.param(Response('{"warnings": "Ada"}'), (S.UNKNOWN, "no_answer"), id="in another form"),
        pytest.param(Response("<html></html>"), (S.UNKNOWN, "no_answer"), id="a page"),
        pytest.param(
            Response('{"warnings": [{"itemid": 4, "warningcode": "<b>Ada</b>"}]}'),
            (S.REJECTED, "moodle.refused"),
            id="a code that is none",
        ),
        pytest.param(
            Response('{"warnings": [{"itemid": 4, "warningcode": "usernotupdatedremote"}]}'),
            (S.REJECTED, "moodle.usernotupdatedremote"),
            id="a code of its own",
        ),
        pytest.param(
            Response('{"warnings": [{"itemid": 4, "warningcode": "usernotupdateddeleted"}]}'),
            (S.NOT_FOUND, "not_found"),
            id="deleted meanwhile",
        ),
        pytest.param(Response('{"warnings": []}'), (S.REJECTED, "moodle.state"), id="not done"),
    ],
)
def test_the_outcome_of_an_update_follows_the_answer(
    moodle_site: MoodleSite, moodle_connect: Connect, answer: Response, expected: tuple[OutcomeStatus, str]
) -> None:
    """M4: a suspension that was accepted but did not happen is rejected."""
    moodle = moodle_connect()
    ada_id = create(moodle, ADA)
    moodle_site.breaks[UPDATE] = answer
    [outcome] = moodle.update([Change(ada_id, state=AccountState.SUSPENDED)])

    assert ada_id == "4"
    assert (outcome.status, outcome.code) == expected


@pytest.mark.req("D29", "D2")
def test_a_number_of_the_site_is_not_the_connectors_key(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """By setting: it is neither read nor written, and the account is found by its email."""
    ada = moodle_site.add(
        username="ada", firstname="Ada", lastname="L", email=ADA.email.lower(), idnumber="00417"
    )
    keys = [Key(KeyKind.EXTERNAL_ID, "00417"), Key(KeyKind.EMAIL, ADA.email)]
    owning, sharing = moodle_connect(), moodle_connect(owns_id_number=False)
    by_number, by_email = (found[key] for found in [sharing.find(keys)] for key in keys)  # type: ignore[index]
    [existing] = sharing.create([ADA])
    [created] = sharing.create(people(1))
    [changed] = sharing.update([Change(str(ada), external_id="p-ada", last_name="King")])
    user = moodle_site.users[ada]

    assert by_id(owning, ada)[0].external_id == "00417"
    assert (list(by_number), [one.external_id for one in by_email]) == ([], [None])
    assert (existing.status, existing.account_id, created.status) == (S.EXISTS, str(ada), S.CREATED)
    assert (changed.status, user["lastname"], user["idnumber"]) == (S.UPDATED, "King", "00417")
    assert moodle_site.users[int(created.account_id or "0")]["idnumber"] == ""
    assert not sharing.capabilities().keeps_external_id


@pytest.mark.req("D29")
def test_the_code_of_each_refusal_arrives(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """Each row has its own; a tag, which refuses the whole call, does not touch the other rows."""
    ids = [create(moodle_host, row) for row in people(6)]
    moodle_site.remote.add(int(ids[1]))
    moodle_site.admins.add(int(ids[4]))
    outcomes = moodle_host.update(
        [
            Change(ids[0], email=f"{'x' * 100}@example.test"),
            Change(ids[1], last_name="King"),
            Change(ids[2], last_name="x" * 101),
            Change(ids[3], last_name="<b>King</b>"),
            Change(ids[4], state=AccountState.SUSPENDED),
            Change(ids[5], last_name="King"),
        ]
    )

    assert [one.code for one in outcomes] == [
        "moodle.useremailinvalid",
        "moodle.usernotupdatedremote",
        "moodle.dmlwriteexception",
        "moodle.invalidparameter",
        "not_a_learner",
        "",
    ]
    assert [one.status for one in outcomes] == [S.REJECTED] * 5 + [S.UPDATED]
    assert [list(one.refused) for one in outcomes] == [["email"], [], ["last_name"], ["last_name"], [], []]


@pytest.mark.req("D29")
@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"last_name": "x" * 101}, "moodle.dmlwriteexception"),
        ({"last_name": "<b>King</b>"}, "moodle.invalidparameter"),
        ({"email": f"{'x' * 100}@example.test"}, "moodle.useremailinvalid"),
        ({"email": "jörg@example.test"}, "moodle.useremailinvalid"),
    ],
)
def test_the_code_of_a_refused_create_arrives(
    moodle_host: MoodleHost, values: dict[str, Any], code: str
) -> None:
    """And the other rows of the call are created."""
    refused, created = moodle_host.create([replace(ADA, **values), *people(1)])

    assert (refused.status, refused.code) == (S.REJECTED, code)
    assert refused.refused == dict.fromkeys(values, code)
    assert created.status is S.CREATED
