"""How fast mail may go out: quiet hours and an hourly limit (rule X14). Mail that has to wait stays owed."""

from datetime import datetime, timedelta

from connector.core.model.settings import MailPace
from connector.core.rules.access.days import zone_named

#: The time span of the hourly limit.
SPAN = timedelta(hours=1)


def is_quiet(pace: MailPace, now: datetime, zone: str) -> bool:
    """Whether it is a quiet hour in the portal's time zone."""
    start, end, hour = pace.quiet_from, pace.quiet_until, now.astimezone(zone_named(zone)).hour
    return start <= hour < end if start <= end else hour >= start or hour < end


def allowance(pace: MailPace, sent: int, now: datetime, zone: str) -> int | None:
    """How many mails may go out now, None for no limit; `sent` went out within the last `SPAN`."""
    if is_quiet(pace, now, zone):
        return 0
    return max(pace.per_hour - sent, 0) if pace.per_hour else None
