"""Finding people in LearnUpon: pages, searches that are not believed, and broken answers."""

from typing import Any

import pytest
import responses

from connector.core.ports.host import KeyKind
from connector.errors import HostAuthError, HostContractError, HostError, HostUnavailable
from connector.hosts.learnupon import LearnUponHost
from tests.hosts.learnupon.wire import GONE, HTML, URL, USER, everybody, found


def test_a_list_is_read_to_its_last_page(wire: responses.RequestsMock, portal: LearnUponHost) -> None:
    """Whoever is on the second page is no less there."""
    many = [{**USER, "id": number, "email": f"e{number}@example.test"} for number in range(1000, 1500)]
    everybody(wire, *({**one, "CustomData": None} for one in many), more=True)
    everybody(wire, USER, page=2)
    portal.fields()
    [ada] = found(portal, KeyKind.EXTERNAL_ID, "p1")

    assert ada.account_id == "662"
    assert [call.request.url for call in wire.calls][1:] == [f"{URL}/users?page={page}" for page in (1, 2)]


def test_a_list_without_page_headers_ends_with_a_short_page(
    wire: responses.RequestsMock, portal: LearnUponHost
) -> None:
    """A proxy may have taken them off."""
    many = [
        {**USER, "id": number, "email": f"e{number}@example.test", "CustomData": {}}
        for number in range(1000, 1500)
    ]
    wire.get(f"{URL}/users", json={"user": many})
    wire.get(f"{URL}/users", json={"user": [USER]})

    assert len(found(portal, KeyKind.EXTERNAL_ID, "p1")) == 1


def test_a_page_that_was_not_asked_for_is_not_used(
    wire: responses.RequestsMock, portal: LearnUponHost
) -> None:
    """The first page for ever, because a proxy drops the number: nobody is missing on such a word."""
    everybody(wire, USER, more=True)
    with pytest.raises(HostContractError, match="page 1 instead of page 2"):
        found(portal, KeyKind.EXTERNAL_ID, "p1")


def test_a_list_without_custom_user_data_is_filled_up(
    wire: responses.RequestsMock, portal: LearnUponHost
) -> None:
    """One by one: our key is not missing because the list leaves it out."""
    everybody(wire, {name: USER[name] for name in ("id", "email", "first_name", "last_name")})
    wire.get(f"{URL}/users/662", json={"user": [USER]})

    assert [one.account_id for one in found(portal, KeyKind.EXTERNAL_ID, "p1")] == ["662"]


def test_a_search_that_finds_strangers_finds_nobody(
    wire: responses.RequestsMock, portal: LearnUponHost
) -> None:
    """Trap S1: a parameter that is passed over gives everybody, with HTTP 200."""
    stranger = {**USER, "id": 7, "email": "bob@example.test"}
    wire.get(f"{URL}/users/search", json={"user": [stranger]})
    wire.get(f"{URL}/users/663", json={"user": [stranger]})
    everybody(wire, stranger)

    assert found(portal, KeyKind.EMAIL, "ada@example.test") == []
    assert found(portal, KeyKind.ID, "663") == []


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"status": 404, "json": GONE}, id="HTTP 404"),
        pytest.param({"status": 404, **HTML}, id="HTTP 404 with a page"),
        pytest.param({"status": 200, "json": GONE}, id="HTTP 200 with a refusal"),
        pytest.param({"status": 200, "json": {"user": []}}, id="HTTP 200 with nobody"),
    ],
)
def test_a_search_without_a_hit_is_held_against_the_list(
    wire: responses.RequestsMock, portal: LearnUponHost, answer: dict[str, Any]
) -> None:
    """Trap M5: nobody says that the search takes capitals for what they are."""
    wire.get(f"{URL}/users/search", **answer)
    everybody(wire, {**USER, "email": "ADA@example.test"})

    assert [one.account_id for one in found(portal, KeyKind.EMAIL, "ada@example.test")] == ["662"]
    assert found(portal, KeyKind.EMAIL, "bob@example.test") == []


@pytest.mark.req("D2")
def test_two_users_with_one_address_are_both_found(
    wire: responses.RequestsMock, portal: LearnUponHost
) -> None:
    """A portal that goes by user names allows it; whose account it is, is not guessed."""
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
def test_nobody_is_missing_because_of_a_broken_answer(
    wire: responses.RequestsMock, portal: LearnUponHost, answer: dict[str, Any], error: type[HostError]
) -> None:
    """It raises, without a word of what came."""
    wire.get(f"{URL}/users", **answer)
    with pytest.raises(error) as caught:
        found(portal, KeyKind.EXTERNAL_ID, "p1")

    assert "Ada" not in str(caught.value)
    assert "ada@" not in str(caught.value)
