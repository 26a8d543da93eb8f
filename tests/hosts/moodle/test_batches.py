"""Batches that Moodle accepts or refuses as a whole."""

from dataclasses import replace

from werkzeug.wrappers import Response

from connector.core.model.account import Mail
from connector.core.ports.host import Change, Invitation, Key, KeyKind, OutcomeStatus
from connector.core.ports.optional import Membership
from connector.hosts.moodle import MoodleHost
from tests.hosts.moodle.fake.site import MoodleSite
from tests.hosts.moodle.rig import (
    ADA,
    COMPLIANCE,
    Connect,
    create,
    people,
    statuses,
)

CREATE, UPDATE, SEARCH = "core_user_create_users", "core_user_update_users", "core_user_get_users"
S = OutcomeStatus
CREATE, UPDATE = "core_user_create_users", "core_user_update_users"
NOBODY = Key(KeyKind.EMAIL, "nobody@example.test")
FIND = "core_user_get_users_by_field"


def test_a_bad_row_is_found_by_halving(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M2: one bad row makes Moodle refuse its whole batch, without saying which row."""
    rows = people(100)
    rows[37] = replace(rows[37], email="no address")
    outcomes = moodle_host.create(rows)

    assert [number for number, one in enumerate(outcomes) if one.status is not S.CREATED] == [37]
    assert len({one.account_id for one in outcomes}) == 100
    assert len(moodle_site.arguments(CREATE)) <= 2 * 8


def test_earlier_outcomes_are_kept_when_the_site_closes(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """The rows that were not sent can be sent again."""
    moodle = moodle_connect()
    moodle.find([NOBODY])
    moodle_site.open_for[CREATE] = 1
    outcomes = moodle.create(people(300))

    assert set(statuses(outcomes[:50])) == {S.CREATED}
    assert set(statuses(outcomes[-50:])) == {S.RETRY}


def test_a_write_that_cannot_be_read_back_is_done(moodle_site: MoodleSite, moodle_connect: Connect) -> None:
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


def test_every_write_without_an_answer_is_unknown(moodle_site: MoodleSite, moodle_connect: Connect) -> None:
    """A membership is read again; a mail and a deletion cannot be."""
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
