"""The data endpoints against Paycor's own OpenAPI documents."""

import pytest

from connector.sandbox.company import NORTHFIELD
from tests.sandbox.paycor import openapi
from tests.sandbox.paycor.caller import Caller

pytestmark = pytest.mark.req("X23")

BASE = "/legalentities/{legalEntityId}"

#: Where the wire differs from the documents, as the sheet of facts says: `Unknown` stood in the 2022 document; status
#: and type are null where a person has none; the address type is annotated as Work only, though Home can be asked for.
WIRE_QUIRKS = {
    ("records.statusData.status", "'Unknown'"),
    ("records.statusData.status", "None"),
    ("records.statusData.type", "None"),
}
HOME_QUIRK = {("records.email.type", "'Home'")}


def filled(path: str, caller: Caller, version: int) -> str:
    """A path of the document with real ids in it."""
    parts = {"departmentId": "departments", "workLocationId": "worklocations"}
    path = f"/v{version}" + path.replace("{legalEntityId}", "190204")
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
    """Everybody, oddities included; where the wire differs, it differs exactly as the sheet of facts says."""
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

    places = {place for place, _ in openapi.problems(schema, page) - WIRE_QUIRKS}

    assert places >= {"records.employeeNumber", "records.statusData"}
