"""The small lists beside the employees: departments, and people who are not employees yet."""

import pytest

from connector.core.records import Finding
from connector.errors import SourceContractError
from tests.paycor.reading import DEPARTMENT, employees, lay_out, read, source
from tests.paycor.wire import (
    DEPARTMENTS_PATH,
    EMPLOYEES_PATH,
    EMPTY,
    FORBIDDEN,
    ONBOARDING_PATH,
    Answer,
    Caller,
    Json,
    Wire,
    answer,
    envelope,
    paycor_error,
    record,
)


@pytest.mark.req("B6")
def test_departments_are_read_only_if_one_is_mapped(wire: Wire, paycor: Caller) -> None:
    """Name and code come from their own list, by an id in whatever case."""
    lay_out(wire, record())

    read(source(paycor, frozenset({"job_title"})))
    assert wire.calls(DEPARTMENTS_PATH) == []
    (found,) = employees(source(paycor, frozenset({"department", "department_code"})))

    assert found.attributes == {"department": "Outpatient Care", "department_code": "310"}


@pytest.mark.req("D11", "B5")
def test_a_missing_right_to_departments_empties_nothing(wire: Wire, paycor: Caller) -> None:
    """The right is named once, and the attribute is unknown for everybody."""
    lay_out(wire, record())
    wire.gives(DEPARTMENTS_PATH, FORBIDDEN)
    found = source(paycor, frozenset({"department"}))

    (employee,) = employees(found)

    assert employee.attributes == {}
    assert found.findings() == (
        Finding("permission_missing", subject="View Legal Entity Departments Information"),
    )


def test_a_company_without_departments_has_none(wire: Wire, paycor: Caller) -> None:
    """The 400 that Paycor sends for an empty list is an empty list."""
    lay_out(wire, record())
    wire.gives(DEPARTMENTS_PATH, answer(paycor_error("The request is invalid or has no Departments."), 400))

    (found,) = employees(source(paycor, frozenset({"department"})))

    assert found.attributes == {}


def test_departments_in_another_form_fail_the_read(wire: Wire, paycor: Caller) -> None:
    """A department that cannot be read is not taken for one that was renamed to nothing."""
    lay_out(wire, record())
    wire.gives(DEPARTMENTS_PATH, answer(envelope([DEPARTMENT | {"description": {"en": "Care"}}])))

    with pytest.raises(SourceContractError, match="departments"):
        read(source(paycor, frozenset({"department"})))


ONBOARDING: Json = {
    "onboardingEmployeeId": "0B0A",
    "firstName": "Ida",
    "lastName": "Bell",
    "emailAddress": "ida@mail.example",
    "stepsTotal": 7,
    "stepsCompleted": 3,
}


@pytest.mark.req("B7")
def test_people_who_are_being_onboarded_are_named_and_not_synced(wire: Wire, paycor: Caller) -> None:
    """They are findings, never employees; who is through with it is not among them."""
    wire.gives(EMPLOYEES_PATH, EMPTY)
    done = ONBOARDING | {"stepsCompleted": 7}
    bare: Json = {"onboardingEmployeeId": "0B0C", "firstName": "Jo"}
    wire.gives(ONBOARDING_PATH, answer(envelope([ONBOARDING, done, bare])))
    found = source(paycor)

    assert read(found) == []
    assert found.findings() == (
        Finding("onboarding", employee_id="0b0a", detail="Ida Bell: 3 of 7 steps done"),
        Finding("onboarding", employee_id="0b0c", detail="Jo"),
    )


@pytest.mark.req("B7")
@pytest.mark.parametrize(
    ("given_answer", "findings"),
    [
        (FORBIDDEN, [Finding("permission_missing", subject="View Legal Entity Onboarding Employees")]),
        (answer(paycor_error(), 404), []),
        (answer(paycor_error("is invalid or has no onboarding"), 400), []),
        (answer(envelope(None)), []),
    ],
    ids=["no right", "no such product", "nobody as a 400", "nobody as null"],
)
def test_a_company_without_onboarding_is_synced_all_the_same(
    wire: Wire, paycor: Caller, given_answer: Answer, findings: list[Finding]
) -> None:
    """The onboarding list is a product of its own."""
    wire.gives(EMPLOYEES_PATH, answer(envelope([record()])))
    wire.gives(ONBOARDING_PATH, given_answer)
    found = source(paycor)

    assert len(read(found)) == 1
    assert list(found.findings()) == findings
