"""Tenants, job titles, reasons, services, and the thin list of a tenant's employees."""

from typing import Any

import pytest

from connector.sandbox.company import NORTHFIELD
from connector.sandbox.paycor.data import permissions
from tests.sandbox.paycor.caller import Caller

pytestmark = pytest.mark.req("X23")

ENTITY, TENANT = "/v1/legalentities/190204", "/v1/tenants/226410"


@pytest.mark.parametrize(
    ("path", "permission"),
    [
        (TENANT, permissions.TENANT),
        (f"{TENANT}/employees", permissions.TENANT_EMPLOYEES),
        (f"{TENANT}/worklocations", permissions.TENANT_WORK_LOCATIONS),
        (f"{TENANT}/jobtitles", permissions.TENANT_JOB_TITLES),
        (f"{TENANT}/persons", permissions.TENANT_PERSONS),
        (f"{ENTITY}/jobtitles", permissions.JOB_TITLES),
        (f"{ENTITY}/persons", permissions.PERSONS),
        (f"{ENTITY}/services", permissions.SERVICES),
        (f"{ENTITY}/statusReasons/Termination", permissions.STATUS_REASONS),
        (f"{ENTITY}/certifications", permissions.CERTIFICATIONS),
        (f"{ENTITY}/certificationOrganizations", permissions.ORGANIZATIONS),
    ],
)
@pytest.mark.req("B5")
def test_9_each_of_these_calls_needs_its_permission(caller: Caller, path: str, permission: str) -> None:
    """403 without it, 200 with it."""
    allowed = caller.get(path).status_code
    caller.control("permissions", remove=[permission])

    assert (allowed, caller.get(path).status_code) == (200, 403)


@pytest.mark.parametrize("part", ["", "/employees", "/worklocations", "/jobtitles", "/persons"])
def test_10_another_tenant_is_refused(caller: Caller, part: str) -> None:
    """403 for a tenant the activation is not of, and for one that does not exist."""
    assert {caller.get(f"/v1/tenants/{id_}{part}").status_code for id_ in (226988, 7)} == {403}


def test_a_tenant_names_its_legal_entities(caller: Caller) -> None:
    """References, whose ids are strings."""
    assert caller.get(TENANT).get_json() == {
        "id": 226410,
        "name": "Northfield Health",
        "legalEntities": [
            {"id": "190204", "url": "/v1/legalentities/190204"},
            {"id": "190377", "url": "/v1/legalentities/190377"},
        ],
    }


@pytest.mark.parametrize("version", [1, 2])
def test_a_tenants_employees_are_thin(caller: Caller, version: int) -> None:
    """All employees of every legal entity; the id of a record is that of the employee, as in live use."""
    records = caller.walked(f"/v{version}/tenants/226410/employees", include="All")
    company = caller.box.company(NORTHFIELD.id)

    assert {tuple(record) for record in records} == {
        ("id", "employeeNumber", "firstName", "middleName", "lastName", "employee")
    }
    assert [record["employee"]["id"] for record in records] == [company.employee_id(i) for i in range(60)]
    assert [record["id"] for record in records] == [record["employee"]["id"] for record in records]


def test_a_tenants_list_may_have_ids_of_its_own(caller: Caller) -> None:
    """By switch, so that a client that joins on the wrong one is found out."""
    caller.control("switches", tenant_list_has_own_ids=True)
    records = caller.walked(f"{TENANT}/employees")

    assert not {record["id"] for record in records} & {record["employee"]["id"] for record in records}


def test_13_a_tenants_employees_come_a_hundred_a_page(caller: Caller) -> None:
    """Not the 200 of the other list."""
    caller.control("switches", records_per_page=25)

    assert len(caller.get(f"{TENANT}/employees").get_json()["records"]) == 25
    assert len(caller.walked(f"{TENANT}/employees")) == 60


@pytest.mark.parametrize(
    ("version", "query", "kinds"),
    [
        (1, {"employeeNumber": "4172"}, ["number-leading-zeros"]),
        (2, {"employeeNumber": "NC-20417B"}, ["number-alphanumeric"]),
        (1, {"jobCode": "ce1"}, ["no-manager"]),
        (2, {"statusFilter": "Retired"}, ["status-Retired"]),
        (1, {"workLocationName": "Toronto Office"}, ["country-not-us"]),
    ],
)
def test_a_tenants_employees_can_be_filtered(
    caller: Caller, version: int, query: dict[str, str], kinds: list[str]
) -> None:
    """By the same filters, and by job code."""
    found = caller.walked(f"/v{version}/tenants/226410/employees", **query)

    assert [record["employee"]["id"] for record in found] == [caller.id_of(kind) for kind in kinds]


@pytest.mark.parametrize(
    ("version", "query"),
    [(1, {"employeeNumber": "NC-20417B"}), (2, {"statusFilter": "Asleep"}), (2, {"jobCode": ["a", "b"]})],
)
def test_a_filter_of_a_tenant_that_makes_no_sense_is_refused(
    caller: Caller, version: int, query: dict[str, Any]
) -> None:
    """400 that names the filter."""
    answer = caller.get(f"/v{version}/tenants/226410/employees", **query)

    assert (answer.status_code, list(answer.get_json()["Source"])) == (400, list(query))


def test_job_titles_are_the_tenants(caller: Caller) -> None:
    """The same list by either way; every title of an employee is in it; one is archived, codes come twice."""
    titles = caller.walked(f"{ENTITY}/jobtitles")
    held = {record["positionData"]["jobTitle"] for record in caller.all_employees(include="Position")} - {
        None
    }

    assert (
        titles == caller.walked(f"{TENANT}/jobtitles") == caller.walked("/v1/legalentities/190377/jobtitles")
    )
    assert held <= {title["jobTitle"] for title in titles}
    assert len({title["jobTitleId"] for title in titles}) == len(titles)
    assert [title["jobTitle"] for title in titles if title["isArchived"]] == ["Switchboard Operator"]


def test_a_tenants_work_locations_are_those_of_its_legal_entities(caller: Caller) -> None:
    """Ids as in the lists of the legal entities, with a reference to the tenant."""
    records = caller.walked(f"{TENANT}/worklocations")
    of_entities = [
        location["id"]
        for id_ in (190204, 190377)
        for location in caller.walked(f"/v1/legalentities/{id_}/worklocations")
    ]

    assert [record["id"] for record in records] == of_entities
    assert {record["tenant"]["id"] for record in records} == {"226410"}
    assert [] in [record["phones"] for record in records]


@pytest.mark.parametrize("category", ["Termination", "ReturnFromLeave", "PlaceOnLeave"])
def test_reasons_come_as_a_bare_array(caller: Caller, category: str) -> None:
    """No pages, in any letter case."""
    reasons = caller.get(f"{ENTITY}/statusReasons/{category.upper()}").get_json()

    assert {reason["statusCategory"] for reason in reasons} == {category}
    assert len({reason["id"] for reason in reasons}) == len(reasons)


def test_an_unknown_category_of_reasons_is_refused(caller: Caller) -> None:
    """400 that lists the known ones."""
    answer = caller.get(f"{ENTITY}/statusReasons/Lunch")

    assert (answer.status_code, list(answer.get_json()["Source"])) == (400, ["statusCategory"])


def test_every_reason_of_an_employee_is_in_the_list(caller: Caller) -> None:
    """What ordinary people left for, and went on leave for."""
    reasons = {
        reason["value"]
        for category in ("Termination", "PlaceOnLeave")
        for reason in caller.get(f"{ENTITY}/statusReasons/{category}").get_json()
    }

    assert reasons >= {"Voluntary - Retirement", "Family Care", "Transfer"}


def test_services_are_yes_or_no_but_for_one(caller: Caller) -> None:
    """The time service is a text."""
    services = caller.get(f"{ENTITY}/services").get_json()

    assert (services["onboarding"], services["performTime"], services["timeService"]) == (True, False, "None")


def test_10_a_tenants_lists_leave_out_a_withdrawn_legal_entity(caller: Caller) -> None:
    """No employees, persons and locations of it; a person who also works elsewhere stays."""
    caller.control("switches", withdrawn_entities=[190377])
    sizes = [len(caller.walked(f"{TENANT}/{part}")) for part in ("employees", "persons", "worklocations")]

    assert sizes == [48, 47, 8]
