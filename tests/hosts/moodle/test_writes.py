"""Writes to Moodle that go wrong on the way: what is not known, what can be asked again, what was done."""

import pytest
from werkzeug.wrappers import Response

from connector.core.model.account import AccountState, Mail
from connector.core.ports.host import Change, Invitation, Key, KeyKind, Outcome, OutcomeStatus
from connector.core.ports.optional import Membership
from connector.errors import HostUnavailable
from tests.hosts.moodle.rig import ADA, COMPLIANCE, Connect, create, people, refusal, statuses
from tests.hosts.moodle.site import MoodleSite

CREATE, UPDATE = "core_user_create_users", "core_user_update_users"
FIND = "core_user_get_users_by_field"

S = OutcomeStatus
NOBODY = Key(KeyKind.EMAIL, "nobody@example.test")


def test_a_create_without_an_answer_is_unknown_and_found(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """It is not sent again; our key tells whom it has made."""
    moodle = moodle_connect()
    moodle_site.lost.append(CREATE)
    outcomes = moodle.create(people(250))
    rows = people(250)
    found = moodle.find([Key(KeyKind.EXTERNAL_ID, row.external_id) for row in rows])

    assert set(statuses(outcomes)) == {S.UNKNOWN, S.CREATED}
    assert isinstance(found, dict)
    assert all(len(accounts) == 1 for accounts in found.values())
    assert set(statuses(moodle.create(rows))) == {S.EXISTS}


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
def test_an_update_is_told_as_it_was_answered(
    moodle_site: MoodleSite, moodle_connect: Connect, answer: Response, expected: tuple[OutcomeStatus, str]
) -> None:
    """M4: whoever is answered to be suspended, and is not, is told as refused."""
    moodle = moodle_connect()
    ada_id = create(moodle, ADA)
    moodle_site.breaks[UPDATE] = answer
    [outcome] = moodle.update([Change(ada_id, state=AccountState.SUSPENDED)])

    assert ada_id == "4"
    assert (outcome.status, outcome.code) == expected


def test_other_writes_without_an_answer_are_unknown_too(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """A membership is looked at again; a mail and a deletion are not."""
    moodle = moodle_connect(welcome="password_reset")
    ada_id = create(moodle, ADA)
    in_compliance = Membership(ada_id, str(COMPLIANCE), True)
    moodle_site.breaks["core_cohort_add_cohort_members"] = Response("", 502)
    left_out = moodle.members([in_compliance])
    moodle_site.lost += ["core_cohort_add_cohort_members", "core_auth_request_password_reset"]
    moodle_site.lost.append("core_user_delete_users")
    outcomes = [
        *left_out,
        *moodle.members([in_compliance]),
        *moodle.invite([Invitation(ada_id, Mail.WELCOME)]),
        *moodle.delete([ada_id]),
    ]

    assert statuses(outcomes) == [S.UNKNOWN, S.UPDATED, S.UNKNOWN, S.UNKNOWN]


def test_a_mail_that_moodle_is_too_busy_for_is_put_off(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """A row never raises; and a user whom it cannot mail is told as refused."""
    moodle_site.protects_usernames = False
    moodle = moodle_connect(welcome="password_reset")
    ada_id = create(moodle, ADA)
    answers = [refusal("sitemaintenance"), Response('{"status": "emailpasswordconfirmnoemail"}')]
    outcomes: list[Outcome] = []
    for answer in answers:
        moodle_site.breaks["core_auth_request_password_reset"] = answer
        outcomes += moodle.invite([Invitation(ada_id, Mail.WELCOME)])

    assert statuses(outcomes) == [S.RETRY, S.REJECTED]
    assert outcomes[1].code == "moodle.emailpasswordconfirmnoemail"


def test_what_was_done_is_told_though_moodle_goes_away(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """The rows that were not sent any more can be asked for again."""
    moodle = moodle_connect()
    moodle.find([NOBODY])
    moodle_site.open_for[CREATE] = 1
    outcomes = moodle.create(people(300))

    assert set(statuses(outcomes[:50])) == {S.CREATED}
    assert set(statuses(outcomes[-50:])) == {S.RETRY}


def test_what_was_done_is_told_though_it_cannot_be_read_back(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """Without its version, which the next sync reads."""
    moodle = moodle_connect()
    moodle.find([NOBODY])
    moodle_site.open_for[FIND] = 2
    [created] = moodle.create([ADA])
    moodle_site.open_for[FIND] = 1
    [updated] = moodle.update([Change(created.account_id or "", last_name="King")])

    assert (created.status, created.version, updated.status, updated.version) == (
        S.CREATED,
        "",
        S.UPDATED,
        "",
    )


def test_a_moodle_that_is_away_from_the_start_is_unavailable(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """Nothing was done, for nobody."""
    moodle = moodle_connect()
    moodle.find([NOBODY])
    moodle_site.breaks[CREATE] = refusal("sitemaintenance")
    with pytest.raises(HostUnavailable):
        moodle.create([ADA])

    assert len(moodle_site.users) == 2
