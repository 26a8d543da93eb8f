"""The overrides of one person (rule X16): which are in force, and until when."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from connector.core.model.override import Override
from connector.core.rules.access import days


def in_force(overrides: Iterable[Override], now: datetime, zone: str) -> tuple[Override, ...]:
    """The overrides in force at the instant `now`: each through its last day in the zone."""
    today = days.today(now, zone)
    return tuple(one for one in overrides if today <= one.until)


def next_expiry(overrides: Iterable[Override], zone: str) -> datetime | None:
    """When the first of them expires; None when none ever does. No day follows the calendar's last day."""
    last_days = [one.until for one in overrides if one.until < date.max]
    return days.day_start(min(last_days) + timedelta(days=1), zone) if last_days else None
