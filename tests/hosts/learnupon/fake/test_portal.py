"""The fake portal of the other tests behaves as LearnUpon's API is known to."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.hosts.learnupon.fake.api import KEY, PAGE_SIZE, SECRET, serving
from tests.hosts.learnupon.fake.portal import FakePortal

ADA = {"email": "ada@example.test", "first_name": "Ada", "last_name": "Lovelace"}


@pytest.fixture
def address(site: FakePortal) -> Iterator[str]:
    """The address of its API."""
    with serving(site) as address:
        yield f"{address}/api/v1"


def ask(address: str, method: str, path: str, **values: Any) -> requests.Response:
    """Send one request with the right key."""
    return requests.request(method, address + path, auth=(KEY, SECRET), timeout=10, **values)


def test_a_wrong_key_is_refused(address: str) -> None:
    """With HTTP 401."""
    answer = requests.get(f"{address}/users", auth=(KEY, "guess"), timeout=10)

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"User": {**ADA, "password": "long enough"}}, 200, id="wrapped"),
        pytest.param({**ADA, "password": "long enough"}, 404, id="not wrapped"),
        pytest.param({"User": {**ADA, "password": "short"}}, 422, id="a short password"),
        pytest.param({"User": {**ADA, "email": "nobody", "password": "long enough"}}, 422, id="no address"),
    ],
)
def test_a_user_is_created_from_a_wrapped_body(
    address: str, site: FakePortal, body: dict[str, Any], status: int
) -> None:
    """It needs an address and a password."""
    answer = ask(address, "POST", "/users", json=body)

    assert answer.status_code == status
    assert len(site.users) == (1 if status == 200 else 0)


def test_a_get_with_a_content_type_and_no_body_is_refused(address: str) -> None:
    """LearnUpon tries to decode the missing body."""
    answer = ask(address, "GET", "/users", headers={"Content-Type": "application/json"})

    assert answer.status_code == 400


def test_a_list_comes_in_pages(address: str, site: FakePortal) -> None:
    """Of 500, with the calls that are left; the definitions come before the users."""
    for number in range(PAGE_SIZE + 1):
        site.create({"email": f"e{number}@example.test", "password": "long enough"})
    pages = [ask(address, "GET", "/users", params={"page": page}) for page in ("1", "2")]

    assert [len(page.json()["user"]) for page in pages] == [PAGE_SIZE, 1]
    assert [page.headers["LU-Has-Next-Page"] for page in pages] == ["true", "false"]
    assert pages[0].headers["X-LU-Rate-Limit-Remaining-Minute"] == "299"
    assert list(pages[0].json()) == ["customDataFieldDefintions", "user"]


def test_a_search_with_an_unknown_parameter_finds_all_users(address: str, site: FakePortal) -> None:
    """A client that takes the first row gets another person's account."""
    site.create({**ADA, "password": "long enough"})
    found = ask(address, "GET", "/users/search", params={"user_id": "1"})
    missed = ask(address, "GET", "/users/search", params={"email": "ADA@example.test"})

    assert [user["email"] for user in found.json()["user"]] == ["ada@example.test"]
    assert missed.status_code == 404


def test_a_value_outside_the_choices_is_dropped(address: str, site: FakePortal) -> None:
    """Silently."""
    custom = {"use_definition_ids": 1, "231": "Analyst", "233": "Sometimes", "999": "x"}
    body = {"User": {**ADA, "password": "long enough", "CustomData": custom}}
    created = ask(address, "POST", "/users", json=body).json()

    assert site.users[created["id"]]["custom"] == {"231": "Analyst"}


def test_an_invited_person_is_no_user_before_they_accept(address: str, site: FakePortal) -> None:
    """One mail goes out, and a second invitation is refused."""
    answers = [ask(address, "POST", "/portal_invite", json={"Invite": ADA}) for _ in range(2)]
    listed = ask(address, "GET", "/group_invites").json()["group_invites"]

    assert [answer.status_code for answer in answers] == [200, 422]
    assert site.mails == ["ada@example.test"]
    assert [(row["invite_email_address"], row["invite_status"]) for row in listed] == [
        ("ada@example.test", "sent")
    ]
    assert site.users == {}
    assert site.accept("ada@example.test") in map(str, site.users)
