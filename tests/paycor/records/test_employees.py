"""How the employees are asked for, and what happens where the application may not see a part of them."""

from urllib.parse import urlsplit

import pytest

from connector.core.model.operation import Finding
from connector.core.model.settings import ListVersion
from connector.errors import SourceForbidden
from connector.paycor.auth.permissions import INCLUDES
from tests.paycor.bodies import in_v2
from tests.paycor.reading import EVERYTHING, employees, lay_out, read, source
from tests.paycor.stub import (
    CUSTOM_FIELDS_PATH,
    DEPARTMENTS_PATH,
    EMPLOYEES_PATH,
    ENTITY,
    FORBIDDEN,
    ONBOARDING_PATH,
    PERSONS_PATH,
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
    """With every attribute mapped, five lists are asked for, each with what is named here and nothing more."""
    lay_out(wire, record())

    read(source(paycor, EVERYTHING | {"custom:LMS Group"}))

    assert {
        (
            request.method,
            urlsplit(request.url or "").path,
            tuple(value for name, value in query(request) if name == "include"),
        )
        for request in wire.asked
    } == {
        ("GET", EMPLOYEES_PATH, tuple(INCLUDES)),
        ("GET", DEPARTMENTS_PATH, ()),
        ("GET", ONBOARDING_PATH, ()),
        ("GET", PERSONS_PATH, ("Phones",)),
        ("POST", CUSTOM_FIELDS_PATH, ()),
    }
    asked = " ".join(str(request.url) for request in wire.asked).lower()
    for word in ("all", "ssn", "social", "birth", "demographic", "home", "pay", "bank", "leave", "address"):
        assert word not in asked.replace("paycor", "").replace(".com", "")


@pytest.mark.req("D19", "A1")
def test_what_is_not_mapped_is_not_asked_for(wire: Wire, paycor: Caller) -> None:
    """Persons, custom fields and departments are left alone unless an attribute of theirs is mapped."""
    lay_out(wire, record())

    read(source(paycor, frozenset({"job_title", "manager_name", "supervisor"})))

    assert {urlsplit(request.url or "").path for request in wire.asked} == {EMPLOYEES_PATH, ONBOARDING_PATH}


@pytest.mark.req("A31")
def test_the_newer_list_is_read_if_it_is_chosen(wire: Wire, paycor: Caller) -> None:
    """Its own fields come with it; an attribute that only the other one has is unknown."""
    lay_out(wire, record())
    newer = EMPLOYEES_PATH.replace("/v1/", "/v2/")
    wire.gives(newer, answer(envelope([in_v2(record())])))
    wanted = frozenset({"second_last_name", "alternate_employee_number"})

    (found,) = employees(source(paycor, wanted, listed=ListVersion.V2))

    assert found.attributes == {"second_last_name": "Vance"}
    assert wire.calls(EMPLOYEES_PATH) == []
    assert query(wire.calls(newer)[0])[-1] == ("emailType", "Work")


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


@pytest.mark.parametrize(
    ("block", "right"),
    [
        ("statusData", "View Legal Entity Employees Status"),
        ("employmentDateData", "View Legal Entity Employees Employment Dates"),
    ],
)
@pytest.mark.req("D10", "D11", "B5")
def test_a_block_that_no_sync_can_do_without_ends_the_read(
    wire: Wire, paycor: Caller, block: str, right: str
) -> None:
    """Left out of every record, the right to it is missing, as surely as if Paycor had answered 403."""
    lay_out(wire, *(record(number, **{block: None}) for number in range(3)), size=2)

    with pytest.raises(SourceForbidden, match=f"{right}.*Connect again"):
        read(source(paycor))


def test_an_empty_company_proves_no_missing_block(wire: Wire, paycor: Caller) -> None:
    """Without a record nothing can be said about blocks."""
    lay_out(wire)
    found = source(paycor)

    assert read(found) == []
    assert found.findings() == ()


@pytest.mark.req("B5", "D11")
def test_an_optional_right_that_is_missing_costs_its_own_values_only(wire: Wire, paycor: Caller) -> None:
    """Paycor refuses the whole list for one block: it is read without that block, which stays unknown."""
    lay_out(wire, record())
    wire.gives_by_query(EMPLOYEES_PATH, refusing("WorkLocation"))
    found = source(paycor, frozenset({"job_title", "work_state"}))

    (employee,) = employees(found)

    assert employee.attributes == {"job_title": "Clinic Supervisor"}
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
