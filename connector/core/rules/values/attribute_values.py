"""The attribute values of one employment: those in its own record, and those that follow from all records."""

from collections.abc import Mapping

from connector.core.model.employee import Employee, Facts, Value, full_name


def attribute_values(employee: Employee, facts: Facts) -> Mapping[str, Value]:
    """The canonical texts by attribute key: None means known to be empty, a missing key means unknown."""
    return {**_derived(employee, facts), **employee.attributes}


def manager_of(employee: Employee, facts: Facts) -> Employee | None:
    """The record of this employment's manager; None when there is none or it is unreliable."""
    managers = (one for one in facts.managers if one.employee_id == employee.manager_id and not one.problem)
    return next(managers, None)


def _derived(employee: Employee, facts: Facts) -> dict[str, Value]:
    """The values that follow from all records together (rules B6, B12).

    "No reports" is known only if Paycor sends the block that names managers: without it, no one has reports.
    """
    values: dict[str, Value] = {}
    if facts.reports or employee.has_position:
        values["supervisor"] = "Yes" if facts.reports else "No"
        values["direct_reports"] = str(facts.reports)
    manager = manager_of(employee, facts)
    if employee.has_position and employee.manager_id is None:
        values |= dict.fromkeys(("manager_name", "manager_email", "manager_number"))
    elif manager:
        values["manager_name"] = full_name(manager.first_name, manager.last_name) or None
        if not manager.bad_email:
            values["manager_email"] = manager.email
        if "employee_number" in manager.attributes:
            values["manager_number"] = manager.attributes["employee_number"]
    return values
