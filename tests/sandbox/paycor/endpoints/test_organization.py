"""Legal entities, departments, work locations, people being onboarded."""

import re

import pytest

from connector.sandbox.company.person import ZERO_GUID
from connector.sandbox.paycor.data import permissions
from tests.sandbox.paycor.caller import Caller

pytestmark = pytest.mark.req("X23")

BASE = "/v1/legalentities/190204"


def test_the_activated_list_names_every_legal_entity_of_the_tenant(caller: Caller) -> None:
    """It needs no permission at all."""
    caller.control("permissions", permissions=[])

    assert caller.get("/v1/legalentities/ActivatedLegalEntityTenantList").get_json() == {
        "userLegalEntities": [
            {"legalEntityId": 190204, "tenantId": 226410},
            {"legalEntityId": 190377, "tenantId": 226410},
        ]
    }


def test_a_legal_entity_has_a_name_and_by_include_its_business_names(caller: Caller) -> None:
    """Business names are null unless requested, and need a permission of their own."""
    plain, full = caller.get(BASE).get_json(), caller.get(BASE, include="BusinessNames").get_json()
    caller.control("permissions", remove=[permissions.ENTITY_NAMES])

    assert (plain["name"], plain["businessNames"]) == ("Northfield Clinics LLC", None)
    assert full["businessNames"][0]["name"] == "Northfield Clinics LLC"
    assert (caller.get(BASE).status_code, caller.get(BASE, include="All").status_code) == (200, 403)


def test_a_legal_entity_knows_no_other_include(caller: Caller) -> None:
    """400 that names the parameter."""
    assert list(caller.get(BASE, include="People").get_json()["Source"]) == ["include"]


@pytest.mark.parametrize(
    ("path", "permission"),
    [
        (BASE, permissions.ENTITY),
        (f"{BASE}/departments", permissions.DEPARTMENTS),
        (f"{BASE}/departments/{ZERO_GUID}", permissions.DEPARTMENT),
        (f"{BASE}/worklocations", permissions.WORK_LOCATIONS),
        (f"{BASE}/worklocations/{ZERO_GUID}", permissions.WORK_LOCATION),
        (f"{BASE}/onboardingemployees", permissions.ONBOARDING),
    ],
)
@pytest.mark.req("B5")
def test_9_each_call_needs_its_permission(caller: Caller, path: str, permission: str) -> None:
    """403 without it; the other calls go on."""
    caller.control("permissions", remove=[permission])

    assert (caller.get(path).status_code, caller.employees().status_code) == (403, 200)


@pytest.mark.parametrize("part", ["", "/departments", "/worklocations", "/onboardingemployees"])
def test_10_departments_and_locations_of_another_tenant_are_refused(caller: Caller, part: str) -> None:
    """403 for a legal entity the activation does not cover."""
    assert caller.get(f"/v1/legalentities/190512{part}").status_code == 403


@pytest.mark.parametrize("part", ["departments", "worklocations"])
@pytest.mark.parametrize("version", [1, 2])
def test_a_single_department_or_location_is_the_same_as_in_the_list(
    caller: Caller, version: int, part: str
) -> None:
    """By its id in any letter case; an unknown id is 404."""
    base = f"/v{version}/legalentities/190204/{part}"
    listed = caller.get(base).get_json()["records"][2]

    assert caller.get(f"{base}/{listed['id'].upper()}").get_json() == listed
    assert caller.get(f"{base}/{ZERO_GUID}").status_code == 404


def test_employees_refer_to_departments_and_work_locations_that_exist(caller: Caller) -> None:
    """Every id in an employee is found in the lists of the same legal entity."""
    for entity in (190204, 190377):
        records = caller.all_employees(entity, include="WorkLocation")
        departments = caller.get(f"/v1/legalentities/{entity}/departments").get_json()["records"]
        locations = caller.get(f"/v1/legalentities/{entity}/worklocations").get_json()["records"]

        assert {record["department"]["id"] for record in records} <= {record["id"] for record in departments}
        assert {record["workLocation"]["id"] for record in records if record["workLocation"]} <= {
            record["id"] for record in locations
        }


def test_departments_have_levels_from_two_on(caller: Caller) -> None:
    """Level 1 is the payroll; what has a parent is below it."""
    records = caller.get(f"{BASE}/departments").get_json()["records"]

    assert {(record["level"], record["parentId"] is None) for record in records} == {(2, True), (3, False)}


def test_a_work_location_has_a_physical_address_among_several(caller: Caller) -> None:
    """The first address is the wrong one to take."""
    records = caller.get(f"{BASE}/worklocations").get_json()["records"]

    assert {tuple(address["type"] for address in record["addresses"]) for record in records} == {
        ("Mailing", "Physical")
    }


@pytest.mark.parametrize(("version", "kind"), [(1, int), (2, str)])
def test_onboarding_people_are_not_employees_yet(caller: Caller, version: int, kind: type) -> None:
    """Ids of their own, dates with milliseconds, a number typed by version, no one from the employee list."""
    records = caller.get(f"/v{version}/legalentities/190204/onboardingemployees").get_json()["records"]
    employees = {record["id"] for record in caller.all_employees()}

    assert len(records) >= 3
    assert not employees & {record["onboardingEmployeeId"] for record in records}
    assert {type(record["employeeNumber"]) for record in records} == {kind}
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}", record["hireDate"]) for record in records
    )
    assert records[0]["fullName"] == f"{records[0]['lastName']}, {records[0]['firstName']}"
