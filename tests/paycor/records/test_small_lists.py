"""Departments, and people who are still being onboarded."""

import pytest

from connector.core.model.operation import Finding
from connector.errors import SourceContractError
from tests.paycor.fake_paycor import (
    DEPARTMENTS_PATH,
    EMPLOYEES_PATH,
    EMPTY,
    FORBIDDEN,
    ONBOARDING_PATH,
    Answer,
    ClientRig,
    FakePaycor,
    Json,
    answer,
    envelope,
    paycor_error,
    record,
)
from tests.paycor.source_reads import DEPARTMENT, employees, read, serve_company, source


@pytest.mark.req("B6")
def test_departments_are_read_only_if_one_is_mapped(fake: FakePaycor, rig: ClientRig) -> None:
    """Name and code come from their own list, by an id in upper or lower case."""
    serve_company(fake, record())

    read(source(rig, frozenset({"job_title"})))
    assert fake.calls(DEPARTMENTS_PATH) == []
    (found,) = employees(source(rig, frozenset({"department", "department_code"})))

    assert found.attributes == {"department": "Outpatient Care", "department_code": "310"}


@pytest.mark.req("D22", "D23")
def test_invisible_characters_of_a_department_are_dropped(fake: FakePaycor, rig: ClientRig) -> None:
    """No database has to hold them, and no LMS sees them."""
    serve_company(fake, record())
    fake.gives(DEPARTMENTS_PATH, answer(envelope([DEPARTMENT | {"description": "Out\0patient\u200b Care"}])))

    (found,) = employees(source(rig, frozenset({"department"})))

    assert found.attributes == {"department": "Outpatient Care"}


def test_a_company_may_have_no_departments(fake: FakePaycor, rig: ClientRig) -> None:
    """Paycor sends a 400 for an empty list."""
    serve_company(fake, record())
    fake.gives(DEPARTMENTS_PATH, answer(paycor_error("The request is invalid or has no Departments."), 400))

    (found,) = employees(source(rig, frozenset({"department"})))

    assert found.attributes == {}


def test_undocumented_departments_fail_the_read(fake: FakePaycor, rig: ClientRig) -> None:
    """An unreadable department is not one with an empty name."""
    serve_company(fake, record())
    fake.gives(DEPARTMENTS_PATH, answer(envelope([DEPARTMENT | {"description": {"en": "Care"}}])))

    with pytest.raises(SourceContractError, match="departments"):
        read(source(rig, frozenset({"department"})))


ONBOARDING: Json = {
    "onboardingEmployeeId": "0B0A",
    "firstName": "Ida",
    "lastName": "Bell",
    "emailAddress": "ida@mail.example",
    "stepsTotal": 7,
    "stepsCompleted": 3,
}


@pytest.mark.req("B7")
def test_people_being_onboarded_are_reported_and_not_synced(fake: FakePaycor, rig: ClientRig) -> None:
    """They are findings, never employees; people with every step done are not listed."""
    fake.gives(EMPLOYEES_PATH, EMPTY)
    done = ONBOARDING | {"stepsCompleted": 7}
    bare: Json = {"onboardingEmployeeId": "0B0C", "firstName": "Jo"}
    fake.gives(ONBOARDING_PATH, answer(envelope([ONBOARDING, done, bare])))
    found = source(rig)

    assert read(found) == []
    assert found.findings() == (
        Finding("onboarding", employee_id="0b0a", detail="Ida Bell: 3 of 7 steps done"),
        Finding("onboarding", employee_id="0b0c", detail="Jo"),
    )


@pytest.mark.req("B7")
@pytest.mark.parametrize(
    ("reply", "findings"),
    [
        (FORBIDDEN, [Finding("permission_missing", subject="View Legal Entity Onboarding Employees")]),
        (answer({}, 500), [Finding("list_unavailable", subject="People being onboarded")]),
        (answer(paycor_error(), 404), []),
        (answer(paycor_error("is invalid or has no onboarding"), 400), []),
        (answer(envelope(None)), []),
    ],
    ids=["no permission", "down", "no such product", "empty as a 400", "empty as null"],
)
def test_a_company_without_the_onboarding_list_is_synced(
    fake: FakePaycor, rig: ClientRig, reply: Answer, findings: list[Finding]
) -> None:
    """The onboarding list is a separate Paycor product."""
    fake.gives(EMPLOYEES_PATH, answer(envelope([record()])))
    fake.gives(ONBOARDING_PATH, reply)
    found = source(rig)

    assert len(read(found)) == 1
    assert list(found.findings()) == findings
