"""What is known of one employment: the attributes that came with its record, and those that only everybody's give."""

from collections.abc import Mapping

from connector.core.model.employee import Employee, Facts, Value


def attribute_values(employee: Employee, facts: Facts) -> Mapping[str, Value]:
    """The canonical texts by attribute key: None is known to be empty, and what is absent is not known."""
    return {**_derived(employee, facts), **employee.attributes}


def manager_of(employee: Employee, facts: Facts) -> Employee | None:
    """The record of the manager of this very employment; None when there is none, or when it cannot be relied on."""
    found = (one for one in facts.managers if one.employee_id == employee.manager_id and not one.problem)
    return next(found, None)


def _derived(employee: Employee, facts: Facts) -> dict[str, Value]:
    """The attributes that only everybody's records together give (rules B6, B12).

    Having no reports is known only where the block that names managers comes at all: without it, nobody would be
    anybody's supervisor.
    """
    values: dict[str, Value] = {}
    if facts.reports or employee.has_position:
        values["supervisor"] = "Yes" if facts.reports else "No"
        values["direct_reports"] = str(facts.reports)
    manager = manager_of(employee, facts)
    if employee.has_position and employee.manager_id is None:
        values |= dict.fromkeys(("manager_name", "manager_email", "manager_number"))
    elif manager:
        values["manager_name"] = f"{manager.first_name} {manager.last_name}".strip() or None
        values["manager_email"] = manager.email
        if "employee_number" in manager.attributes:
            values["manager_number"] = manager.attributes["employee_number"]
    return values
