"""How employees are requested, and what happens when the application may not read a part of them."""

from urllib.parse import urlsplit

import pytest

from connector.core.model.operation import Finding
from connector.core.model.settings import ListVersion
from connector.errors import SourceForbidden
from connector.paycor.auth.permissions import INCLUDES
from tests.paycor.bodies import in_v2
from tests.paycor.fake_paycor import (
    CUSTOM_FIELDS_PATH,
    DEPARTMENTS_PATH,
    EMPLOYEES_PATH,
    ENTITY,
    FORBIDDEN,
    ONBOARDING_PATH,
    PERSONS_PATH,
    ClientRig,
    FakePaycor,
    answer,
    envelope,
    paycor_error,
    query,
    record,
    refusing,
)
from tests.paycor.source_reads import ALL_KEYS, employees, read, serve_company, source


@pytest.mark.req("B8", "D19", "A1")
def test_the_list_is_requested_with_four_blocks_and_nothing_more(fake: FakePaycor, rig: ClientRig) -> None:
    """And the work address: no `All`, and no status filter, which would hide leavers."""
    serve_company(fake, record())

    read(source(rig))

    assert query(fake.calls(EMPLOYEES_PATH)[0]) == [
        ("include", "EmploymentDates"),
        ("include", "Position"),
        ("include", "Status"),
        ("include", "WorkLocation"),
        ("emailType", "Work"),
    ]


@pytest.mark.req("D19", "A1")
def test_no_request_is_for_private_data(fake: FakePaycor, rig: ClientRig) -> None:
    """With every attribute mapped, five lists are requested, each with exactly these includes."""
    serve_company(fake, record())

    read(source(rig, ALL_KEYS | {"custom:LMS Group"}))

    assert {
        (
            request.method,
            urlsplit(request.url or "").path,
            tuple(value for name, value in query(request) if name == "include"),
        )
        for request in fake.received
    } == {
        ("GET", EMPLOYEES_PATH, tuple(INCLUDES)),
        ("GET", DEPARTMENTS_PATH, ()),
        ("GET", ONBOARDING_PATH, ()),
        ("GET", PERSONS_PATH, ("Phones",)),
        ("POST", CUSTOM_FIELDS_PATH, ()),
    }
    urls = " ".join(str(request.url) for request in fake.received).lower()
    for word in ("all", "ssn", "social", "birth", "demographic", "home", "pay", "bank", "leave", "address"):
        assert word not in urls.replace("paycor", "").replace(".com", "")


@pytest.mark.req("D19", "A1")
def test_an_unmapped_list_is_not_requested(fake: FakePaycor, rig: ClientRig) -> None:
    """Persons, custom fields and departments are read only if one of their attributes is mapped."""
    serve_company(fake, record())

    read(source(rig, frozenset({"job_title", "manager_name", "supervisor"})))

    assert {urlsplit(request.url or "").path for request in fake.received} == {
        EMPLOYEES_PATH,
        ONBOARDING_PATH,
    }


@pytest.mark.req("A31")
def test_the_v2_list_is_read_if_it_is_chosen(fake: FakePaycor, rig: ClientRig) -> None:
    """With its own fields; an attribute that only v1 has is unknown."""
    serve_company(fake, record())
    v2_path = EMPLOYEES_PATH.replace("/v1/", "/v2/")
    fake.gives(v2_path, answer(envelope([in_v2(record())])))
    attribute_keys = frozenset({"second_last_name", "alternate_employee_number"})

    (found,) = employees(source(rig, attribute_keys, list_version=ListVersion.V2))

    assert found.attributes == {"second_last_name": "Vance"}
    assert fake.calls(EMPLOYEES_PATH) == []
    assert query(fake.calls(v2_path)[0])[-1] == ("emailType", "Work")


@pytest.mark.req("D11", "B5")
def test_a_block_that_no_record_has_is_reported_once(fake: FakePaycor, rig: ClientRig) -> None:
    """A block that one record has is allowed; one that no record has probably is not."""
    people = [record(number, workLocation=None, positionData=None) for number in range(3)]
    serve_company(fake, *people, record(9, workLocation=None), size=2)
    found = source(rig)

    read(found)

    assert found.findings() == (
        Finding("block_missing", subject="View Legal Entity Employees Work Location"),
    )


@pytest.mark.parametrize(
    ("block", "permission"),
    [
        ("statusData", "View Legal Entity Employees Status"),
        ("employmentDateData", "View Legal Entity Employees Employment Dates"),
    ],
)
@pytest.mark.req("D10", "D11", "B5")
def test_a_required_block_that_no_record_has_ends_the_read(
    fake: FakePaycor, rig: ClientRig, block: str, permission: str
) -> None:
    """It proves a missing permission, as a 403 does."""
    serve_company(fake, *(record(number, **{block: None}) for number in range(3)), size=2)

    with pytest.raises(SourceForbidden, match=f"{permission}.*Connect again"):
        read(source(rig))


def test_an_empty_company_has_no_missing_block(fake: FakePaycor, rig: ClientRig) -> None:
    """Without records nothing is known about blocks."""
    serve_company(fake)
    found = source(rig)

    assert read(found) == []
    assert found.findings() == ()


@pytest.mark.req("B5", "D11")
def test_a_missing_optional_permission_costs_only_its_own_values(fake: FakePaycor, rig: ClientRig) -> None:
    """Paycor refuses the whole list for one block, so it is read without that block, which stays unknown."""
    serve_company(fake, record())
    fake.gives_by_query(EMPLOYEES_PATH, refusing("WorkLocation"))
    found = source(rig, frozenset({"job_title", "work_state"}))

    (employee,) = employees(found)

    assert employee.attributes == {"job_title": "Clinic Supervisor"}
    assert found.findings() == (
        Finding("permission_missing", subject="View Legal Entity Employees Work Location"),
    )


@pytest.mark.req("B5")
@pytest.mark.parametrize("include", ["EmploymentDates", "Status"])
def test_a_missing_required_permission_ends_the_read_and_is_named(
    fake: FakePaycor, rig: ClientRig, include: str
) -> None:
    """No access can be decided without dates and status."""
    fake.gives_by_query(EMPLOYEES_PATH, refusing(include, "WorkLocation"))

    with pytest.raises(SourceForbidden, match=INCLUDES[include][1].name):
        read(source(rig))


def test_a_refusal_of_no_single_block_is_passed_on(fake: FakePaycor, rig: ClientRig) -> None:
    """Each block alone is allowed and all together are not: the error is not interpreted further."""
    fake.gives(EMPLOYEES_PATH, FORBIDDEN, answer(envelope([record()])))

    with pytest.raises(SourceForbidden, match="Data Access"):
        read(source(rig))


def test_a_wrong_legal_entity_is_not_a_missing_permission(fake: FakePaycor, rig: ClientRig) -> None:
    """The message has the number, and no block is tried on its own."""
    detail = f"This Access Token does not have access to Legal Entity ID {ENTITY}."
    fake.gives(EMPLOYEES_PATH, answer(paycor_error(detail), 403))

    with pytest.raises(SourceForbidden, match=f"legal entity {ENTITY}"):
        read(source(rig))

    assert len(fake.received) == 1
