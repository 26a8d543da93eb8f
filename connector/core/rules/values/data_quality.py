"""Gaps and contradictions in a record that HR should fix, though the sync acts on it (rule X10)."""

from connector.core.model.employee import Employee, EmploymentStatus, Facts
from connector.core.model.operation import Finding
from connector.core.model.settings import DayZone, Settings

_STATE = "work_state"


def missing(employee: Employee, facts: Facts, settings: Settings) -> list[Finding]:
    """Findings about missing or contradictory data of an employee who should have access.

    A missing work state is a finding of its own if the settings use it; otherwise a missing work address covers it.
    """
    codes = []
    if not employee.work_state and _needs_state(settings):
        codes.append("no_work_state")
    elif not employee.has_work_address:
        codes.append("no_work_address")
    if facts.manager_loop:
        codes.append("manager_loop")
    return [Finding(code, employee.employee_id) for code in codes]


def ends_before_start(employee: Employee) -> bool:
    """Whether an employee left before they were hired, and no later rehire explains it.

    An employee who has not left was hired again after that end date.
    """
    end, start, rehired_on = employee.termination_date, employee.hire_date, employee.rehire_date
    if employee.status is not EmploymentStatus.SEPARATED or end is None or start is None:
        return False
    return end < start and (rehired_on is None or rehired_on <= end)


def _needs_state(settings: Settings) -> bool:
    by_zone = settings.policy.day_zone is DayZone.WORK_STATE
    return by_zone or any(_STATE in (row.attribute, row.fallback) for row in settings.mapping)
