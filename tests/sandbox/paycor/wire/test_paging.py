"""Pages and continuation tokens."""

from uuid import UUID

import pytest

from tests.sandbox.paycor.caller import Caller

pytestmark = pytest.mark.req("X23")


@pytest.fixture
def small_pages(caller: Caller) -> Caller:
    """A caller whose pages hold seven employees, or four of anything else."""
    caller.control("switches", employees_per_page=7, records_per_page=4)
    return caller


@pytest.mark.parametrize("page_size", [1, 7, 12, 48, 200])
def test_13_a_walk_gives_every_id_once(caller: Caller, page_size: int) -> None:
    """Whatever the page size, and in the same order."""
    whole = [record["id"] for record in caller.all_employees()]
    caller.control("switches", employees_per_page=page_size)

    walked = [record["id"] for record in caller.all_employees()]

    assert (walked, len(set(walked))) == (whole, 48)


def test_13_pages_hold_two_hundred_employees_and_a_hundred_of_the_rest(caller: Caller) -> None:
    """Paycor's documented sizes."""
    switches = caller.box.switches

    assert (switches.employees_per_page, switches.records_per_page) == (200, 100)


def test_13_a_page_has_paycors_envelope(small_pages: Caller) -> None:
    """A GUID token and a relative address that carries it, without include and filters."""
    page = small_pages.employees(include="Status", statusFilter="Active").get_json()

    assert set(page) == {"hasMoreResults", "continuationToken", "additionalResultsUrl", "records"}
    assert (page["hasMoreResults"], str(UUID(page["continuationToken"]))) == (True, page["continuationToken"])
    assert page["additionalResultsUrl"] == (
        f"/v1/legalentities/190204/employees?continuationToken={page['continuationToken']}"
    )


def test_13_the_last_page_has_no_token(small_pages: Caller) -> None:
    """No more results, no token, no address."""
    small_pages.control("switches", employees_per_page=200)
    page = small_pages.employees().get_json()

    assert (page["hasMoreResults"], page["continuationToken"], page["additionalResultsUrl"]) == (
        False,
        None,
        None,
    )


def test_13_following_the_address_alone_loses_the_blocks(small_pages: Caller) -> None:
    """The worse reading of the documents, silently: null blocks, and people the filter had left out."""
    page = small_pages.employees(include="Status", statusFilter="Active").get_json()
    following = small_pages.http.get(page["additionalResultsUrl"], headers=small_pages.headers()).get_json()

    assert {record["statusData"] for record in following["records"]} == {None}


def test_13_the_address_keeps_the_query_by_switch(small_pages: Caller) -> None:
    """The better reading."""
    small_pages.control("switches", url_keeps_query=True)
    page = small_pages.employees(
        include=["Status", "Position"], lastName="x", statusFilter="Active"
    ).get_json()
    full = small_pages.employees(include=["Status", "Position"], statusFilter="Active").get_json()

    assert page["additionalResultsUrl"] is None
    assert (
        "?include=Status&include=Position&statusFilter=Active&continuationToken="
        in full["additionalResultsUrl"]
    )


@pytest.mark.parametrize(
    ("path", "query"),
    [
        pytest.param("/v1/legalentities/190377/employees", {}, id="another legal entity"),
        pytest.param("/v2/legalentities/190204/employees", {}, id="another version"),
        pytest.param("/v1/legalentities/190204/departments", {}, id="another collection"),
        pytest.param("/v1/legalentities/190204/employees", {"statusFilter": "Fmla"}, id="another filter"),
    ],
)
def test_13_a_token_of_another_query_is_refused(
    small_pages: Caller, path: str, query: dict[str, str]
) -> None:
    """400 that names the parameter."""
    token = small_pages.employees().get_json()["continuationToken"]
    answer = small_pages.get(path, continuationToken=token, **query)

    assert (answer.status_code, list(answer.get_json()["Source"])) == (400, ["continuationToken"])


@pytest.mark.parametrize("token", ["", "x", "b7e0a6b4-4d1f-4b59-8a5e-2f6c0d9e7713"])
def test_13_an_invented_token_is_refused(caller: Caller, token: str) -> None:
    """400 for what the sandbox has not made."""
    assert caller.employees(continuationToken=token).status_code == 400


def test_13_a_filtered_walk_gives_every_match_once(small_pages: Caller) -> None:
    """The filter repeated with each token; the last page is never empty."""
    active = [
        record
        for record in small_pages.all_employees(include="Status")
        if record["statusData"]["status"] == "Active"
    ]

    filtered = small_pages.all_employees(include="Status", statusFilter="Active")

    assert filtered == active


def test_13_short_collections_are_paged_too(small_pages: Caller) -> None:
    """Ten departments, four a page."""
    seen: list[int] = []
    token = None
    while True:
        query: dict[str, str] = {"continuationToken": token} if token else {}
        page = small_pages.get("/v1/legalentities/190204/departments", **query).get_json()
        seen.append(len(page["records"]))
        token = page["continuationToken"]
        if not page["hasMoreResults"]:
            break

    assert seen == [4, 4, 2]
