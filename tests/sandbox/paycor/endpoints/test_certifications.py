"""Certifications: read, added, changed; stored though the answer was an error; duplicates taken as they come."""

from typing import Any
from uuid import UUID

import pytest

from connector.sandbox.company.person import ZERO_GUID
from connector.sandbox.paycor.data import permissions
from tests.sandbox.paycor.caller import Caller

pytestmark = pytest.mark.req("X23")

COURSE = {
    "certificationName": "Workplace Harassment Prevention 2026",
    "certificationNumber": "LMS-88231-004172",
    "certificationOrganizationName": "Northfield Academy",
    "effectiveDate": "2026-04-02",
    "expirationDate": "2027-04-02",
    "notes": "Score 96",
}


@pytest.fixture
def writer(caller: Caller) -> Caller:
    """A caller who may add and change certifications."""
    caller.control("permissions", add=[permissions.WRITE_CERTIFICATES])
    return caller


@pytest.fixture
def path(caller: Caller) -> str:
    """The path of one employee's certifications."""
    return f"/v1/employees/{caller.id_of('accents')}/certifications"


def held(caller: Caller, path: str, number: str | None = None) -> list[dict[str, Any]]:
    """An employee's certifications, or those with a number."""
    return [one for one in caller.walked(path) if number in (None, one["certificationNumber"])]


def test_certifications_are_over_current_or_without_an_end(caller: Caller) -> None:
    """Over all employees; some have none."""
    today = caller.box.today.isoformat()
    all_employees = [
        caller.walked(f"/v1/employees/{one['id']}/certifications") for one in caller.all_employees()
    ]
    ends = [one["expirationDate"] for some in all_employees for one in some]

    assert (None in ends, [] in all_employees) == (True, True)
    assert {end < today for end in ends if end} == {True, False}


def test_17_a_certification_is_added_and_read_back(writer: Caller, path: str) -> None:
    """200 with a new id, which is that of the employee's certification; every field is kept."""
    before = held(writer, path)
    answer = writer.send("POST", path, COURSE)
    reference = answer.get_json()["resourceUrl"]
    added = held(writer, path)[len(before) :]

    assert (answer.status_code, reference["url"], str(UUID(reference["id"]))) == (200, path, reference["id"])
    assert [one["employeeCertificationId"] for one in added] == [reference["id"]]
    assert {name: added[0][name] for name in COURSE} == {
        **COURSE,
        "effectiveDate": "2026-04-02T00:00:00",
        "expirationDate": "2027-04-02T00:00:00",
    }


def test_17_the_same_certification_again_is_another_one(writer: Caller, path: str) -> None:
    """No key marks a repetition: two POSTs, two certifications."""
    ids = {writer.send("POST", path, COURSE).get_json()["resourceUrl"]["id"] for _ in range(2)}

    assert len(ids) == len(held(writer, path, COURSE["certificationNumber"])) == 2


@pytest.mark.parametrize(
    ("kind", "status"), [("stored-500", 500), ("stored-504", 504), ("stored-reset", 502)]
)
def test_17_an_answer_can_be_an_error_though_the_certification_was_stored(
    writer: Caller, path: str, kind: str, status: int
) -> None:
    """A client that posts again posts twice; one that reads first finds it."""
    writer.control("faults", kind=kind, path="*/certifications", method="POST")
    answer = writer.send("POST", path, COURSE)

    assert (answer.status_code, b"resourceUrl" in answer.data) == (status, False)
    assert len(held(writer, path, COURSE["certificationNumber"])) == 1


def test_16_a_plain_error_stores_nothing(writer: Caller, path: str) -> None:
    """The other 500 looks the same and is not."""
    writer.control("faults", kind="status-500", path="*/certifications", method="POST")

    assert (
        writer.send("POST", path, COURSE).status_code,
        held(writer, path, COURSE["certificationNumber"]),
    ) == (
        500,
        [],
    )


def test_17_what_is_refused_is_refused_whatever_the_fault(writer: Caller, path: str) -> None:
    """A fault that spoils the answer leaves an honest 400 alone."""
    writer.control("faults", kind="stored-500", path="*/certifications", every=True)

    assert writer.send("POST", path, {}).status_code == 400


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"certificationName": None}, "certificationName"),
        ({"certificationName": ""}, "certificationName"),
        ({"certificationName": 7}, "certificationName"),
        ({"effectiveDate": "31/02/2026"}, "effectiveDate"),
        ({"expirationDate": "2026-04-01"}, "expirationDate"),
        ({"notes": ["x"]}, "notes"),
    ],
)
def test_17_a_certification_that_is_wrong_is_refused(
    writer: Caller, path: str, change: dict[str, object], field: str
) -> None:
    """400 whose Source names the field; nothing is stored."""
    before = held(writer, path)
    answer = writer.send("POST", path, {**COURSE, **change})

    assert (answer.status_code, list(answer.get_json()["Source"])) == (400, [field])
    assert held(writer, path) == before


def test_17_a_name_is_enough(writer: Caller, path: str) -> None:
    """Everything else is null."""
    writer.send("POST", path, {"certificationName": "First Aid"})
    added = held(writer, path)[-1]

    assert {name for name, value in added.items() if value is not None} == {
        "certificationId",
        "certificationName",
        "employeeCertificationId",
    }


def test_17_number_dates_and_notes_can_be_changed(writer: Caller, path: str) -> None:
    """By the id in the body, in any letter case; the name stays, and what is not sent stays."""
    id_ = writer.send("POST", path, COURSE).get_json()["resourceUrl"]["id"]
    body = {
        "employeeCertificationId": id_.upper(),
        "certificationName": "Other",
        "expirationDate": "2028-01-31",
    }
    answer = writer.send("PUT", path, body)
    changed = held(writer, path)[-1]

    assert (answer.status_code, answer.get_json()["resourceUrl"]["id"]) == (200, id_)
    assert changed["expirationDate"] == "2028-01-31T00:00:00"
    assert (changed["certificationName"], changed["notes"]) == (COURSE["certificationName"], "Score 96")
    assert len(held(writer, path, COURSE["certificationNumber"])) == 1


def test_17_a_certification_from_before_can_be_changed_too(writer: Caller) -> None:
    """It keeps its position in the list."""
    company = writer.box.companies()[0]
    paths = [f"/v1/employees/{company.employee_id(index)}/certifications" for index in range(10)]
    path = next(path for path in paths if len(held(writer, path)) >= 2)
    first, *others = held(writer, path)
    writer.send(
        "PUT",
        path,
        {"employeeCertificationId": first["employeeCertificationId"], "certificationNumber": "N-1"},
    )

    assert held(writer, path) == [{**first, "certificationNumber": "N-1"}, *others]


@pytest.mark.parametrize(
    ("body", "status"), [({"employeeCertificationId": ZERO_GUID}, 404), ({"notes": "x"}, 400)]
)
def test_17_changing_what_is_not_there_is_refused(
    writer: Caller, path: str, body: dict[str, str], status: int
) -> None:
    """404 for an unknown id, 400 without one."""
    assert writer.send("PUT", path, body).status_code == status


def test_17_another_employees_certification_cannot_be_changed(writer: Caller, path: str) -> None:
    """The id counts at its own employee only."""
    id_ = writer.send("POST", path, COURSE).get_json()["resourceUrl"]["id"]
    other = f"/v1/employees/{writer.id_of('apostrophe')}/certifications"

    assert writer.send("PUT", other, {"employeeCertificationId": id_}).status_code == 404


def test_a_new_name_joins_the_lists_of_the_tenant(writer: Caller, path: str) -> None:
    """Once, however often it is used and however it is written; so does an organization."""
    before = len(writer.walked("/v1/legalentities/190204/certifications"))
    for name in ("Ladder Safety", "LADDER SAFETY"):
        writer.send("POST", path, {"certificationName": name, "certificationOrganizationName": "Ladders Inc"})
    listed = writer.walked("/v1/legalentities/190377/certifications")
    organizations = writer.walked("/v1/legalentities/190377/certificationOrganizations")
    added = held(writer, path)[-1]

    assert (len(listed), listed[-1]["certificationName"]) == (before + 1, "Ladder Safety")
    assert added["certificationId"] == listed[-1]["certificationId"]
    assert added["certificationOrganizationId"] == organizations[-1]["certificationOrganizationId"]


def test_a_new_name_can_be_refused_by_switch(writer: Caller, path: str) -> None:
    """The other reading of the documents; known names still work in any letter case."""
    writer.control("switches", unknown_certification="refused")
    unknown = writer.send("POST", path, {"certificationName": "Ladder Safety"})

    assert (unknown.status_code, list(unknown.get_json()["Source"])) == (400, ["certificationName"])
    assert writer.send("POST", path, {"certificationName": "first aid"}).status_code == 200


def test_9_writing_needs_an_added_permission(caller: Caller, path: str) -> None:
    """Reading does not include it."""
    statuses = [caller.send(method, path, COURSE).status_code for method in ("POST", "PUT")]

    assert (caller.get(path).status_code, statuses) == (200, [403, 403])


def test_10_certifications_of_an_unknown_employee_are_not_found(writer: Caller) -> None:
    """404 for an unknown employee, 403 for another tenant's."""
    stranger = writer.box.companies()[1].employee_id(3)

    assert writer.send("POST", f"/v1/employees/{ZERO_GUID}/certifications", COURSE).status_code == 404
    assert writer.send("POST", f"/v1/employees/{stranger}/certifications", COURSE).status_code == 403
