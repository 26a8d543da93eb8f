"""Moodle's profile fields, cohorts and mails: what it drops, erases and keeps quiet about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from connector.core.model.account import Field, Mail
from connector.core.ports.host import Change, Invitation, OutcomeStatus
from connector.core.ports.optional import Membership
from connector.errors import HostContractError
from connector.hosts.moodle import MoodleHost
from tests.hosts.moodle.core import ProfileField
from tests.hosts.moodle.rig import ADA, COMPLIANCE, FIELDS, STAFF, Connect, by_id, create, people, statuses
from tests.hosts.moodle.site import MoodleSite

CREATE, UPDATE = "core_user_create_users", "core_user_update_users"

S = OutcomeStatus


# --- profile fields ---


@pytest.mark.req("A32", "D12")
def test_a_value_that_is_no_option_is_never_sent(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M7: Moodle would take it without a word and erase the value that was there."""
    ada_id = create(moodle_host, replace(ADA, fields={"employment_type": "Regular"}))
    [outcome] = moodle_host.update([Change(ada_id, fields={"employment_type": "regular"})])

    assert (outcome.status, outcome.code) == (S.REJECTED, "field.choice")
    assert moodle_site.given(UPDATE) == []
    assert by_id(moodle_host, ada_id)[0].fields == {"employment_type": "Regular"}


def test_a_field_that_moodle_does_not_have_is_noticed(moodle_connect: Connect) -> None:
    """M8: it is accepted and dropped; so what was sent is read back."""
    moodle = moodle_connect(fields=(*FIELDS, Field("shoe_size", "Shoe size")))
    [created] = moodle.create([replace(ADA, fields={"shoe_size": "43"})])
    [updated] = moodle.update([Change(created.account_id or "", fields={"shoe_size": "43"})])

    assert (created.status, created.code) == (S.CREATED, "field.dropped")
    assert (updated.status, updated.code) == (S.REJECTED, "field.dropped")


def test_a_field_that_the_settings_do_not_name_is_not_sent(
    moodle_site: MoodleSite, moodle_host: MoodleHost
) -> None:
    """M8, M9: Moodle lists its fields to nobody, so that the settings have to."""
    [outcome] = moodle_host.create([replace(ADA, fields={"shoe_size": "43"})])

    assert (outcome.status, outcome.code) == (S.REJECTED, "field.unknown")
    assert moodle_site.given(CREATE) == []
    assert tuple(moodle_host.fields()) == FIELDS
    assert not moodle_host.capabilities().lists_fields


def test_a_field_that_is_left_out_is_empty(moodle_site: MoodleSite, moodle_connect: Connect) -> None:
    """M10: only a checkbox comes when it is empty; fields that the settings do not name are not read."""
    moodle_site.profile["newsletter"] = ProfileField("checkbox")
    moodle = moodle_connect()
    ada_id = create(moodle, replace(ADA, fields={"job_title": "R&D <lead>"}))
    moodle_site.users[int(ada_id)]["fields"]["newsletter"] = "0"
    [before] = by_id(moodle, ada_id)
    outcomes = moodle.update([Change(ada_id, fields={"job_title": None, "hire_date": None})])
    [after] = by_id(moodle, ada_id)

    assert (before.fields, after.fields) == ({"job_title": "R&D <lead>"}, {})
    assert statuses(outcomes) == [S.UPDATED]


def test_a_text_that_a_site_shows_as_a_link_is_the_text(
    moodle_site: MoodleSite, moodle_host: MoodleHost
) -> None:
    """M10: text fields come as a page would show them, and a field may be set up to be a link."""
    ada_id = create(moodle_host, ADA)
    moodle_site.shows_links = True
    moodle_host.update([Change(ada_id, fields={"job_title": "R&D"})])

    assert by_id(moodle_host, ada_id)[0].fields == {"job_title": "R&D"}


@pytest.mark.parametrize("offset_h", [-11, -5, 0, 5.5, 12])
def test_a_date_comes_back_as_the_day_that_was_sent(
    moodle_site: MoodleSite, moodle_host: MoodleHost, offset_h: float
) -> None:
    """M8: it is kept as the instant at which it begins where the connector's account is."""
    moodle_site.zone = timezone(timedelta(hours=offset_h))
    row = replace(ADA, fields={"hire_date": "1968-02-29"})
    ada_id = create(moodle_host, row)

    assert by_id(moodle_host, ada_id)[0].fields == row.fields


def test_the_far_side_of_the_date_line_needs_its_time_zone(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """M8: 13 hours from UTC, a day's first instant is nearer to the day before."""
    moodle_site.zone = ZoneInfo("Pacific/Auckland")
    row = replace(ADA, fields={"hire_date": "2026-01-15"})
    ada_id = create(moodle_connect(), row)

    assert by_id(moodle_connect(time_zone="Pacific/Auckland"), ada_id)[0].fields == row.fields
    assert by_id(moodle_connect(), ada_id)[0].fields != row.fields


# --- cohorts ---


@pytest.mark.req("X24")
def test_cohorts_are_filled_and_emptied(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M15: whoever is there or gone already is left so, and unknown users and cohorts take nobody with them."""
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


def test_the_cohort_of_the_staff_is_no_group(moodle_host: MoodleHost) -> None:
    """Whoever is put into it could not be suspended any more."""
    assert [group.name for group in moodle_host.groups()] == ["Compliance"]
    assert statuses(moodle_host.members([Membership("4", str(STAFF), True)])) == [S.NOT_FOUND]


def test_without_the_functions_for_cohorts_there_are_no_groups(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """The rest of the sync goes on."""
    moodle_site.functions.discard("core_cohort_add_cohort_members")

    assert moodle_connect().groups() == []


# --- mails, and what Moodle does not tell ---


def test_the_third_mail_within_half_an_hour_is_put_off(
    moodle_site: MoodleSite, moodle_host: MoodleHost
) -> None:
    """Moodle does not send it, and says so unless it is told to give nothing away."""
    moodle_site.protects_usernames = False
    ada_id = create(moodle_host, ADA)
    outcomes = [moodle_host.invite([Invitation(ada_id, Mail.WELCOME)])[0] for _ in range(3)]

    assert statuses(outcomes) == [S.SENT, S.SENT, S.RETRY]
    assert outcomes[2].retry_after_s == 1800
    assert moodle_site.mailed == [int(ada_id)] * 2


@pytest.mark.req("A16")
def test_without_a_welcome_nobody_is_mailed(moodle_site: MoodleSite, moodle_connect: Connect) -> None:
    """The capability says so, and an invitation is refused all the same."""
    moodle = moodle_connect()
    ada_id = create(moodle, ADA)

    assert not moodle.capabilities().invite
    assert statuses(moodle.invite([Invitation(ada_id, Mail.WELCOME)])) == [S.REJECTED]
    assert moodle_site.mailed == []


def test_moodle_does_not_tell_who_was_edited(moodle_host: MoodleHost) -> None:
    """Its users come without the time of their last edit."""
    assert not moodle_host.capabilities().changed_since
    with pytest.raises(HostContractError, match="does not tell"):
        moodle_host.changed_since(datetime.now(UTC))
