"""What HR should mend in a record that is acted on all the same (rule X10): gaps, and what contradicts itself."""

from connector.core.model.employee import Employee, EmploymentStatus, Facts
from connector.core.model.operation import Finding
from connector.core.model.settings import DayZone, Settings

_STATE = "work_state"


def missing(employee: Employee, facts: Facts, settings: Settings) -> list[Finding]:
    """What is missing or odd about somebody who is to have access.

    A work state that something here needs is asked for by name; else the lack of a work address says it.
    """
    found = []
    if not employee.work_state and _needs_state(settings):
        found.append("no_work_state")
    elif not employee.has_work_address:
        found.append("no_work_address")
    if facts.manager_loop:
        found.append("manager_loop")
    return [Finding(code, employee.employee_id) for code in found]


def ends_before_start(employee: Employee) -> bool:
    """Whether somebody has left before they were hired, and no later rehire explains it.

    Somebody who has not left was hired again after that end.
    """
    end, start, again = employee.termination_date, employee.hire_date, employee.rehire_date
    if employee.status is not EmploymentStatus.SEPARATED or end is None or start is None:
        return False
    return end < start and (again is None or again <= end)


def _needs_state(settings: Settings) -> bool:
    by_zone = settings.policy.day_zone is DayZone.WORK_STATE
    return by_zone or any(_STATE in (row.attribute, row.fallback) for row in settings.mapping)
