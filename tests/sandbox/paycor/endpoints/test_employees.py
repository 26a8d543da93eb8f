"""The employee endpoints: blocks, addresses, filters, permissions, versions."""

from typing import Any

import pytest

from connector.sandbox.company import NORTHFIELD
from connector.sandbox.company.person import ZERO_GUID
from connector.sandbox.paycor.data import permissions
from tests.sandbox.paycor.caller import Caller

pytestmark = pytest.mark.req("X23")

BLOCKS = {
    "EmploymentDates": "employmentDateData",
    "Position": "positionData",
    "Status": "statusData",
    "WorkLocation": "workLocation",
}


def blocks_of(record: dict[str, Any]) -> set[str]:
    """The includes whose blocks a record carries."""
    return {name for name, block in BLOCKS.items() if record[block] is not None}


@pytest.mark.parametrize(
    ("include", "expected"),
    [
        ([], set()),
        (["Status"], {"Status"}),
        (["Status", "Position"], {"Status", "Position"}),
        (["EmploymentDates", "WorkLocation"], {"EmploymentDates", "WorkLocation"}),
        (["All"], set(BLOCKS)),
        (["All", "Status"], set(BLOCKS)),
    ],
)
@pytest.mark.parametrize("version", [1, 2])
def test_11_blocks_are_null_unless_requested(
    caller: Caller, version: int, include: list[str], expected: set[str]
) -> None:
    """`include` is repeated, `All` is all four."""
    assert blocks_of(caller.employees(version=version, include=include).get_json()["records"][0]) == expected


@pytest.mark.parametrize("value", ["Everything", "Status,Position", ""])
def test_11_an_unknown_include_is_refused(caller: Caller, value: str) -> None:
    """400 that names the parameter; a list with commas is not understood."""
    answer = caller.employees(include=value)

    assert (answer.status_code, list(answer.get_json()["Source"])) == (400, ["include"])


@pytest.mark.parametrize(
    ("kind", "email_type", "expected"),
    [
        ("two-entities", None, {"type": "Work", "emailAddress": "priya.langley1@northfield.example"}),
        ("two-entities", "Home", {"type": "Home", "emailAddress": "priya.langley1@mail.example"}),
        ("email-null", "Work", None),
        ("email-address-null", "Work", {"type": "Work", "emailAddress": None}),
    ],
)
def test_12_one_address_of_the_requested_type_comes(
    caller: Caller, kind: str, email_type: str | None, expected: dict[str, str] | None
) -> None:
    """Work by default; without an address either the object or the address is null."""
    query: dict[str, Any] = {} if email_type is None else {"emailType": email_type}

    assert caller.one(kind, **query)["email"] == expected


def test_12_an_employee_without_a_work_address_has_a_home_address(caller: Caller) -> None:
    """Home email only."""
    assert caller.one("email-null", emailType="Home")["email"]["type"] == "Home"


def test_12_an_unknown_email_type_is_refused(caller: Caller) -> None:
    """400 that names the parameter."""
    assert list(caller.employees(emailType="Both").get_json()["Source"]) == ["emailType"]


def test_leavers_are_in_the_list_unless_filtered_out(caller: Caller) -> None:
    """No filter: every status. With one: that status alone."""
    all_employees = caller.all_employees(include="Status")
    retired = caller.all_employees(190377, include="Status", statusFilter="Retired")

    assert {"Terminated", "Active", "Fmla"} <= {record["statusData"]["status"] for record in all_employees}
    assert {record["statusData"]["status"] for record in retired} == {"Retired"}


@pytest.mark.parametrize(
    ("entity", "version", "query", "kind"),
    [
        (190204, 1, {"employeeNumber": "4172"}, "number-leading-zeros"),
        (190204, 2, {"employeeNumber": "NC-20417B"}, "number-alphanumeric"),
        (190204, 1, {"lastName": "o'dell"}, "apostrophe"),
        (190377, 1, {"workLocationName": "Toronto Office"}, "country-not-us"),
        (190204, 2, {"workerCategory": "Unpaid"}, "worker-unpaid"),
        (190204, 2, {"workerCategory": "Unpaid", "workCountryCode": "CA"}, "worker-unpaid"),
    ],
)
def test_filters_find_the_employees_they_describe(
    caller: Caller, entity: int, version: int, query: dict[str, str], kind: str
) -> None:
    """Each filter by a value only one person has."""
    found = [record["id"] for record in caller.all_employees(entity, version, **query)]

    assert found == [caller.box.company(NORTHFIELD.id).kinds()[kind]]


@pytest.mark.parametrize("query", [{}, {"workerCategory": "Paid"}])
def test_the_country_filters_only_unpaid_workers(caller: Caller, query: dict[str, Any]) -> None:
    """Paycor documents it so; for anybody else it is ignored, and an unpaid worker of another country is left out."""
    everybody = caller.all_employees(version=2, **query)

    assert caller.all_employees(version=2, workCountryCode="CA", **query) == everybody
    assert caller.all_employees(version=2, workCountryCode="MX", workerCategory="Unpaid") == []


def test_the_department_filter_goes_by_code(caller: Caller) -> None:
    """All found employees are in the department of that code."""
    departments = caller.get("/v1/legalentities/190204/departments").get_json()["records"]
    department_id = next(department["id"] for department in departments if department["code"] == "410")

    assert {record["department"]["id"] for record in caller.all_employees(departmentCode="410")} == {
        department_id
    }


@pytest.mark.parametrize(
    ("version", "query"),
    [
        (1, {"statusFilter": "Asleep"}),
        (1, {"statusFilter": ["Active", "Retired"]}),
        (1, {"employeeNumber": "NC-20417B"}),
        (2, {"departmentCode": "front"}),
        (2, {"workerCategory": "Volunteer"}),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(caller: Caller, version: int, query: dict[str, Any]) -> None:
    """400 that names the filter; version 1 knows whole numbers only."""
    answer = caller.employees(version=version, **query)

    assert (answer.status_code, list(answer.get_json()["Source"])) == (400, list(query))


def test_version_two_drops_and_adds_fields(caller: Caller) -> None:
    """Badge, second number and position start are version 1's; second surname, country, category are 2's."""
    one, two = (caller.one("second-surname", version, include="All") for version in (1, 2))

    assert set(one) - set(two) == {"alternateEmployeeNumber", "badgeNumber"}
    assert set(two) - set(one) == {"lastName2", "workCountryCode", "workerCategory"}
    assert set(one["positionData"]) - set(two["positionData"]) == {"effectiveStartDate"}
    assert set(two["positionData"]) - set(one["positionData"]) == {"departmentEffectiveDate"}
    assert (two["lastName2"], two["workerCategory"]) == ("Márquez", "Paid")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("hired-today", "2026-03-02T00:00:00"),
        ("future-hire", "2026-03-22T00:00:00"),
    ],
)
def test_dates_count_from_the_requested_day(caller: Caller, kind: str, expected: str) -> None:
    """Dates are relative to the day the company was made, and written without offset."""
    assert caller.one(kind, include="EmploymentDates")["employmentDateData"]["hireDate"] == expected


@pytest.mark.parametrize(
    ("kind", "tail"),
    [
        ("accents", "T00:00:00"),
        ("dates-with-z", "T00:00:00Z"),
        ("dates-only", ""),
        ("dates-with-milliseconds", "T00:00:00.000"),
    ],
)
def test_dates_come_in_four_spellings(caller: Caller, kind: str, tail: str) -> None:
    """No offset, Z, date only, milliseconds."""
    assert caller.one(kind, include="EmploymentDates")["employmentDateData"]["hireDate"][10:] == tail


def test_a_manager_is_ids_and_nothing_else(caller: Caller) -> None:
    """Id, number and a reference; the zero GUID means no manager, and the reference may be missing."""
    plain = caller.one("accents", include="Position")["positionData"]["manager"]

    assert set(plain) == {"id", "employeeNumber", "employee"}
    assert plain["employee"] == {"id": plain["id"], "url": f"/v1/employees/{plain['id']}"}
    assert caller.one("manager-zero-guid", include="Position")["positionData"]["manager"]["id"] == ZERO_GUID
    bare = caller.one("manager-without-reference", include="Position")["positionData"]["manager"]
    head = caller.box.company(NORTHFIELD.id).kinds()["second-entity-head"]
    assert (bare["employee"], bare["id"]) == (None, head)
    assert caller.one("no-manager", include="Position")["positionData"]["manager"] is None


def test_a_null_inside_a_block_is_not_a_missing_block(caller: Caller) -> None:
    """Without a job title the block comes, with a null in it."""
    assert caller.one("job-title-null", include="Position")["positionData"]["jobTitle"] is None


@pytest.mark.req("B5")
def test_9_the_list_needs_its_permission(caller: Caller) -> None:
    """403 in Paycor's words, naming the permission."""
    caller.control("permissions", remove=[permissions.EMPLOYEES])
    answer = caller.employees()

    assert (answer.status_code, answer.get_json()["Title"]) == (403, "Forbidden")
    assert permissions.EMPLOYEES in answer.get_json()["Detail"]


@pytest.mark.parametrize("include", sorted(BLOCKS))
def test_9_an_include_without_its_permission_refuses_the_call_or_stays_null(
    caller: Caller, include: str
) -> None:
    """Both readings, by switch; a block that was not requested needs no permission."""
    caller.control("permissions", remove=[permissions.LIST_INCLUDES[include]])
    refused, unasked = caller.employees(include="All").status_code, caller.employees().status_code
    caller.control("switches", missing_include="null")
    record = caller.employees(include="All").get_json()["records"][0]

    assert (refused, unasked, blocks_of(record)) == (403, 200, set(BLOCKS) - {include})


@pytest.mark.parametrize("entity", [190512, 999])
def test_10_a_legal_entity_outside_the_activation_is_refused(caller: Caller, entity: int) -> None:
    """Another tenant's or an unknown one: the same answer."""
    answer = caller.employees(entity)

    assert answer.status_code == 403
    assert (
        answer.get_json()["Detail"] == f"This Access Token does not have access to Legal Entity ID {entity}."
    )


def test_10_a_legal_entity_can_be_withdrawn_from_the_activation(caller: Caller) -> None:
    """It is gone from the list of those covered, its employees are refused, and the others answer as before."""
    caller.control("switches", withdrawn_entities=[190377])
    covered = caller.get("/v1/legalentities/ActivatedLegalEntityTenantList").get_json()

    assert [one["legalEntityId"] for one in covered["userLegalEntities"]] == [190204]
    assert (caller.employees(190377).status_code, caller.employees(190204).status_code) == (403, 200)


def test_one_employee_comes_unwrapped_and_the_same_as_in_the_list(caller: Caller) -> None:
    """Version 2, in any letter case of the id."""
    listed = caller.one("accents", 2, include="All")

    assert caller.get(f"/v2/employees/{listed['id'].upper()}", include="All").get_json() == listed


def test_one_employee_is_gone_from_version_one_unless_switched_on(caller: Caller) -> None:
    """404 by default, as in Paycor's newer document."""
    path = f"/v1/employees/{caller.one('accents')['id']}"
    gone = caller.get(path).status_code
    caller.control("switches", has_single_employee_v1=True)

    assert (gone, caller.get(path).get_json()["firstName"]) == (404, "Zoë")


def test_10_an_unknown_employee_is_not_found(caller: Caller) -> None:
    """404 for an unknown id, 403 for an id of another tenant's employee."""
    stranger = caller.box.companies()[1].employee_id(3)

    assert caller.get(f"/v2/employees/{ZERO_GUID}").status_code == 404
    assert caller.get(f"/v2/employees/{stranger}").status_code == 403


def test_one_employee_needs_permissions_of_its_own(caller: Caller) -> None:
    """Those of the list do not count for the single employee."""
    path = f"/v2/employees/{caller.one('accents')['id']}"
    caller.control("permissions", remove=["View Employee Status"])

    assert (caller.get(path).status_code, caller.get(path, include="Status").status_code) == (200, 403)


def test_the_same_seed_sends_the_same_bytes(caller: Caller) -> None:
    """Two reads of one page do not differ in a byte."""
    assert caller.employees(include="All").data == caller.employees(include="All").data
