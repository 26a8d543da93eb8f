"""Civil days: which date it is for an employee, and when a date starts (rule D6).

No clock is read here; the time zone database is static data that the standard library reads once.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from connector.core.model.employee import Employee
from connector.core.model.settings import DayZone, Settings

#: The zone in which most people of a US state or territory live. Source: IANA tzdata `zone1970.tab`, read 2026-11.
_STATE_ZONES = {
    "America/New_York": "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "CO ID MT NM UT WY",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR VI",
    "Pacific/Guam": "GU MP",
    "Pacific/Pago_Pago": "AS",
}
_ZONE_OF_STATE = {state: zone for zone, states in _STATE_ZONES.items() for state in states.split()}


def is_zone(name: str) -> bool:
    """Whether it is the IANA name of a zone."""
    try:
        ZoneInfo(name)
    except (TypeError, ValueError, LookupError, OSError):
        return False
    return True


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """The zone of this IANA name, UTC when there is none: where times are shown or queued, nothing may raise."""
    return ZoneInfo(name if is_zone(name) else "UTC")


def zone_of(employee: Employee, settings: Settings) -> str:
    """The IANA name of the zone whose days count for the employee: the work state's if so chosen, else the portal's."""
    if settings.policy.day_zone is DayZone.WORK_STATE and employee.work_state:
        return _ZONE_OF_STATE.get(employee.work_state.upper(), settings.time_zone)
    return settings.time_zone


def today(now: datetime, zone: str) -> date:
    """The civil date at the instant `now` in a zone."""
    return now.astimezone(zone_named(zone)).date()


def day_start(day: date, zone: str) -> datetime:
    """The instant at which a date starts in a zone, in UTC."""
    return _at(day, zone, 0)


def next_time_at(now: datetime, zone: str, hour: int, every_hours: int = 24) -> datetime:
    """The next instant after `now`, in UTC, at which it is `hour` o'clock in a zone, or `every_hours` after that.

    `every_hours` divides a day, so that the hours are the same every day.
    """
    day = today(now, zone)
    hours = range(hour % every_hours, 24, every_hours)
    instants = (_at(day + timedelta(days=more), zone, one) for more in (0, 1) for one in hours)
    return min(instant for instant in instants if instant > now)


def _at(day: date, zone: str, hour: int) -> datetime:
    return datetime.combine(day, time(hour), zone_named(zone)).astimezone(UTC)
