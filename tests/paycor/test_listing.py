"""How the employees are asked for, and what happens where the application may not see a part of them."""

from urllib.parse import urlsplit

import pytest

from connector.core.records import Finding
from connector.errors import SourceForbidden
from connector.paycor.permissions import INCLUDES
from tests.paycor.reading import EVERYTHING, employees, lay_out, read, source
from tests.paycor.wire import (
    DEPARTMENTS_PATH,
    EMPLOYEES_PATH,
    EMPTY,
    ENTITY,
    FORBIDDEN,
    ONBOARDING_PATH,
    Caller,
    Wire,
    answer,
    envelope,
    paycor_error,
    query,
    record,
    refusing,
)


@pytest.mark.req("B8", "D19", "A1")
def test_the_list_is_asked_for_with_its_blocks_and_nothing_more(wire: Wire, paycor: Caller) -> None:
    """Four blocks and the work address: no `All`, and no status filter that would hide leavers."""
    lay_out(wire, record())

    read(source(paycor))

    assert query(wire.calls(EMPLOYEES_PATH)[0]) == [
        ("include", "EmploymentDates"),
        ("include", "Position"),
        ("include", "Status"),
        ("include", "WorkLocation"),
        ("emailType", "Work"),
    ]


@pytest.mark.req("D19", "A1")
def test_no_request_asks_for_anything_private(wire: Wire, paycor: Caller) -> None:
    """With every attribute mapped, the requests are GETs to three lists; none reaches persons, pay or identity."""
    lay_out(wire, record())

    read(source(paycor, EVERYTHING))

    assert {(request.method, urlsplit(request.url or "").path) for request in wire.asked} == {
        ("GET", EMPLOYEES_PATH),
        ("GET", DEPARTMENTS_PATH),
        ("GET", ONBOARDING_PATH),
    }
    asked = " ".join(str(request.url) for request in wire.asked).lower()
    for word in (
        "all",
        "ssn",
        "social",
        "birth",
        "demographic",
        "home",
        "person",
        "pay",
        "bank",
        "leave",
        "address",
    ):
        assert word not in asked.replace("paycor", "").replace(".com", "")


@pytest.mark.req("D11", "B5")
def test_a_block_that_nobody_has_is_said_once(wire: Wire, paycor: Caller) -> None:
    """A block that one record has is allowed; one that no record has is probably not."""
    people = [record(number, workLocation=None, positionData=None) for number in range(3)]
    lay_out(wire, *people, record(9, workLocation=None), size=2)
    found = source(paycor)

    read(found)

    assert found.findings() == (
        Finding("block_missing", subject="View Legal Entity Employees Work Location"),
    )


def test_an_empty_company_proves_no_missing_block(wire: Wire, paycor: Caller) -> None:
    """Without a record nothing can be said about blocks."""
    lay_out(wire)
    found = source(paycor)

    assert read(found) == []
    assert found.findings() == ()


@pytest.mark.req("B5", "D11")
def test_an_optional_right_that_is_missing_costs_its_own_values_only(wire: Wire, paycor: Caller) -> None:
    """Paycor refuses the whole list for one block: it is read without that block, which stays unknown."""
    wire.gives_by_query(EMPLOYEES_PATH, refusing("WorkLocation"))
    wire.gives(ONBOARDING_PATH, EMPTY)
    found = source(paycor, EVERYTHING - {"department", "department_code"})

    (employee,) = employees(found)

    assert employee.attributes["job_title"] == "Clinic Supervisor"
    assert "work_state" not in employee.attributes
    assert found.findings() == (
        Finding("permission_missing", subject="View Legal Entity Employees Work Location"),
    )


@pytest.mark.req("B5")
@pytest.mark.parametrize("include", ["EmploymentDates", "Status"])
def test_a_required_right_that_is_missing_stops_the_read_by_its_name(
    wire: Wire, paycor: Caller, include: str
) -> None:
    """Without dates or status nobody's access can be decided."""
    wire.gives_by_query(EMPLOYEES_PATH, refusing(include, "WorkLocation"))

    with pytest.raises(SourceForbidden, match=INCLUDES[include][1].name):
        read(source(paycor))


def test_a_refusal_that_no_single_block_explains_is_passed_on(wire: Wire, paycor: Caller) -> None:
    """Each block alone is allowed, all of them together are not: nothing is guessed."""
    wire.gives(EMPLOYEES_PATH, FORBIDDEN, answer(envelope([record()])))

    with pytest.raises(SourceForbidden, match="Data Access"):
        read(source(paycor))


def test_a_wrong_legal_entity_is_no_missing_right(wire: Wire, paycor: Caller) -> None:
    """The number is named, and no block is tried by itself."""
    detail = f"This Access Token does not have access to Legal Entity ID {ENTITY}."
    wire.gives(EMPLOYEES_PATH, answer(paycor_error(detail), 403))

    with pytest.raises(SourceForbidden, match=f"legal entity {ENTITY}"):
        read(source(paycor))

    assert len(wire.asked) == 1
