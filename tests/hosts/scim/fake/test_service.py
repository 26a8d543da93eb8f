"""The fake SCIM service has the traps that were measured on real ones, with any client."""

from typing import Any

import pytest
import requests
import responses

from tests.hosts.scim.fake.service import FakeScim, serving

EMAILS = ("e7@example.test", "E8@example.test", "nobody@example.test")


def get(service: FakeScim, **query: int) -> dict[str, Any]:
    """A part of the list of users."""
    answer: dict[str, Any] = requests.get(f"{service.url}/Users", params=query, timeout=10).json()
    return answer


def ids(answer: dict[str, Any]) -> list[str]:
    """The ids in an answer."""
    return [one["id"] for one in answer["Resources"]]


@pytest.fixture
def service() -> FakeScim:
    """A service with thirty users."""
    responses.mock.add_passthru("http://127.0.0.1")
    service = FakeScim()
    for number in range(1, 31):
        service.add(number)
    return service


def test_a_list_has_pages(service: FakeScim) -> None:
    """RFC 7644, section 3.4.2.4."""
    with serving(service):
        answers = [get(service), get(service, startIndex=21), get(service, startIndex=3, count=2)]

    assert [len(ids(one)) for one in answers] == [20, 10, 2]
    assert ids(answers[2]) == ["u3", "u4"]


def test_a_service_that_ignores_paging_has_only_a_first_page(service: FakeScim) -> None:
    """Its total is right, so that the list never tallies."""
    service.ignores_paging = True
    with serving(service):
        answers = [get(service), get(service, startIndex=21), get(service, startIndex=3, count=2)]

    assert {one["totalResults"] for one in answers} == {30}
    assert ids(answers[0]) == ids(answers[1]) == ids(answers[2])
    assert len(ids(answers[0])) == 20


@pytest.mark.parametrize("one_page", [False, True])
def test_a_search_can_ignore_paging_too(service: FakeScim, one_page: bool) -> None:
    """Then all of it is on the first page."""
    service.pages_no_search = one_page
    with serving(service):
        body = {"filter": " or ".join(f'userName eq "{one}"' for one in EMAILS), "startIndex": 2, "count": 1}
        answer = requests.post(f"{service.url}/Users/.search", json=body, timeout=10).json()

    assert ids(answer) == (["u7", "u8"] if one_page else ["u8"])
    assert answer["totalResults"] == 2


def test_a_bulk_reply_has_ids_and_no_users(service: FakeScim) -> None:
    """The id is at the end of the location; afterwards the service may be down."""
    service.down_after_writes = True
    data = {"userName": "ada@example.test", "emails": [{"value": "ada@example.test"}]}
    with serving(service):
        body = {"Operations": [{"method": "POST", "path": "/Users", "bulkId": "0", "data": data}]}
        answer = requests.post(f"{service.url}/Bulk", json=body, timeout=10).json()
        after = requests.get(f"{service.url}/Users", timeout=10)

    assert answer["Operations"][0]["location"].endswith("/Users/u31")
    assert "response" not in answer["Operations"][0]
    assert after.status_code == 503
