"""The data endpoints against Paycor's own OpenAPI documents."""

import pytest

from connector.sandbox.company import NORTHFIELD
from connector.sandbox.paycor.data import permissions
from tests.sandbox.paycor import openapi
from tests.sandbox.paycor.caller import Caller

pytestmark = pytest.mark.req("X23")

BASE = "/legalentities/{legalEntityId}"

#: Where the wire differs from the documents, as the sheet of facts says: `Unknown` stood in the 2022 document; status
#: and type are null where a person has none; the address type is annotated as Work only, though Home can be requested.
WIRE_QUIRKS = {
    ("records.statusData.status", "'Unknown'"),
    ("records.statusData.status", "None"),
    ("records.statusData.type", "None"),
}
HOME_QUIRK = {("records.email.type", "'Home'")}


TENANT = "/tenants/{tenantId}"
#: What only an application with every permission gets to see.
EVERYTHING = sorted(permissions.ALL)


def filled(path: str, caller: Caller, version: int) -> str:
    """A path of the document with real ids in it."""
    parts = {"departmentId": "departments", "workLocationId": "worklocations"}
    path = f"/v{version}" + path.replace("{legalEntityId}", "190204").replace("{tenantId}", "226410")
    path = path.replace("{statusCategory}", "Termination")
    if "{personId}" in path:
        path = path.replace("{personId}", caller.one("accents")["person"]["id"])
    for name, collection in parts.items():
        if f"{{{name}}}" in path:
            records = caller.get(f"/v{version}/legalentities/190204/{collection}").get_json()["records"]
            path = path.replace(f"{{{name}}}", records[0]["id"])
    return path.replace("{employeeId}", caller.box.company(NORTHFIELD.id).kinds()["accents"])


@pytest.mark.parametrize(
    ("version", "path", "query"),
    [
        (1, "/legalentities/ActivatedLegalEntityTenantList", {}),
        (1, BASE, {}),
        (1, BASE, {"include": "All"}),
        (1, f"{BASE}/departments", {}),
        (1, f"{BASE}/departments/{{departmentId}}", {}),
        (1, f"{BASE}/worklocations", {}),
        (1, f"{BASE}/worklocations/{{workLocationId}}", {}),
        (1, f"{BASE}/onboardingemployees", {}),
        (1, f"{BASE}/jobtitles", {}),
        (1, f"{BASE}/statusReasons/{{statusCategory}}", {}),
        (1, f"{BASE}/certifications", {}),
        (1, f"{BASE}/certificationOrganizations", {}),
        (1, TENANT, {}),
        (1, f"{TENANT}/employees", {}),
        (1, f"{TENANT}/persons", {}),
        (1, f"{TENANT}/persons/{{personId}}", {"include": "EmployeeAssignments"}),
        (1, f"{TENANT}/jobtitles", {}),
        (1, f"{TENANT}/worklocations", {}),
        (1, "/employees/{employeeId}/customfields", {}),
        (1, "/employees/{employeeId}/certifications", {}),
        (2, f"{TENANT}/employees", {}),
        (2, "/employees/{employeeId}", {"include": "All"}),
        (2, f"{BASE}/departments", {}),
        (2, f"{BASE}/worklocations", {}),
        (2, f"{BASE}/onboardingemployees", {}),
    ],
)
def test_an_answer_is_what_the_document_says(
    caller: Caller, version: int, path: str, query: dict[str, str]
) -> None:
    """Names, types, enumerations; no property more and none less."""
    schema = openapi.answer_schema(version, f"/v{version}{path}")
    answer = caller.get(filled(path, caller, version), **query)

    assert (answer.status_code, openapi.problems(schema, answer.get_json())) == (200, set())


#: Every way to a person, each with includes of its own.
PERSON_PATHS = (
    "/legalEntities/{legalEntityId}/persons",
    "/tenants/{tenantId}/persons/{personId}",
    "/employees/{employeeId}/person",
)


@pytest.mark.parametrize("path", PERSON_PATHS)
@pytest.mark.parametrize("planted", [False, True])
def test_persons_are_what_the_document_says(caller: Caller, path: str, planted: bool) -> None:
    """Every block, private facts included."""
    caller.control("permissions", permissions=EVERYTHING)
    caller.control("switches", plants_private_facts=planted)
    schema = openapi.answer_schema(1, f"/v1{path}")
    answer = caller.get(filled(path, caller, 1), include="All")

    assert (answer.status_code, openapi.problems(schema, answer.get_json())) == (200, set())


@pytest.mark.parametrize("planted", [False, True])
def test_identifying_facts_are_what_the_document_says(caller: Caller, planted: bool) -> None:
    """With and without what travels along."""
    caller.control("permissions", permissions=EVERYTHING)
    caller.control("switches", plants_private_facts=planted)
    path = f"{BASE}/employeesIdentifyingData"
    answer = caller.get(filled(path, caller, 1))

    assert openapi.problems(openapi.answer_schema(1, f"/v1{path}"), answer.get_json()) == set()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", f"{BASE}/customfields", {}),
        ("put", "/employees/{employeeId}/customfields", []),
        ("post", "/employees/{employeeId}/certifications", {"certificationName": "First Aid"}),
    ],
)
def test_an_answer_to_a_body_is_what_the_document_says(
    caller: Caller, method: str, path: str, body: object
) -> None:
    """The POST that reads, and the two ways of writing."""
    caller.control("permissions", permissions=EVERYTHING)
    schema = openapi.answer_schema(1, f"/v1{path}", method)
    answer = caller.send(method.upper(), filled(path, caller, 1), body)

    assert (answer.status_code, openapi.problems(schema, answer.get_json())) == (200, set())


def test_a_changed_certification_is_what_the_document_says(caller: Caller) -> None:
    """The answer to a PUT, and what is read afterwards."""
    caller.control("permissions", permissions=EVERYTHING)
    path = "/employees/{employeeId}/certifications"
    made = caller.send("POST", filled(path, caller, 1), {"certificationName": "Made Up"}).get_json()
    body = {"employeeCertificationId": made["resourceUrl"]["id"], "notes": "x"}
    changed = caller.send("PUT", filled(path, caller, 1), body).get_json()
    listed = caller.get(filled(path, caller, 1)).get_json()

    assert openapi.problems(openapi.answer_schema(1, f"/v1{path}", "put"), changed) == set()
    assert openapi.problems(openapi.answer_schema(1, f"/v1{path}"), listed) == set()


def test_every_certification_is_what_the_document_says(caller: Caller) -> None:
    """Those without a number, an organization or an end as well."""
    schema = openapi.answer_schema(1, "/v1/employees/{employeeId}/certifications")
    found = [
        openapi.problems(schema, caller.get(f"/v1/employees/{one['id']}/certifications").get_json())
        for one in caller.all_employees()
    ]

    assert set().union(*found) == set()


def test_two_answers_differ_from_the_document_on_purpose(caller: Caller) -> None:
    """An employee's custom fields as the older document has them: a bare array; errors in PascalCase."""
    path = "/employees/{employeeId}/customfields"
    schema = openapi.answer_schema(1, f"/v1{path}")
    caller.control("switches", custom_fields_as_array=True)
    bare = caller.get(filled(path, caller, 1)).get_json()
    error = caller.get("/v1/nothing").get_json()
    documented = openapi.document(1)["components"]["schemas"]["PaycorError"]["properties"]

    assert openapi.problems(schema["properties"]["records"], bare) == set()
    assert {name[:1].lower() + name[1:] for name in error} == set(documented)


@pytest.mark.parametrize("version", [1, 2])
def test_employees_after_a_month_are_still_what_the_document_says(caller: Caller, version: int) -> None:
    """Whatever the days have done to people."""
    caller.control("company", days=30)
    schema = openapi.answer_schema(version, f"/v{version}{BASE}/employees")

    assert (
        openapi.problems(schema, caller.employees(version=version, include="All").get_json()) <= WIRE_QUIRKS
    )


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    ("entity", "query", "quirks"),
    [
        (190204, {}, set()),
        (190204, {"include": "All"}, WIRE_QUIRKS),
        (190204, {"emailType": "Home"}, HOME_QUIRK),
        (190377, {"include": "All"}, set()),
        (190377, {"include": "All", "emailType": "Home"}, HOME_QUIRK),
    ],
)
def test_employees_are_what_the_document_says_but_for_known_quirks(
    caller: Caller, version: int, entity: int, query: dict[str, str], quirks: set[tuple[str, str]]
) -> None:
    """All employees, edge cases included; the only differences are those of the fact sheet."""
    schema = openapi.answer_schema(version, f"/v{version}{BASE}/employees")
    answer = caller.employees(entity, version, **query)

    assert openapi.problems(schema, answer.get_json()) == quirks


@pytest.mark.parametrize("version", [1, 2])
def test_the_schema_check_can_fail(caller: Caller, version: int) -> None:
    """A misspelt property, a wrong type and a missing one are all noticed."""
    schema = openapi.answer_schema(version, f"/v{version}{BASE}/employees")
    page = caller.employees(version=version, include="All").get_json()
    record = page["records"][20]
    record["firstname"] = record["firstName"]
    record["employeeNumber"] = 7
    del record["statusData"]["flsa"]

    paths = {path for path, _ in openapi.problems(schema, page) - WIRE_QUIRKS}

    assert paths >= {"records.employeeNumber", "records.statusData"}
