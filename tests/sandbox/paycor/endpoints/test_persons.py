"""Persons: one record for each person, whatever their employments; private facts only with an added permission."""

from typing import Any

import pytest

from connector.sandbox.company import NORTHFIELD
from connector.sandbox.company.person import ZERO_GUID
from connector.sandbox.paycor.data import permissions
from tests.sandbox.paycor.caller import Caller

pytestmark = pytest.mark.req("X23")

LIST = "/v1/legalEntities/190204/persons"
BLOCKS = {
    "Demographic": "demographicData",
    "Benefit": "benefitData",
    "Military": "militaryData",
    "SocialMedia": "socialMediaData",
    "Addresses": "addresses",
    "EmployeeAssignments": "employeeAssignments",
    "SocialSecurityNumber": "socialSecurityNumber",
    "Phones": "phones",
    "Email": "email",
    "EmergencyContact": "emergencyContactData",
    "CustomIdentifiers": "customIdentifiers",
}
#: Without it the blocks of the one unpaid worker are null.
EVEN_UNPAID = {"includeUnpaidWorkersDetails": "true"}
#: What only a switch plants.
PLANTED = {
    "Benefit",
    "Military",
    "SocialMedia",
    "SocialSecurityNumber",
    "EmergencyContact",
    "CustomIdentifiers",
}


def blocks_of(record: dict[str, Any]) -> set[str]:
    """The includes whose blocks a record carries."""
    return {name for name, key in BLOCKS.items() if record[key] is not None}


def employee_ids(record: dict[str, Any]) -> list[str]:
    """The employee ids of a record's assignments."""
    return [one["employees"]["id"] for one in record["employeeAssignments"]]


def test_every_person_of_a_legal_entity_is_listed_once(caller: Caller) -> None:
    """48 employments; a rehire with a new id gives one person two of them."""
    records = caller.walked(LIST, include="EmployeeAssignments")
    employees = caller.all_employees()

    assert {record["id"] for record in records} == {one["person"]["id"] for one in employees}
    assert len({record["id"] for record in records}) == len(records) == 47
    rehired = next(record for record in records if caller.id_of("rehire-new-id") in employee_ids(record))
    assert employee_ids(rehired) == [caller.id_of("rehire-new-id-former"), caller.id_of("rehire-new-id")]


def test_a_person_of_two_legal_entities_is_in_both_lists_with_both_employments(caller: Caller) -> None:
    """One person id, and each assignment says which legal entity it is of."""
    employee_ids_of_person = [caller.id_of("two-entities"), caller.id_of("two-entities-second")]
    found = [
        next(
            record
            for record in caller.walked(path, include="EmployeeAssignments")
            if employee_ids(record) == employee_ids_of_person
        )
        for path in (LIST, "/v1/legalentities/190377/persons")
    ]

    assert found[0] == found[1]
    entities = [one["employees"]["legalEntityId"] for one in found[0]["employeeAssignments"]]
    assert entities == ["190204", "190377"]


@pytest.mark.parametrize(
    ("include", "expected"),
    [
        ([], set()),
        (["Email"], {"Email"}),
        (["Phones", "Addresses"], {"Phones", "Addresses"}),
        (["EmployeeAssignments"], {"EmployeeAssignments"}),
    ],
)
def test_11_blocks_of_a_person_are_null_unless_requested(
    caller: Caller, include: list[str], expected: set[str]
) -> None:
    """As with employees."""
    assert {frozenset(blocks_of(one)) for one in caller.walked(LIST, include=include, **EVEN_UNPAID)} == {
        frozenset(expected)
    }


@pytest.mark.parametrize(
    ("path", "include", "status"),
    [
        (LIST, "EmergencyContact", 400),
        (LIST, "Phone", 400),
        ("/v1/tenants/226410/persons/{person}", "CustomIdentifiers", 400),
        ("/v1/tenants/226410/persons/{person}", "EmergencyContact", 200),
        ("/v1/employees/{employee}/person", "CustomIdentifiers", 200),
    ],
)
def test_11_each_call_knows_its_own_includes(caller: Caller, path: str, include: str, status: int) -> None:
    """One more with every way of asking."""
    caller.control("permissions", permissions=sorted(permissions.ALL))
    employee = caller.one("accents")
    filled = path.format(person=employee["person"]["id"], employee=employee["id"])

    assert caller.get(filled, include=include).status_code == status


def test_an_address_of_a_person_is_private(caller: Caller) -> None:
    """Home email, never work; several kinds of phones, some people without."""
    records = caller.walked(LIST, include=["Email", "Phones"], **EVEN_UNPAID)

    assert {record["email"]["type"] for record in records} == {"Home"}
    assert {phone["type"] for record in records for phone in record["phones"]} >= {"Mobile", "Home"}
    assert [] in [record["phones"] for record in records]


@pytest.mark.parametrize("include", sorted(BLOCKS))
@pytest.mark.req("B5")
def test_9_an_include_of_a_person_needs_its_permission(caller: Caller, include: str) -> None:
    """Without it the call is refused or, by switch, the block stays null."""
    path = f"/v1/employees/{caller.id_of('accents')}/person"
    lost = permissions.PERSON_INCLUDES[include]
    caller.control("permissions", permissions=sorted(permissions.ALL - {lost}))
    caller.control("switches", plants_private_facts=True)
    refused, unasked = caller.get(path, include=include).status_code, caller.get(path).status_code
    caller.control("switches", missing_include="null")
    record = caller.get(path, include="All").get_json()

    assert (refused, unasked, blocks_of(record)) == (403, 200, set(BLOCKS) - {include})


def test_9_private_facts_are_not_in_the_default_scope(caller: Caller) -> None:
    """Asking for everything is refused; the list with its usual includes is not."""
    usual = ["Email", "EmployeeAssignments", "Phones", "Addresses"]

    assert caller.get(LIST, include="All").status_code == 403
    assert caller.get(LIST, include=usual).status_code == 200


def test_private_facts_are_null_until_they_are_planted(caller: Caller) -> None:
    """Even with every permission; then each block is there, invented."""
    caller.control("permissions", permissions=sorted(permissions.ALL))
    path = f"/v1/employees/{caller.id_of('accents')}/person"
    before = caller.get(path, include="All").get_json()
    caller.control("switches", plants_private_facts=True)
    after = caller.get(path, include="All").get_json()

    assert (blocks_of(before), blocks_of(after)) == (set(BLOCKS) - PLANTED, set(BLOCKS))
    assert after["socialSecurityNumber"].startswith("9")


def test_a_person_is_the_same_by_every_way(caller: Caller) -> None:
    """List, person id in any letter case, employee id."""
    employee = caller.one("two-entities")
    usual = {"include": ["Email", "EmployeeAssignments"]}
    listed = next(one for one in caller.walked(LIST, **usual) if one["id"] == employee["person"]["id"])

    assert caller.get(f"/v1/tenants/226410/persons/{listed['id'].upper()}", **usual).get_json() == listed
    assert caller.get(f"/v1/employees/{employee['id']}/person", **usual).get_json() == listed
    assert caller.get(employee["person"]["url"]).get_json()["id"] == listed["id"]


def test_a_person_follows_the_newest_employment(caller: Caller) -> None:
    """A changed surname is seen; a person taken out of the feed is not found."""
    id_ = caller.control("records", index=20, fields={"last_name": "Changed"}).get_json()["id"]
    seen = caller.get(f"/v1/employees/{id_}/person").get_json()["lastName"]
    caller.control("records", index=20, removed=True)

    assert (seen, caller.get(f"/v1/employees/{id_}/person").status_code) == ("Changed", 404)
    assert len(caller.walked(LIST)) == 46


def test_10_an_unknown_person_is_not_found(caller: Caller) -> None:
    """404 for an unknown id and for a later employment's; 403 for another tenant."""
    second = caller.box.company(NORTHFIELD.id).person(47).employee_id
    no_person = f"{second[:8]}{caller.one('accents')['person']['id'][8:]}"

    assert caller.get(f"/v1/tenants/226410/persons/{ZERO_GUID}").status_code == 404
    assert caller.get(f"/v1/tenants/226410/persons/{no_person}").status_code == 404
    assert caller.get("/v1/tenants/226988/persons").status_code == 403
    assert caller.get(f"/v1/employees/{ZERO_GUID}/person").status_code == 404


def test_a_tenants_list_of_persons_is_thin(caller: Caller) -> None:
    """Every person once, with a record id that is not the person id."""
    records = caller.walked("/v1/tenants/226410/persons")

    assert len(records) == len({record["person"]["id"] for record in records}) == 58
    assert set(records[0]) == {"id", "prefix", "firstName", "middleName", "lastName", "suffix", "person"}
    assert not {record["id"] for record in records} & {record["person"]["id"] for record in records}


def test_details_of_unpaid_workers_come_only_on_request(caller: Caller) -> None:
    """Listed either way; address and phones only with the parameter."""
    person_id = caller.one("worker-unpaid")["person"]["id"]

    def email(**query: str) -> object:
        records = caller.walked(LIST, include="Email", **query)
        return next(record["email"] is None for record in records if record["id"] == person_id)

    assert (email(), email(includeUnpaidWorkersDetails="true")) == (True, False)


@pytest.mark.parametrize("version", [1, 2])
def test_identifying_facts_need_an_added_permission(caller: Caller, version: int) -> None:
    """Refused to begin with; with it names and numbers; the rest needs a second one, and planting."""
    path = f"/v{version}/legalentities/190204/employeesIdentifyingData"
    refused = caller.get(path).status_code
    caller.control("permissions", add=[permissions.IDENTIFYING])
    caller.control("switches", plants_private_facts=True)
    plain = caller.walked(path)
    caller.control("permissions", add=[permissions.IDENTIFYING_SECRETS])
    whole = caller.walked(path, include="Inactive")

    assert (refused, len(plain)) == (403, 48)
    assert {(one["socialSecurityNumber"], one["birthDate"]) for one in plain} == {(None, None)}
    assert {one["status"] for one in whole} == {"Inactive"}
    assert all(one["socialSecurityNumber"] and one["birthDate"].endswith("T00:00:00") for one in whole)
    assert caller.get(path, include="Retired").status_code == 400
