"""The small lists beside the employees: departments, and people who are not employees yet."""

import pytest
from requests import ReadTimeout

from connector.core.model.operation import Finding
from connector.errors import SourceContractError, SourceUnavailable
from tests.paycor.reading import DEPARTMENT, employees, lay_out, read, source
from tests.paycor.stub import (
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


NO_RIGHT = Finding("permission_missing", subject="View Legal Entity Departments Information")


@pytest.mark.req("D11", "B5")
@pytest.mark.parametrize(
    ("given", "finding"),
    [
        (FORBIDDEN, NO_RIGHT),
        (answer(paycor_error(), 404), NO_RIGHT),
        (answer({}, 500), Finding("list_unavailable", subject="Departments")),
        (ReadTimeout(), Finding("list_unavailable", subject="Departments")),
    ],
    ids=["refused", "not there", "down", "slow"],
)
def test_departments_that_do_not_come_empty_nothing(
    wire: Wire, paycor: Caller, given: Answer | Exception, finding: Finding
) -> None:
    """What is wrong is named once, and the attribute is unknown for everybody."""
    lay_out(wire, record())
    wire.gives(DEPARTMENTS_PATH, given)
    found = source(paycor, frozenset({"department"}))

    (employee,) = employees(found)

    assert employee.attributes == {}
    assert found.findings() == (finding,)


@pytest.mark.req("D10")
def test_the_limit_of_calls_is_not_about_departments_alone(wire: Wire, paycor: Caller) -> None:
    """Whatever else is asked for would not come either: the run ends, and is tried again when Paycor says."""
    lay_out(wire, record())
    wire.gives(DEPARTMENTS_PATH, answer({}, 429))

    with pytest.raises(SourceUnavailable, match="limit"):
        read(source(paycor, frozenset({"department"})))


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
        (answer({}, 500), [Finding("list_unavailable", subject="People being onboarded")]),
        (answer(paycor_error(), 404), []),
        (answer(paycor_error("is invalid or has no onboarding"), 400), []),
        (answer(envelope(None)), []),
    ],
    ids=["no right", "down", "no such product", "nobody as a 400", "nobody as null"],
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
