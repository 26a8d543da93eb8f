from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.model.settings import DayZone
from connector.core.rules.access import days
from tests.core.builders import employee, settings
from tests.strategies import ZONES, instants

AT_WORK = settings(day_zone=DayZone.WORK_STATE)
TICK = timedelta(microseconds=1)


@pytest.mark.req("D6")
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        pytest.param("NY", "America/New_York", id="New York"),
        pytest.param("TX", "America/Chicago", id="Texas"),
        pytest.param("UT", "America/Denver", id="Utah"),
        pytest.param("AZ", "America/Phoenix", id="Arizona, without daylight saving"),
        pytest.param("ca", "America/Los_Angeles", id="California in lower case"),
        pytest.param("AK", "America/Anchorage", id="Alaska"),
        pytest.param("HI", "Pacific/Honolulu", id="Hawaii"),
        pytest.param("GU", "Pacific/Guam", id="Guam"),
        pytest.param("ON", "America/New_York", id="not a state: the portal's"),
        pytest.param("", "America/New_York", id="blank: the portal's"),
        pytest.param(None, "America/New_York", id="none: the portal's"),
    ],
)
def test_zone_of_the_work_state(state: str | None, expected: str) -> None:
    """Used if the settings say so; the portal's zone where the state has none."""
    assert days.zone_of(employee(work_state=state), AT_WORK) == expected


@pytest.mark.req("D6")
def test_zone_of_the_portal_is_the_default() -> None:
    """It counts for every work state unless the settings say otherwise."""
    assert days.zone_of(employee(work_state="HI"), settings()) == "America/New_York"


@pytest.mark.req("D6")
def test_every_state_has_a_zone_that_exists() -> None:
    """Fifty states, the capital and five territories, each once."""
    states = [state for listed in days._STATE_ZONES.values() for state in listed.split()]

    assert len(states) == len(set(states)) == 56
    assert [
        zone for zone in days._STATE_ZONES if days.today(datetime(2026, 3, 2, tzinfo=UTC), zone) is None
    ] == []


@pytest.mark.req("D6")
@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        pytest.param("Pacific/Pago_Pago", date(2026, 3, 1), id="the last zone to reach a day"),
        pytest.param("America/Los_Angeles", date(2026, 3, 1), id="Los Angeles"),
        pytest.param("America/New_York", date(2026, 3, 2), id="New York"),
        pytest.param("UTC", date(2026, 3, 2), id="UTC"),
        pytest.param("Pacific/Kiritimati", date(2026, 3, 2), id="the first zone to reach a day"),
    ],
)
def test_today_depends_on_the_zone(zone: str, expected: date) -> None:
    """At half past five in the morning, UTC, there are two dates."""
    assert days.today(datetime(2026, 3, 2, 5, 30, tzinfo=UTC), zone) == expected


@pytest.mark.parametrize("zone", ["Eastern Standard Time", "", "UTC+2", "America", "../UTC", None])
def test_a_zone_that_does_not_exist_counts_as_utc(zone: str) -> None:
    """A wrong setting of one portal never raises where times are shown or runs are queued."""
    assert not days.is_zone(zone)
    assert days.today(datetime(2026, 3, 2, 5, 30, tzinfo=UTC), zone) == date(2026, 3, 2)
    assert days.is_zone("America/New_York")


@pytest.mark.req("D6", "D8")
@given(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.sampled_from(ZONES))
def test_day_starts_at_its_first_instant(day: date, zone: str) -> None:
    """The instant before is the day before, even where midnight is skipped or comes twice."""
    first = days.day_start(day, zone)

    assert (days.today(first, zone), days.today(first - TICK, zone)) == (day, day - timedelta(days=1))
    assert first.utcoffset() == timedelta(0)


@pytest.mark.req("D6")
@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        pytest.param(
            date(2026, 3, 8), "America/New_York", "2026-03-08T05:00Z", id="the day clocks go forward"
        ),
        pytest.param(date(2026, 3, 9), "America/New_York", "2026-03-09T04:00Z", id="the day after it"),
        pytest.param(date(2026, 11, 1), "America/New_York", "2026-11-01T04:00Z", id="the day clocks go back"),
        pytest.param(date(2026, 3, 8), "America/Havana", "2026-03-08T05:00Z", id="midnight is skipped"),
        pytest.param(date(2026, 3, 2), "Pacific/Kiritimati", "2026-03-01T10:00Z", id="fourteen hours ahead"),
        pytest.param(
            date(9999, 12, 31), "America/New_York", "9999-12-31T05:00Z", id="the calendar's last day"
        ),
    ],
)
def test_midnight_in_utc(day: date, zone: str, expected: str) -> None:
    """Midnights that are easy to get wrong by an hour or a day."""
    assert days.day_start(day, zone) == datetime.fromisoformat(expected)


@pytest.mark.req("A23", "B1")
@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-03-02T06:59Z", "2026-03-02T07:00Z", id="a minute before"),
        pytest.param("2026-03-02T07:00Z", "2026-03-03T07:00Z", id="at the hour"),
        pytest.param("2026-03-02T07:01Z", "2026-03-03T07:00Z", id="a minute after"),
        pytest.param("2026-03-02T23:00Z", "2026-03-03T07:00Z", id="in the evening"),
        pytest.param("2026-03-07T08:00Z", "2026-03-08T07:00Z", id="over the hour that is skipped"),
        pytest.param("2026-03-08T08:00Z", "2026-03-09T06:00Z", id="after clocks went forward"),
    ],
)
def test_next_two_o_clock_in_new_york(now: str, expected: str) -> None:
    """It is in the future, once per civil day; a skipped hour counts at the time it would have been."""
    assert days.next_time_at(datetime.fromisoformat(now), "America/New_York", 2) == datetime.fromisoformat(
        expected
    )


@pytest.mark.req("A23")
@given(instants(), st.sampled_from(ZONES), st.integers(0, 23))
def test_next_time_is_within_25_hours(now: datetime, zone: str, hour: int) -> None:
    """A day, plus an hour if the clocks change."""
    assert timedelta(0) < days.next_time_at(now, zone, hour) - now <= timedelta(hours=25)


@pytest.mark.req("X28")
@given(instants(), st.sampled_from(ZONES), st.integers(0, 23), st.sampled_from((1, 2, 4, 6, 12, 24)))
def test_the_daily_hour_is_one_of_the_times_of_an_interval(
    now: datetime, zone: str, hour: int, every_hours: int
) -> None:
    """The next time is never later than the daily one, nor later than the interval and a change of the clocks."""
    next_at = days.next_time_at(now, zone, hour, every_hours)

    assert timedelta(0) < next_at - now <= timedelta(hours=every_hours + 1)
    assert next_at <= days.next_time_at(now, zone, hour)
