"""Moodle's mail for choosing a password."""

import pytest
from werkzeug.wrappers import Response

from connector.core.model.account import Mail
from connector.core.ports.host import Invitation, Outcome, OutcomeStatus
from connector.hosts.moodle import MoodleHost
from tests.hosts.moodle.fake.site import MoodleSite
from tests.hosts.moodle.rig import ADA, Connect, create, refusal, statuses

S = OutcomeStatus


def test_the_third_mail_within_half_an_hour_is_retried_later(
    moodle_site: MoodleSite, moodle_host: MoodleHost
) -> None:
    """Moodle does not send it, and says so unless it is set to reveal nothing."""
    moodle_site.protects_usernames = False
    ada_id = create(moodle_host, ADA)
    outcomes = [moodle_host.invite([Invitation(ada_id, Mail.WELCOME)])[0] for _ in range(3)]

    assert statuses(outcomes) == [S.SENT, S.SENT, S.RETRY]
    assert outcomes[2].retry_after_s == 1800
    assert moodle_site.mailed == [int(ada_id)] * 2


@pytest.mark.req("A16")
def test_without_the_setting_no_mail_goes_out(moodle_site: MoodleSite, moodle_connect: Connect) -> None:
    """The capability says so, and an invitation is refused."""
    moodle = moodle_connect()
    ada_id = create(moodle, ADA)

    assert not moodle.capabilities().invite
    assert statuses(moodle.invite([Invitation(ada_id, Mail.WELCOME)])) == [S.REJECTED]
    assert moodle_site.mailed == []


def test_a_mail_to_a_closed_site_is_retried_later(moodle_site: MoodleSite, moodle_connect: Connect) -> None:
    """A row never raises; a user that Moodle cannot mail is rejected."""
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
