"""Users looked up on services that ignore filters or fail on a list (traps S1, S2, S4)."""

from typing import Any

import pytest

from connector.core.ports.host import Change, Key, KeyKind, Unknown
from connector.errors import HostUnavailable
from connector.hosts.scim import ScimHost
from tests.hosts.scim.wire import ADA, PAGE, Reply, Wire, listed, user


def found(host: ScimHost, kind: KeyKind, value: str) -> list[str]:
    """The ids of the accounts that have a key."""
    key = Key(kind, value)
    answer = host.find([key])
    assert isinstance(answer, dict)
    return [one.account_id for one in answer[key]]


@pytest.mark.req("D1")
@pytest.mark.parametrize("kind", list(KeyKind))
def test_a_search_that_works_is_trusted(wire: Wire, kind: KeyKind) -> None:
    """S4: it finds a known user, in another case where case does not count; then no list is read."""
    host = wire.host()
    values = {KeyKind.ID: "u4", KeyKind.EXTERNAL_ID: "p4", KeyKind.EMAIL: " E4@Example.test"}
    host.find([Key(kind, values[kind])])
    before = len(wire.sent("GET", "/Users"))

    assert found(host, kind, values[kind]) == ["u4"]
    assert found(host, kind, "nobody") == []
    assert len(wire.sent("GET", "/Users")) == before == 1


@pytest.mark.req("D1")
def test_other_users_in_a_search_result_are_ignored(wire: Wire) -> None:
    """S1: it answers 200 with all users; taking the first would suspend another person."""
    wire.answers["POST /Users/.search"] = lambda request: listed(wire.users)
    host = wire.host()

    assert found(host, KeyKind.EMAIL, "nobody@example.test") == []
    assert found(host, KeyKind.EMAIL, "e3@example.test") == ["u3"]
    assert len(wire.sent("POST", "/Users/.search")) == 1


@pytest.mark.parametrize("kind", [KeyKind.EXTERNAL_ID, KeyKind.EMAIL])
def test_an_empty_search_result_is_not_trusted(wire: Wire, kind: KeyKind) -> None:
    """S4: it answers 200 with an empty list; a second account would be created."""
    wire.answers["POST /Users/.search"] = lambda request: listed([])
    host = wire.host()

    assert found(host, kind, {KeyKind.EMAIL: "e3@example.test"}.get(kind, "p3")) == ["u3"]


def test_a_case_sensitive_search_is_not_trusted(wire: Wire) -> None:
    """S4: two addresses are the same in any case, whatever the service does."""
    wire.answers["POST /Users/.search"] = lambda request: listed(
        [one for one in wire.users if f'"{one["emails"][0]["value"]}"' in request.body["filter"]]
    )
    host = wire.host()

    assert found(host, KeyKind.EMAIL, "E3@EXAMPLE.TEST") == ["u3"]


@pytest.mark.parametrize("reply", [(405, PAGE), (500, PAGE), (200, PAGE), (501, ""), (200, ["no list"])])
def test_a_service_without_a_search_is_listed(wire: Wire, reply: Reply) -> None:
    """S2: whatever it answers instead."""
    wire.answers["POST /Users/.search"] = lambda request: reply
    host = wire.host()

    assert found(host, KeyKind.EXTERNAL_ID, "p3") == ["u3"]
    assert found(host, KeyKind.EXTERNAL_ID, "p9") == []


def test_a_service_that_fails_on_count_is_listed_without_it() -> None:
    """S2: HTTP 500 with HTML; it is tried once, without the waits for a server that is down."""
    wire = Wire(users=[user(1), user(2)])
    wire.answers["GET /Users"] = lambda request: (
        (500, PAGE) if "count" in request.query else listed(wire.users)
    )
    host = wire.host()

    assert [found(host, KeyKind.EXTERNAL_ID, one) for one in ("p1", "p9")] == [["u1"], []]
    assert [one for one in wire.sent("GET", "/Users") if "count" in one.query] == wire.sent("GET", "/Users")[
        :1
    ]


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(lambda request: listed([user(1)], 3), id="fewer than it says"),
        pytest.param(lambda request: listed([user(1), user(1)], 2), id="one of them twice"),
        pytest.param(lambda request: (200, PAGE), id="a page"),
        pytest.param(lambda request: (404, ""), id="nothing"),
        pytest.param(lambda request: (200, {"Resources": [user(1)]}), id="no total"),
    ],
)
def test_no_account_is_created_after_an_incomplete_list(reply: Any) -> None:
    """An incomplete list proves nothing: the look-up is Unknown, and no write begins."""
    wire = Wire(answers={"GET /Users": reply})
    host = wire.host()

    assert isinstance(host.find([Key(KeyKind.EMAIL, ADA.email)]), Unknown)
    with pytest.raises(HostUnavailable, match="does not tally"):
        host.create([ADA])
    assert [one for one in wire.sent("POST") if one.path == "/Users"] == []


def test_no_address_is_in_a_url(wire: Wire) -> None:
    """URLs end up in the logs of proxies."""
    host = wire.host()
    host.find([Key(KeyKind.EMAIL, "e3@example.test")])
    host.create([ADA])
    host.update([Change("u1", email="king@example.test")])

    assert [one for one in wire.requests if "example" in one.path + "".join(one.query.values())] == []
