"""The values that an account should have, by the names that operations use, and why others are left out."""

from collections.abc import Mapping

from connector.core.model.account import Field
from connector.core.model.decision_input import DecisionInput
from connector.core.model.employee import Employee, Value
from connector.core.model.operation import FIELD, Finding
from connector.core.model.settings import LEGAL_FIRST_NAME, FirstName, Settings
from connector.core.rules.values import data_quality
from connector.core.rules.values.mapping import desired_fields


def values_for_new(
    inputs: DecisionInput, employee: Employee, settings: Settings, fields: Mapping[str, Field]
) -> tuple[dict[str, Value], list[Finding]]:
    """The values of a new account; names and email are never held, because no account exists without them."""
    desired, findings = _desired(inputs, employee, settings, fields, is_first=True)
    if employee.first_name:
        desired.setdefault("first_name", employee.first_name)
    return desired, findings


def values_for_existing(
    inputs: DecisionInput,
    employee: Employee,
    settings: Settings,
    fields: Mapping[str, Field],
    *,
    is_first: bool,
) -> tuple[dict[str, Value], list[Finding]]:
    """The values of an existing account; `is_first` if the connector has never written to it."""
    desired, findings = _desired(inputs, employee, settings, fields, is_first=is_first)
    for name in inputs.held_values:
        desired.pop(name, None)
    return desired, findings


def _desired(
    inputs: DecisionInput,
    employee: Employee,
    settings: Settings,
    fields: Mapping[str, Field],
    *,
    is_first: bool,
) -> tuple[dict[str, Value], list[Finding]]:
    held_fields = {name.removeprefix(FIELD) for name in inputs.held_values if name.startswith(FIELD)}
    values, findings = desired_fields(
        employee, inputs.facts, settings, fields, is_first=is_first, held_fields=held_fields
    )
    desired: dict[str, Value] = {"external_id": employee.person_key}
    if first_name := _first_name(employee, settings):
        desired["first_name"] = first_name
    if employee.last_name:
        desired["last_name"] = employee.last_name
    address = (employee.email or "").strip()
    if employee.bad_email:
        findings.append(Finding("bad_work_email", employee.employee_id, detail=employee.bad_email))
    elif not address:
        findings.append(Finding("no_work_email", employee.employee_id))
    elif employee.email_key in inputs.facts.shared_emails:
        findings.append(Finding("email_shared", employee.employee_id))
    else:
        desired["email"] = address
    findings += data_quality.missing(employee, inputs.facts, settings)
    return desired | {FIELD + key: value for key, value in values.items()}, findings


def _first_name(employee: Employee, settings: Settings) -> Value:
    """The first name that the settings choose (rule X29): a legal one that is empty is the listed one.

    None where it is not known, because Paycor did not send it: then the account keeps the name that it has.
    """
    if settings.policy.first_name is not FirstName.LEGAL:
        return employee.first_name
    if LEGAL_FIRST_NAME not in employee.attributes:
        return None
    return employee.attributes[LEGAL_FIRST_NAME] or employee.first_name
