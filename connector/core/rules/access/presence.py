"""When other people's decisions count a person: as a report of their manager (B12), as an owner of their address (D2).

These are days of the portal's calendar, whatever the person's own time zone is: one day for everybody in one query.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from connector.core.model.employee import Employee, Person
from connector.core.model.settings import Settings
from connector.core.rules.access import days
from connector.core.rules.access.entitlement import ends_on, starts_on


def working_days(employee: Employee, settings: Settings, now: datetime) -> tuple[date | None, date | None]:
    """The first and the last day of the employment that counts at the instant `now`; None where it has none."""
    today = days.today(now, days.zone_of(employee, settings))
    return starts_on(employee, settings.policy, today), ends_on(employee, today)


def next_change(person: Person, settings: Settings, now: datetime) -> datetime | None:
    """When other people's decisions may next see this person differently; None if only a new record changes that."""
    today = days.today(now, settings.time_zone)
    ahead = (day for one in person.employees for day in _turning_days(one) if day > today)
    day = min(ahead, default=None)
    return days.day_start(day, settings.time_zone) if day else None


def _turning_days(employee: Employee) -> Iterator[date]:
    """The days on which a job begins, and the day after the last one; none of a record that is left alone."""
    if employee.problem:
        return
    yield from filter(None, (employee.hire_date, employee.rehire_date))
    if employee.termination_date and employee.termination_date < date.max:
        yield employee.termination_date + timedelta(days=1)
