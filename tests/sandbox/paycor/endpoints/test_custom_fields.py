"""Custom fields: the POST that reads, the list of one employee in both shapes, changes by PUT."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from connector.sandbox.company.person import ZERO_GUID
from connector.sandbox.paycor.data import permissions
from tests.sandbox.paycor.caller import Caller

pytestmark = pytest.mark.req("X23")

ALL = "/v1/legalentities/190204/customfields"


@pytest.fixture
def of_one(caller: Caller) -> str:
    """The path of one employee's custom fields."""
    return f"/v1/employees/{caller.id_of('accents')}/customfields"


@pytest.fixture
def writer(caller: Caller) -> Caller:
    """A caller who may change custom fields."""
    caller.control("permissions", add=[permissions.UPDATE_CUSTOM_FIELDS])
    return caller


def read(caller: Caller, *filters: dict[str, str], entity: int = 190204) -> list[dict[str, Any]]:
    """Every item of the POST that reads."""
    items: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        body = {"filters": list(filters)} if filters else {}
        page = caller.send("POST", f"/v1/legalentities/{entity}/customfields", body, **token).get_json()
        items += page["records"]
        if not page["hasMoreResults"]:
            return items
        token = {"continuationToken": page["continuationToken"]}


def field(items: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """The item of a field."""
    return next(item for item in items if item["fieldName"] == name)


def test_18_a_post_reads_all_employees_custom_fields(caller: Caller) -> None:
    """Eight items a person, a hundred a page, without the choices; each type of field is there."""
    caller.control("switches", records_per_page=37)
    items = read(caller)

    assert len(items) == 48 * 8
    assert len({(item["employee"]["id"], item["customFieldId"]) for item in items}) == len(items)
    assert len({item["dataType"] for item in items}) == 8
    assert "customFieldsOptions" not in items[0]
    assert caller.http.get("/_control/calls", query_string={"method": "PUT"}).get_json()["count"] == 0


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([{"fieldName": "lms group"}], {("LMS Group", "Clinical"), ("LMS Group", "Office")}),
        ([{"fieldName": "LMS Group", "fieldValue": "clinical"}], {("LMS Group", "Clinical")}),
        (
            [
                {"fieldName": "LMS Group", "fieldValue": "Office"},
                {"fieldName": "Drives for Work", "fieldValue": "No"},
            ],
            {("LMS Group", "Office"), ("Drives for Work", "No")},
        ),
        ([{"fieldName": "Shoe Size"}], set()),
    ],
)
def test_18_the_post_is_filtered_by_name_and_value(
    caller: Caller, filters: list[dict[str, str]], expected: set[tuple[str, str]]
) -> None:
    """In any letter case; an unknown field gives an empty list."""
    assert {(item["fieldName"], item["value"]) for item in read(caller, *filters)} == expected


def test_18_a_token_is_bound_to_the_filters_of_the_body(caller: Caller) -> None:
    """The same token with other filters is refused."""
    caller.control("switches", records_per_page=5)
    body = {"filters": [{"fieldName": "Desk"}]}
    token = caller.send("POST", ALL, body).get_json()["continuationToken"]
    other = {"filters": [{"fieldName": "Languages"}]}

    assert caller.send("POST", ALL, body, continuationToken=token).status_code == 200
    assert caller.send("POST", ALL, other, continuationToken=token).status_code == 400


def problem(answer: TestResponse) -> tuple[int, str | None, set[str]]:
    """Status, content type and keys of an answer that should be problem details."""
    return answer.status_code, answer.mimetype, set(answer.get_json())


PROBLEM_KEYS = {"type", "title", "status", "detail", "instance"}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"filters": [{"fieldValue": "x"}]}, id="a value without a name"),
        pytest.param({"filters": [{"fieldName": " "}]}, id="a blank name"),
        pytest.param({"filters": ["x"]}, id="no object"),
        pytest.param([], id="no object at all"),
    ],
)
def test_18_errors_of_the_post_are_problem_details(caller: Caller, body: object) -> None:
    """RFC 7807, in small letters, unlike every other error."""
    answer = caller.send("POST", ALL, body)

    assert problem(answer) == (400, "application/problem+json", PROBLEM_KEYS)
    assert answer.get_json()["status"] == 400


def test_18_refusals_of_the_post_are_problem_details_too(caller: Caller) -> None:
    """403 without the permission and for a foreign legal entity, 401 with a dead token; the gateway's stay its own."""
    foreign = problem(caller.send("POST", "/v1/legalentities/190512/customfields", {}))
    no_key = caller.http.post(ALL, json={}, headers=caller.headers(Ocp_Apim_Subscription_Key=None)).get_json()
    caller.control("permissions", remove=[permissions.ALL_CUSTOM_FIELDS])
    lost = problem(caller.send("POST", ALL, {}))
    caller.control("oauth", action="expire-access-tokens")
    dead = problem(caller.send("POST", ALL, {}))

    assert (foreign, lost) == ((403, "application/problem+json", PROBLEM_KEYS),) * 2
    assert dead == (401, "application/problem+json", PROBLEM_KEYS)
    assert set(no_key) == {"statusCode", "message"}


def test_18_a_fault_of_the_server_there_is_a_plain_paycor_error(caller: Caller) -> None:
    """Only what begins with 4 is problem details."""
    caller.control("faults", kind="status-500", path="*/customfields")

    assert set(caller.send("POST", ALL, {}).get_json()) == {"CorrelationId", "Title", "Detail", "Source"}


def test_one_employees_fields_come_as_a_page_or_by_switch_as_an_array(caller: Caller, of_one: str) -> None:
    """The newer document and the older one: the same items."""
    paged = caller.get(of_one).get_json()
    caller.control("switches", custom_fields_as_array=True)
    bare = caller.get(of_one).get_json()

    assert (paged["records"], paged["hasMoreResults"]) == (bare, False)
    assert field(bare, "Drives for Work")["customFieldsOptions"] == ["Yes", "No"]
    assert field(bare, "Desk")["customFieldsOptions"] == []


def test_the_list_of_one_and_the_post_agree(caller: Caller, of_one: str) -> None:
    """Item by item, but for the choices."""
    mine = [item for item in read(caller) if item["employee"]["id"] == caller.id_of("accents")]
    listed = caller.get(of_one).get_json()["records"]

    assert [{k: v for k, v in item.items() if k != "customFieldsOptions"} for item in listed] == mine


def test_17_a_custom_field_is_changed_by_put(writer: Caller, of_one: str) -> None:
    """Seen by both calls, with the instant of the change; the same again changes nothing more."""
    group = field(writer.get(of_one).get_json()["records"], "LMS Group")
    answer = writer.send("PUT", of_one, [{"customFieldId": group["customFieldId"].upper(), "value": "Field"}])
    changed = field(writer.get(of_one).get_json()["records"], "LMS Group")

    assert (answer.status_code, answer.get_json()["resourceUrl"]["url"]) == (200, of_one)
    assert (changed["value"], changed["dateModified"][:10]) == ("Field", writer.box.today.isoformat())
    assert [
        item["employee"]["id"] for item in read(writer, {"fieldName": "LMS Group", "fieldValue": "Field"})
    ] == [writer.id_of("accents")]


@pytest.mark.parametrize(
    ("changes", "source"),
    [
        ([{"value": "x"}], "[0].customFieldId"),
        ([{"customFieldId": "{group}"}], "[0].value"),
        ([{"customFieldId": ZERO_GUID, "value": "x"}], "[0].customFieldId"),
        ([{"customFieldId": "{group}", "value": "Space"}], "[0].value"),
        ([{"customFieldId": "{group}", "value": "Field"}, {}], "[1].customFieldId"),
    ],
)
def test_17_a_change_that_is_wrong_changes_nothing(
    writer: Caller, of_one: str, changes: list[dict[str, str]], source: str
) -> None:
    """400 that names the position; the valid changes are not kept either."""
    before = writer.get(of_one).get_json()
    group = field(before["records"], "LMS Group")["customFieldId"]
    sent = [{name: value.replace("{group}", group) for name, value in one.items()} for one in changes]
    answer = writer.send("PUT", of_one, sent)

    assert (answer.status_code, list(answer.get_json()["Source"])) == (400, [source])
    assert writer.get(of_one).get_json() == before


def test_17_several_choices_fit_a_pick_list_only(writer: Caller, of_one: str) -> None:
    """A drop-down takes one."""
    items = writer.get(of_one).get_json()["records"]
    statuses = [
        writer.send(
            "PUT", of_one, [{"customFieldId": field(items, name)["customFieldId"], "value": value}]
        ).status_code
        for name, value in (("Languages", "French, Spanish"), ("Drives for Work", "Yes, No"))
    ]

    assert statuses == [200, 400]


def test_9_changing_needs_an_added_permission(caller: Caller, of_one: str) -> None:
    """Reading one employee's fields does not include it."""
    assert (caller.get(of_one).status_code, caller.send("PUT", of_one, []).status_code) == (200, 403)


def test_10_custom_fields_of_an_unknown_employee_are_not_found(caller: Caller) -> None:
    """404 for an unknown employee."""
    assert caller.get(f"/v1/employees/{ZERO_GUID}/customfields").status_code == 404


def test_a_body_that_is_no_json_is_refused(writer: Caller, of_one: str) -> None:
    """415 for a form, 400 for half a body."""
    form = writer.http.put(of_one, data={"a": "b"}, headers=writer.headers())
    half = writer.http.put(of_one, data="[{", content_type="application/json", headers=writer.headers())

    assert (form.status_code, half.status_code) == (415, 400)


def test_a_removed_employee_has_no_custom_fields(caller: Caller) -> None:
    """Neither in the bulk nor alone."""
    id_ = caller.control("records", index=20, removed=True).get_json()["id"]

    assert id_ not in {item["employee"]["id"] for item in read(caller)}
    assert caller.get(f"/v1/employees/{id_}/customfields").status_code == 404
