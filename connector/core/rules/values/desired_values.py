"""The values that somebody's account should have, by the names that operations use, and what keeps others away."""

from collections.abc import Mapping

from connector.core.model.account import Field
from connector.core.model.decision_input import DecisionInput
from connector.core.model.employee import Employee, Value
from connector.core.model.operation import FIELD, Finding
from connector.core.model.settings import Settings
from connector.core.rules.values import data_quality
from connector.core.rules.values.mapping import desired_fields


def values_for_new(
    case: DecisionInput, employee: Employee, settings: Settings, fields: Mapping[str, Field]
) -> tuple[dict[str, Value], list[Finding]]:
    """The values of an account that is made now; names and email are never held, for no account is without them."""
    return _desired(case, employee, settings, fields, is_first=True)


def values_for_existing(
    case: DecisionInput,
    employee: Employee,
    settings: Settings,
    fields: Mapping[str, Field],
    *,
    is_first: bool,
) -> tuple[dict[str, Value], list[Finding]]:
    """The values that an account is set to which is there; `is_first` tells that it has never been set before."""
    desired, findings = _desired(case, employee, settings, fields, is_first=is_first)
    for name in case.held_values:
        desired.pop(name, None)
    return desired, findings


def _desired(
    case: DecisionInput,
    employee: Employee,
    settings: Settings,
    fields: Mapping[str, Field],
    *,
    is_first: bool,
) -> tuple[dict[str, Value], list[Finding]]:
    held = {name.removeprefix(FIELD) for name in case.held_values if name.startswith(FIELD)}
    values, findings = desired_fields(employee, case.facts, settings, fields, is_first=is_first, held=held)
    desired: dict[str, Value] = {"external_id": employee.person_key}
    if employee.first_name:
        desired["first_name"] = employee.first_name
    if employee.last_name:
        desired["last_name"] = employee.last_name
    address = (employee.email or "").strip()
    if not address:
        findings.append(Finding("no_work_email", employee.employee_id))
    elif employee.email_key in case.facts.shared_emails:
        findings.append(Finding("email_shared", employee.employee_id))
    else:
        desired["email"] = address
    findings += data_quality.missing(employee, case.facts, settings)
    return desired | {FIELD + key: value for key, value in values.items()}, findings
