"""How fast mail may go out (rule X14)."""

from datetime import UTC, datetime

import pytest

from connector.core.model.settings import MailPace
from connector.core.rules.mail_pace import allowance, is_quiet

NEW_YORK = "America/New_York"


@pytest.mark.req("X14")
@pytest.mark.parametrize(
    ("quiet", "hours"),
    [
        pytest.param((0, 0), [], id="none"),
        pytest.param((22, 7), [22, 23, 0, 6], id="past midnight"),
        pytest.param((12, 14), [12, 13], id="at noon"),
        pytest.param((0, 24), list(range(24)), id="all day"),
    ],
)
def test_quiet_hours_are_whole_hours_in_the_portals_zone(quiet: tuple[int, int], hours: list[int]) -> None:
    """From the first hour until the second starts; five o'clock in UTC is midnight in New York."""
    pace = MailPace(0, *quiet)
    instants = {
        hour: datetime(2026, 3, 2, (hour + 5) % 24, 59, tzinfo=UTC)
        for hour in (0, 6, 7, 12, 13, 14, 21, 22, 23)
    }

    assert {hour for hour, now in instants.items() if is_quiet(pace, now, NEW_YORK)} == instants.keys() & set(
        hours
    )


@pytest.mark.req("X14")
@pytest.mark.parametrize(
    ("pace", "sent", "expected"),
    [
        pytest.param(MailPace(), 5000, None, id="no limit"),
        pytest.param(MailPace(100), 0, 100, id="a fresh hour"),
        pytest.param(MailPace(100), 60, 40, id="some were sent"),
        pytest.param(MailPace(100), 100, 0, id="all were sent"),
        pytest.param(MailPace(50), 100, 0, id="the limit was lowered"),
        pytest.param(MailPace(100, 9, 11), 0, 0, id="a quiet hour"),
    ],
)
def test_hourly_limit_counts_the_last_hour(pace: MailPace, sent: int, expected: int | None) -> None:
    """In a quiet hour no mail goes out."""
    assert allowance(pace, sent, datetime(2026, 3, 2, 15, tzinfo=UTC), NEW_YORK) == expected
