"""The exceptions that an admin has made for one human (rule X16): which are in force, and until when."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from connector.core.model.override import Override
from connector.core.rules.access import days


def in_force(overrides: Iterable[Override], now: datetime, zone: str) -> tuple[Override, ...]:
    """Those that hold at the instant `now`: through their last day, as the zone has it."""
    today = days.today(now, zone)
    return tuple(one for one in overrides if today <= one.until)


def over_at(overrides: Iterable[Override], zone: str) -> datetime | None:
    """When the first of them is over; None when none ever is. Nothing follows the calendar's last day."""
    ends = [one.until for one in overrides if one.until < date.max]
    return days.begins(min(ends) + timedelta(days=1), zone) if ends else None
