"""The control endpoints: records, days, permissions, switches, and who may call them."""

from typing import Any

import pytest

from connector.sandbox.company import NORTHFIELD
from tests.sandbox.paycor.caller import Caller

pytestmark = pytest.mark.req("X23")


def record_of(caller: Caller, index: int, **query: Any) -> dict[str, Any] | None:
    """The list's record of the person at an index; None when they are not in it."""
    employee_id = caller.box.company(NORTHFIELD.id).employee_id(index)
    records = caller.all_employees(include="All", **query) + caller.all_employees(
        190377, include="All", **query
    )
    return next((record for record in records if record.get("id") == employee_id), None)


@pytest.mark.parametrize(
    ("patch", "block", "field", "expected"),
    [
        ({"set": {"email": None}}, None, "email", None),
        ({"set": {"email.emailAddress": None}}, "email", "emailAddress", None),
        (
            {"set": {"employmentDateData.hireDate": "31/02/2026"}},
            "employmentDateData",
            "hireDate",
            "31/02/2026",
        ),
        ({"set": {"socialSecurityNumber": "000-00-0000"}}, None, "socialSecurityNumber", "000-00-0000"),
        ({"fields": {"job_title": "Head of Smiles"}}, "positionData", "jobTitle", "Head of Smiles"),
        ({"fields": {"terminated_on": "2026-02-27"}}, "statusData", "status", "Terminated"),
        ({"fields": {"terminated_on": "2026-03-05"}}, "statusData", "status", "Active"),
    ],
)
def test_a_record_can_be_changed_or_broken(
    caller: Caller, patch: dict[str, Any], block: str | None, field: str, expected: object
) -> None:
    """At the person, so that the blocks agree, or at the finished record, so that anything goes."""
    caller.control("records", index=1, **patch)
    record = record_of(caller, 1) or {}

    assert (record if block is None else record[block])[field] == expected


def test_a_field_can_be_dropped(caller: Caller) -> None:
    """Even the id."""
    caller.control("records", index=1, drop=["id", "positionData.jobTitle"])
    broken = [record for record in caller.all_employees(include="Position") if "id" not in record]

    assert [("jobTitle" in record["positionData"]) for record in broken] == [False]


def test_a_patched_block_that_was_not_requested_stays_null(caller: Caller) -> None:
    """Breaking a field does not conjure up its block."""
    caller.control("records", index=1, set={"positionData.jobTitle": "x"})

    assert caller.employees().get_json()["records"][1]["positionData"] is None


def test_a_person_can_vanish_and_come_back(caller: Caller) -> None:
    """Removed from the list and from the single call; all others stay."""
    id_ = caller.control("records", index=1, removed=True).get_json()["id"]
    gone = (record_of(caller, 1), len(caller.all_employees()), caller.get(f"/v2/employees/{id_}").status_code)
    caller.http.delete("/_control/records", query_string={"id": id_})

    assert gone == (None, 47, 404)
    assert record_of(caller, 1) is not None


def test_patches_add_up_and_are_listed(caller: Caller) -> None:
    """A second patch keeps the first; by id as well as by index; cleared all together."""
    id_ = caller.control("records", index=1, set={"badgeNumber": "7"}).get_json()["id"]
    caller.control("records", id=id_.upper(), fields={"job_title": "Cook"})
    record = record_of(caller, 1) or {}
    listed = caller.http.get("/_control/records").get_json()["patches"]
    caller.http.delete("/_control/records")

    assert (record["badgeNumber"], record["positionData"]["jobTitle"], list(listed)) == ("7", "Cook", [id_])
    assert caller.http.get("/_control/records").get_json()["patches"] == {}


def test_filters_see_the_patched_person(caller: Caller) -> None:
    """An employee put on leave is found under the new status."""
    caller.control("records", index=1, fields={"status": "Fmla"})

    assert record_of(caller, 1, statusFilter="Fmla") is not None


def test_the_single_employee_is_patched_too(caller: Caller) -> None:
    """List and single call agree."""
    id_ = caller.control("records", index=1, set={"firstName": "Nemo"}).get_json()["id"]

    assert caller.get(f"/v2/employees/{id_}").get_json()["firstName"] == "Nemo"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "index"),
        ({"index": 60}, "0 to 59"),
        ({"index": -1}, "0 to 59"),
        ({"id": "nobody"}, "id"),
        ({"index": 1, "tenantId": 5}, "tenantId"),
        ({"index": 1, "fields": {"shoe_size": 44}}, "shoe_size"),
        ({"index": 1, "fields": {"hired_on": "31/02/2026"}}, "hired_on"),
        ({"index": 1, "sets": {}}, "sets"),
    ],
)
def test_a_patch_that_makes_no_sense_says_why(caller: Caller, body: dict[str, Any], words: str) -> None:
    """400 that names what is wrong; nothing is planted."""
    answer = caller.http.post("/_control/records", json=body)

    assert (answer.status_code, words in answer.get_json()["error"]) == (400, True)
    assert caller.box.overlay.planted() == {}


def test_the_day_moves_by_days_or_to_a_date(caller: Caller) -> None:
    """Sixteen days on, the coming termination has happened; and back."""
    kind = "future-termination"
    before = caller.one(kind, include="Status")["statusData"]["status"]
    moved = caller.control("company", days=16).get_json()
    after = caller.one(kind, include="Status")["statusData"]["status"]
    back = caller.control("company", today="2026-03-02").get_json()

    assert (before, after) == ("Active", "Terminated")
    assert (moved["today"], back["today"], back["anchor"]) == ("2026-03-18", "2026-03-02", "2026-03-02")


@pytest.mark.parametrize("body", [{"days": "soon"}, {"today": "2.3.2026"}, {"today": 5}, {"days": 10**9}])
def test_a_day_that_makes_no_sense_says_why(caller: Caller, body: dict[str, Any]) -> None:
    """400, and the company stays where it is."""
    answer = caller.http.post("/_control/company", json=body)

    assert (answer.status_code, "YYYY-MM-DD" in answer.get_json()["error"]) == (400, True)
    assert caller.box.today.isoformat() == "2026-03-02"


def test_permissions_can_be_added_and_removed(caller: Caller) -> None:
    """All at once, one by one, and for a scope version of its own."""
    everything = set(caller.box.permissions[caller.box.application.scope])
    taken = set(caller.control("permissions", remove=["View Employee Status"]).get_json()["permissions"])
    after_adding = set(caller.control("permissions", add=["View Employee Status"]).get_json()["permissions"])
    new = caller.control("permissions", scope="f" * 32, permissions=["View Employee Status"]).get_json()

    assert (everything - taken, after_adding) == ({"View Employee Status"}, everything)
    assert caller.http.get("/_control/permissions").get_json()["f" * 32] == new["permissions"]
    assert caller.authorize(scope="f" * 32).status_code == 200


def test_an_unknown_permission_is_refused(caller: Caller) -> None:
    """400 that names it."""
    answer = caller.http.post("/_control/permissions", json={"add": ["View Everything"]})

    assert (answer.status_code, "View Everything" in answer.get_json()["error"]) == (400, True)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"calls_per_minute": 0}, "calls_per_minute"),
        ({"missing_include": "maybe"}, "missing_include"),
        ({"x": 1}, "x"),
    ],
)
def test_a_switch_that_makes_no_sense_says_why(caller: Caller, body: dict[str, Any], words: str) -> None:
    """400 that names the switch; all switches stay as they are."""
    before = caller.box.switches
    answer = caller.http.post("/_control/switches", json=body)

    assert (answer.status_code, words in answer.get_json()["error"], caller.box.switches) == (
        400,
        True,
        before,
    )


def test_an_unknown_oauth_action_lists_the_known_ones(caller: Caller) -> None:
    """400 with every action."""
    answer = caller.http.post("/_control/oauth", json={"action": "explode"})

    assert (answer.status_code, "die-after-rotate" in answer.get_json()["error"]) == (400, True)


def test_control_is_for_this_machine_only(caller: Caller) -> None:
    """A caller from elsewhere is refused."""
    answer = caller.http.get("/_control/calls", environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert answer.status_code == 403


def test_a_web_page_cannot_steer_the_sandbox(caller: Caller) -> None:
    """A plain form, which any page may post, is not understood."""
    answer = caller.http.post("/_control/company", data={"days": "1"})

    assert (answer.status_code, caller.box.today.isoformat()) == (415, "2026-03-02")


def test_the_overview_shows_entities_users_and_calls_without_secrets(caller: Caller) -> None:
    """For people: what is there and how to steer it; no token, key or client secret."""
    caller.employees()
    page = caller.http.get("/_control").text
    application = caller.box.application
    secrets = (application.client_secret, application.subscription_key, caller.access_token)

    assert [
        words for words in ("190204", "dana.whitfield", "status-500", "accents") if words not in page
    ] == []
    assert [secret for secret in secrets if secret in page] == []
