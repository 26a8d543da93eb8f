"""Faults on request: each kind, and which call it strikes."""

import json
from typing import Any

import pytest
from msgspec import ValidationError

from connector.sandbox.paycor.state.faults import parse_fault
from tests.sandbox.paycor.caller import Caller

pytestmark = pytest.mark.req("X23")

PAGE = {"path": "*/employees"}


@pytest.mark.parametrize(
    ("fault", "statuses"),
    [
        pytest.param({}, [500, 200, 200, 200], id="the first call"),
        pytest.param({"nth": 3}, [200, 200, 500, 200], id="the third call"),
        pytest.param({"nth": 2, "times": 2}, [200, 500, 500, 200], id="two from the second on"),
        pytest.param({"every": True}, [500, 500, 500, 500], id="every call"),
        pytest.param({"path": "*/departments"}, [200, 200, 200, 200], id="other calls"),
        pytest.param({"method": "POST"}, [200, 200, 200, 200], id="another method"),
    ],
)
def test_16_a_fault_strikes_the_calls_it_is_planted_for(
    caller: Caller, fault: dict[str, Any], statuses: list[int]
) -> None:
    """By path, method, number and times."""
    caller.control("faults", **{"kind": "status-500", **PAGE, **fault})

    assert [caller.employees().status_code for _ in range(4)] == statuses


@pytest.mark.parametrize("status", [500, 503, 418])
def test_16_any_error_status_can_be_had(caller: Caller, status: int) -> None:
    """A Paycor error under that status."""
    caller.control("faults", kind=f"status-{status}", **PAGE)
    answer = caller.employees()

    assert (answer.status_code, set(answer.get_json())) == (
        status,
        {"CorrelationId", "Title", "Detail", "Source"},
    )


@pytest.mark.parametrize(("kind", "status"), [("html-504", 504), ("html-200", 200)])
def test_16_a_page_of_html_can_come_instead(caller: Caller, kind: str, status: int) -> None:
    """What a proxy on the way makes up, even under 200."""
    caller.control("faults", kind=kind, **PAGE)
    answer = caller.employees()

    assert (answer.status_code, answer.mimetype) == (status, "text/html")


def test_16_a_call_can_be_slow(caller: Caller, pauses: list[float]) -> None:
    """It waits for the set time and then answers normally."""
    caller.control("faults", kind="slow", seconds=40, **PAGE)

    assert (caller.employees().status_code, pauses) == (200, [40])


def test_15_an_error_can_come_under_200(caller: Caller) -> None:
    """An error body, no records, status 200."""
    caller.control("faults", kind="error-as-200", **PAGE)
    answer = caller.employees()

    assert (answer.status_code, "CorrelationId" in answer.get_json(), "records" in answer.get_json()) == (
        200,
        True,
        False,
    )


def test_14_an_empty_collection_can_come_as_400(caller: Caller) -> None:
    """Paycor's way of saying "no records"."""
    caller.control("faults", kind="empty-as-400", **PAGE)
    answer = caller.employees()

    assert (answer.status_code, "is invalid or has no" in answer.get_json()["Detail"]) == (400, True)


def test_a_rate_limit_and_a_refused_token_can_be_had_out_of_turn(caller: Caller) -> None:
    """429 with the documented message, then the empty 401."""
    caller.control("faults", kind="rate-limit", **PAGE)
    limited = caller.employees()
    caller.control("faults", kind="token-refused", **PAGE)
    refused = caller.employees()

    assert limited.get_json() == {"message": "Rate limit is exceeded. Try again in 60 seconds."}
    assert (limited.status_code, refused.status_code, refused.data) == (429, 401, b"")


def test_an_answer_can_be_cut_in_half(caller: Caller) -> None:
    """JSON that ends in the middle, under 200."""
    caller.control("faults", kind="truncated-json", **PAGE)
    answer = caller.employees()

    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.data)


def test_13_a_page_can_name_its_own_token_again(caller: Caller) -> None:
    """The second page returns its own token: an endless loop."""
    caller.control("switches", employees_per_page=10)
    caller.control("faults", kind="repeat-token", nth=2, **PAGE)
    token = caller.employees().get_json()["continuationToken"]
    page = caller.employees(continuationToken=token).get_json()

    assert (page["continuationToken"], page["hasMoreResults"]) == (token, True)


def test_empty_pages_can_come_before_a_page(caller: Caller) -> None:
    """Each has a new token; behind the last one the list goes on where it was."""
    caller.control("switches", employees_per_page=10)
    whole = caller.employees().get_json()
    second = caller.employees(continuationToken=whole["continuationToken"]).get_json()
    caller.control("faults", kind="empty-page", times=2, **PAGE)
    tokens, page = [whole["continuationToken"]], whole
    for _ in range(3):
        page = caller.employees(continuationToken=tokens[-1]).get_json()
        tokens.append(page["continuationToken"])

    assert len(set(tokens)) == 4
    assert page["records"] == second["records"]


def test_13_the_last_page_can_be_followed_by_an_empty_one(caller: Caller) -> None:
    """It promises more, and what comes is empty but still carries a token."""
    caller.control("faults", kind="empty-last-page", every=True, **PAGE)
    page = caller.employees().get_json()
    empty = caller.employees(continuationToken=page["continuationToken"]).get_json()

    assert (page["hasMoreResults"], len(page["records"])) == (True, 48)
    assert (empty["hasMoreResults"], empty["records"], empty["continuationToken"] is None) == (
        False,
        [],
        False,
    )


def test_13_records_can_be_null(caller: Caller) -> None:
    """The envelope comes, the list does not."""
    caller.control("faults", kind="records-null", **PAGE)

    assert caller.employees().get_json()["records"] is None


def test_13_a_page_can_lose_half_its_records(caller: Caller) -> None:
    """Silently: the next page begins where it would have begun anyway."""
    caller.control("switches", employees_per_page=10)
    caller.control("faults", kind="page-shrinks", nth=2, **PAGE)

    assert len(caller.all_employees()) == 43


def test_has_more_can_come_as_text(caller: Caller) -> None:
    """As the documents' example shows it."""
    caller.control("faults", kind="has-more-as-text", **PAGE)

    assert caller.employees().get_json()["hasMoreResults"] == "False"


def test_faults_reach_the_token_endpoint(caller: Caller) -> None:
    """A fault can strike a refresh like any call."""
    caller.control("faults", kind="html-504", path="/sts/*")

    assert caller.refresh("x").status_code == 504


def test_faults_are_listed_with_their_strikes_and_taken_away(caller: Caller) -> None:
    """The planted faults, with the calls seen and struck; none after the DELETE."""
    caller.control("faults", kind="status-500", nth=2, **PAGE)
    caller.employees()
    caller.employees()
    listed = caller.http.get("/_control/faults").get_json()["faults"]
    caller.http.delete("/_control/faults")

    assert [(fault["kind"], fault["seen"], fault["struck"]) for fault in listed] == [("status-500", 2, 1)]
    assert caller.http.get("/_control/faults").get_json() == {"faults": []}


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "explode"}, "status-500"),
        ({"kind": "status-200"}, "status-500"),
        ({"kind": "slow", "seconds": -1}, "seconds"),
        ({"kind": "slow", "nth": 0}, "nth"),
        ({"kind": "slow", "often": 3}, "often"),
        ({}, "kind"),
    ],
)
def test_a_fault_that_makes_no_sense_says_why(caller: Caller, fault: dict[str, Any], words: str) -> None:
    """400 that names the field or lists the kinds; nothing is planted."""
    answer = caller.http.post("/_control/faults", json=fault)

    assert (answer.status_code, words in answer.get_json()["error"]) == (400, True)
    assert caller.box.faults.planted() == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("html-504", {"kind": "html-504", "path": "*", "nth": 1, "times": 1, "every": False}),
        (
            "status-500:path=*/employees,nth=2,times=3",
            {"kind": "status-500", "path": "*/employees", "nth": 2, "times": 3, "every": False},
        ),
        ("slow:seconds=0.5,every", {"kind": "slow", "seconds": 0.5, "every": True}),
        ("reset:method=POST,every=false", {"kind": "reset", "method": "POST", "every": False}),
    ],
)
def test_16_a_fault_can_be_written_in_a_word(text: str, expected: dict[str, Any]) -> None:
    """As on the command line: the kind, then fields."""
    fault = parse_fault(text)

    assert {name: getattr(fault, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("explode", "status-500"),
        ("slow:nth=soon", "nth"),
        ("slow:nth=0", "nth"),
        ("slow:often=3", "often"),
        ("", "status-500"),
    ],
)
def test_a_fault_in_a_word_that_makes_no_sense_says_why(text: str, words: str) -> None:
    """Names the field, or lists the kinds."""
    with pytest.raises(ValidationError, match=words):
        parse_fault(text)
