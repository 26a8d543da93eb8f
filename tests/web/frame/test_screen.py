"""Times, numbers and words as templates show them."""

from datetime import UTC, datetime

import pytest

from connector.core.model.report import Report
from connector.core.ports.lms import Portal
from connector.web.frame.screen import Screen

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
NEW_YORK = Screen("host.html", Portal("hq", "Head Office", "America/New_York"))
WITHOUT_PORTAL = Screen("host.html", None)


def test_times_are_on_the_clock_of_the_portal() -> None:
    """With daylight saving, and the offset in the attribute for programs."""
    assert NEW_YORK.instant(NOON) == '<time datetime="2026-07-01T08:00-04:00">2026-07-01 08:00</time>'
    assert NEW_YORK.clock_time(NOON) == '<time datetime="2026-07-01T08:00-04:00">08:00</time>'


def test_a_time_that_stands_alone_names_the_zone() -> None:
    """Without a portal the zone is UTC."""
    assert NEW_YORK.zoned(NOON).endswith(">2026-07-01 08:00</time> (America/New_York)")
    assert WITHOUT_PORTAL.zoned(NOON).endswith(">2026-07-01 12:00</time> (UTC)")


def test_an_unknown_time_or_number_is_a_dash() -> None:
    """Also without the zone, which would say nothing."""
    assert (NEW_YORK.instant(None), NEW_YORK.zoned(None), NEW_YORK.number(None)) == ("–", "–", "–")


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0.04, "0.0 s"), (59.9, "59.9 s"), (60, "1 min 0 s"), (3725, "62 min 5 s")]
)
def test_a_duration_has_tenths_only_below_a_minute(seconds: float, expected: str) -> None:
    """A long run does not need them."""
    assert NEW_YORK.seconds(seconds) == expected


def test_head_counts_have_a_singular_and_separators() -> None:
    """Both plain numbers and people."""
    assert (NEW_YORK.people(1), NEW_YORK.people(0), NEW_YORK.people(1204)) == (
        "1 person",
        "0 people",
        "1,204 people",
    )
    assert NEW_YORK.number(1204) == "1,204"


def test_a_report_is_counted_by_kind_of_operation() -> None:
    """The page knows kinds of operations, the report names of counts."""
    assert NEW_YORK.counted(Report(created=3, suspended=2), "suspend") == 2
