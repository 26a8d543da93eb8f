"""Users of LearnUpon looked up: pages of lists, searches that are not trusted, and broken answers."""

from typing import Any

import pytest
import responses

from connector.core.ports.host import KeyKind
from connector.errors import HostAuthError, HostContractError, HostError, HostUnavailable
from connector.hosts.learnupon import LearnUponHost
from tests.hosts.learnupon.fake.wire import GONE, HTML, URL, USER, found, list_users


def test_a_list_is_read_to_its_last_page(wire: responses.RequestsMock, portal: LearnUponHost) -> None:
    """A user on the second page is found as well."""
    many = [{**USER, "id": number, "email": f"e{number}@example.test"} for number in range(1000, 1500)]
    list_users(wire, *({**one, "CustomData": None} for one in many), more=True)
    list_users(wire, USER, page=2)
    portal.fields()
    [ada] = found(portal, KeyKind.EXTERNAL_ID, "p1")

    assert ada.account_id == "662"
    assert [call.request.url for call in wire.calls][1:] == [f"{URL}/users?page={page}" for page in (1, 2)]


def test_a_list_without_page_headers_ends_with_a_short_page(
    wire: responses.RequestsMock, portal: LearnUponHost
) -> None:
    """A proxy may have removed the headers."""
    many = [
        {**USER, "id": number, "email": f"e{number}@example.test", "CustomData": {}}
        for number in range(1000, 1500)
    ]
    wire.get(f"{URL}/users", json={"user": many})
    wire.get(f"{URL}/users", json={"user": [USER]})

    assert len(found(portal, KeyKind.EXTERNAL_ID, "p1")) == 1


def test_a_list_with_a_wrong_page_is_not_used(wire: responses.RequestsMock, portal: LearnUponHost) -> None:
    """A proxy that drops the page number repeats the first page, which would hide users."""
    list_users(wire, USER, more=True)
    with pytest.raises(HostContractError, match="page 1 instead of page 2"):
        found(portal, KeyKind.EXTERNAL_ID, "p1")


def test_users_are_read_singly_when_the_list_has_no_custom_user_data(
    wire: responses.RequestsMock, portal: LearnUponHost
) -> None:
    """So that an external id is not missed because the list leaves it out."""
    list_users(wire, {name: USER[name] for name in ("id", "email", "first_name", "last_name")})
    wire.get(f"{URL}/users/662", json={"user": [USER]})

    assert [one.account_id for one in found(portal, KeyKind.EXTERNAL_ID, "p1")] == ["662"]


def test_other_users_in_a_search_result_are_ignored(
    wire: responses.RequestsMock, portal: LearnUponHost
) -> None:
    """Trap S1: an unknown parameter is ignored, and all users come with HTTP 200."""
    stranger = {**USER, "id": 7, "email": "bob@example.test"}
    wire.get(f"{URL}/users/search", json={"user": [stranger]})
    wire.get(f"{URL}/users/663", json={"user": [stranger]})
    list_users(wire, stranger)

    assert found(portal, KeyKind.EMAIL, "ada@example.test") == []
    assert found(portal, KeyKind.ID, "663") == []


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"status": 404, "json": GONE}, id="HTTP 404"),
        pytest.param({"status": 404, **HTML}, id="HTTP 404 with a page"),
        pytest.param({"status": 200, "json": GONE}, id="HTTP 200 with a refusal"),
        pytest.param({"status": 200, "json": {"user": []}}, id="HTTP 200 with an empty list"),
    ],
)
def test_a_search_without_a_match_is_checked_against_the_list(
    wire: responses.RequestsMock, portal: LearnUponHost, answer: dict[str, Any]
) -> None:
    """Trap M5: it is not documented whether the search ignores case."""
    wire.get(f"{URL}/users/search", **answer)
    list_users(wire, {**USER, "email": "ADA@example.test"})

    assert [one.account_id for one in found(portal, KeyKind.EMAIL, "ada@example.test")] == ["662"]
    assert found(portal, KeyKind.EMAIL, "bob@example.test") == []


@pytest.mark.req("D2")
def test_two_users_with_one_address_are_both_found(
    wire: responses.RequestsMock, portal: LearnUponHost
) -> None:
    """A portal that uses user names allows it; the connector does not guess which one is meant."""
    wire.get(f"{URL}/users/search", json={"user": [USER, {**USER, "id": 663, "username": "ada2"}]})

    assert [one.account_id for one in found(portal, KeyKind.EMAIL, "Ada@example.test")] == ["662", "663"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param({"status": 500, **HTML}, HostUnavailable, id="HTTP 500 with a page"),
        pytest.param({"status": 200, **HTML}, HostContractError, id="HTTP 200 with a page"),
        pytest.param({"status": 200, "json": {"user": "none"}}, HostContractError, id="no list"),
        pytest.param({"status": 401, "json": {}}, HostAuthError, id="HTTP 401"),
        pytest.param({"status": 403, "json": {}}, HostAuthError, id="HTTP 403"),
        pytest.param({"status": 400, "json": {}}, HostContractError, id="HTTP 400"),
        pytest.param(
            {"status": 200, "json": {"response_type": "ERROR"}}, HostContractError, id="a bare refusal"
        ),
    ],
)
def test_a_broken_answer_raises_instead_of_hiding_users(
    wire: responses.RequestsMock, portal: LearnUponHost, answer: dict[str, Any], error: type[HostError]
) -> None:
    """The error has no text of the answer."""
    wire.get(f"{URL}/users", **answer)
    with pytest.raises(error) as caught:
        found(portal, KeyKind.EXTERNAL_ID, "p1")

    assert "Ada" not in str(caught.value)
    assert "ada@" not in str(caught.value)
