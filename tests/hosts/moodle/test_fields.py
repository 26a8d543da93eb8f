"""Custom profile fields of Moodle: what it drops, erases and changes."""

from dataclasses import replace
from datetime import date, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from connector.core.model.account import Field
from connector.core.ports.host import Change, OutcomeStatus
from connector.hosts.moodle import MoodleHost
from connector.hosts.moodle.fields import with_limits
from tests.hosts.moodle.fake.functions import ProfileField
from tests.hosts.moodle.fake.site import MoodleSite
from tests.hosts.moodle.rig import ADA, FIELDS, Connect, by_id, create, statuses

CREATE, UPDATE = "core_user_create_users", "core_user_update_users"
S = OutcomeStatus


@pytest.mark.req("A32", "D12")
def test_a_value_that_is_no_option_is_never_sent(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M7: Moodle would accept it silently and erase the value that was there."""
    ada_id = create(moodle_host, replace(ADA, fields={"employment_type": "Regular"}))
    [outcome] = moodle_host.update([Change(ada_id, fields={"employment_type": "regular"})])

    assert (outcome.status, outcome.code) == (S.REJECTED, "field.choice")
    assert moodle_site.arguments(UPDATE) == []
    assert by_id(moodle_host, ada_id)[0].fields == {"employment_type": "Regular"}


def test_a_field_that_moodle_dropped_is_noticed(moodle_connect: Connect) -> None:
    """M8: it is accepted and dropped, so what was sent is read back."""
    moodle = moodle_connect(fields=(*FIELDS, Field("shoe_size", "Shoe size")))
    [created] = moodle.create([replace(ADA, fields={"shoe_size": "43"})])
    [updated] = moodle.update([Change(created.account_id or "", fields={"shoe_size": "43"})])

    assert (created.status, created.code) == (S.CREATED, "field.dropped")
    assert (updated.status, updated.code) == (S.REJECTED, "field.dropped")


def test_a_field_that_the_settings_do_not_name_is_not_sent(
    moodle_site: MoodleSite, moodle_host: MoodleHost
) -> None:
    """M8, M9: Moodle does not list its fields, so the settings do."""
    [outcome] = moodle_host.create([replace(ADA, fields={"shoe_size": "43"})])

    assert (outcome.status, outcome.code) == (S.REJECTED, "field.unknown")
    assert moodle_site.arguments(CREATE) == []
    assert tuple(moodle_host.fields()) == with_limits(FIELDS)
    assert not moodle_host.capabilities().lists_fields


def test_a_missing_field_is_empty(moodle_site: MoodleSite, moodle_connect: Connect) -> None:
    """M10: only an empty checkbox is returned; fields that the settings do not name are not read."""
    moodle_site.profile["newsletter"] = ProfileField("checkbox")
    moodle = moodle_connect()
    ada_id = create(moodle, replace(ADA, fields={"job_title": "R&D <lead>"}))
    moodle_site.users[int(ada_id)]["fields"]["newsletter"] = "0"
    [before] = by_id(moodle, ada_id)
    outcomes = moodle.update([Change(ada_id, fields={"job_title": None, "hire_date": None})])
    [after] = by_id(moodle, ada_id)

    assert (before.fields, after.fields) == ({"job_title": "R&D <lead>"}, {})
    assert statuses(outcomes) == [S.UPDATED]


def test_a_text_shown_as_a_link_is_read_as_text(moodle_site: MoodleSite, moodle_host: MoodleHost) -> None:
    """M10: text fields come as on a page, and a field can be set up to be a link."""
    ada_id = create(moodle_host, ADA)
    moodle_site.shows_links = True
    moodle_host.update([Change(ada_id, fields={"job_title": "R&D"})])

    assert by_id(moodle_host, ada_id)[0].fields == {"job_title": "R&D"}


@pytest.mark.parametrize("offset_h", [-11, -5, 0, 5.5, 12])
def test_a_date_comes_back_as_the_day_that_was_sent(
    moodle_site: MoodleSite, moodle_host: MoodleHost, offset_h: float
) -> None:
    """M8: it is stored as the instant of its midnight where the connector's account is."""
    moodle_site.zone = timezone(timedelta(hours=offset_h))
    row = replace(ADA, fields={"hire_date": "1968-02-29"})
    ada_id = create(moodle_host, row)

    assert by_id(moodle_host, ada_id)[0].fields == row.fields


def test_a_site_beyond_the_date_line_needs_its_time_zone(
    moodle_site: MoodleSite, moodle_connect: Connect
) -> None:
    """M8: 13 hours from UTC, a day's midnight is nearer to the day before."""
    moodle_site.zone = ZoneInfo("Pacific/Auckland")
    row = replace(ADA, fields={"hire_date": "2026-01-15"})
    ada_id = create(moodle_connect(), row)

    assert by_id(moodle_connect(time_zone="Pacific/Auckland"), ada_id)[0].fields == row.fields
    assert by_id(moodle_connect(), ada_id)[0].fields != row.fields


@pytest.mark.req("D29")
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param({"job_title": "x" * 2048, "hire_date": "2000-01-01"}, "", id="within the limits"),
        pytest.param({"job_title": "x" * 2049}, "field.limit", id="a long text"),
        pytest.param({"note": "x" * 2049}, "", id="a long text in a field that holds more"),
        pytest.param({"hire_date": "1999-12-31"}, "field.limit", id="before the first day"),
        pytest.param({"hire_date": "2031-01-01"}, "field.limit", id="after the last day"),
    ],
)
def test_a_value_that_moodle_would_change_is_refused_before_it_is_sent(
    moodle_site: MoodleSite, moodle_connect: Connect, fields: dict[str, str], code: str
) -> None:
    """Moodle cuts texts and moves dates into the field's years: it would be written again every night."""
    moodle_site.profile["note"] = ProfileField(letters=10**6)
    limited = replace(FIELDS[1], first_day=date(2000, 1, 1), last_day=date(2030, 12, 31))
    moodle = moodle_connect(fields=(FIELDS[0], limited, Field("note", "Note", max_length=10**6)))
    [outcome] = moodle.create([replace(ADA, fields=fields)])

    assert outcome.code == code
    assert len(moodle_site.arguments(CREATE)) == (0 if code else 1)
    assert code or by_id(moodle, outcome.account_id)[0].fields == fields
