"""Writes to a SCIM service: bulk requests within its limits, and the reply to each operation (trap S8)."""

from dataclasses import replace
from typing import Any

import pytest

from connector.core.ports.host import OutcomeStatus
from tests.hosts.scim.wire import ADA, PAGE, Reply, Request, Wire, user

S = OutcomeStatus
ROWS = [replace(ADA, external_id=f"q{number}", email=f"q{number}@example.test") for number in range(7)]


def bulk(operations: int = 3, size: int = 100_000) -> dict[str, Any]:
    """The bulk limits in the configuration of a service."""
    return {"bulk": {"supported": True, "maxOperations": operations, "maxPayloadSize": size}}


def bulky(operations: int = 100, size: int = 100_000) -> Wire:
    """A service with bulk, whose replies are in another order and have their status as text."""
    wire = Wire(config=bulk(operations, size))
    wire.answers["POST /Bulk"] = lambda request: accept_bulk(wire, request)
    return wire


def accept_bulk(wire: Wire, request: Request) -> Reply:
    """Do every operation."""
    created = [one["data"] | {"id": "b" + one["data"]["externalId"]} for one in request.body["Operations"]]
    wire.users.extend(created)
    done = [
        {"bulkId": one["bulkId"], "status": "201", "location": f"https://x/Users/{user['id']}"}
        for one, user in zip(request.body["Operations"], created, strict=True)
    ]
    return 200, {"Operations": done[::-1]}


@pytest.mark.parametrize(
    ("operations", "size", "expected"), [(3, 100_000, 3), (100, 1500, 3), (100, 100_000, 7)]
)
def test_a_bulk_request_stays_within_the_services_limits(operations: int, size: int, expected: int) -> None:
    """S8: in operations and in bytes; the replies may come in any order."""
    wire = bulky(operations, size)
    outcomes = wire.host().create(ROWS)
    sizes = [len(one.body["Operations"]) for one in wire.sent("POST", "/Bulk")]

    assert max(sizes) == expected
    assert {one.status for one in outcomes} == {S.CREATED}
    assert [one.account_id for one in outcomes][:3] == ["bq0", "bq1", "bq2"]


@pytest.mark.parametrize("reply", [(404, PAGE), (501, ""), (400, PAGE)])
def test_a_service_that_refuses_bulk_gets_single_writes(reply: Reply) -> None:
    """S8: whatever it says about itself."""
    wire = Wire(config=bulk(), answers={"POST /Bulk": lambda request: reply})

    assert {one.status for one in wire.host().create(ROWS)} == {S.CREATED}
    assert len(wire.users) == len(ROWS)


def test_a_bulk_request_that_is_too_large_is_halved() -> None:
    """S8: 413, although it is within the service's own limits."""
    wire = bulky()
    wire.answers["POST /Bulk"] = lambda request: (
        (413, "") if len(request.body["Operations"]) > 2 else accept_bulk(wire, request)
    )
    outcomes = wire.host().create(ROWS)

    assert {one.status for one in outcomes} == {S.CREATED}
    assert len(wire.users) == len(ROWS)


def test_every_operation_of_a_bulk_request_has_its_own_outcome() -> None:
    """S8: a 409 within a 200, a refusal, one without a reply, a 500 and a 429."""
    ends = ["409", 400, None, "500", "429", {"code": "201"}, "201"]

    def answer(request: Request) -> Reply:
        rows = [
            {"bulkId": one["bulkId"], "status": end, "location": "https://x/Users/b"}
            for one, end in zip(request.body["Operations"], ends, strict=True)
            if end is not None
        ]
        wire.users.extend(
            [user(6, emails=[{"value": ROWS[0].email}]), {**request.body["Operations"][5]["data"], "id": "b"}]
        )
        return 200, {"Operations": rows}

    wire = Wire(config=bulk(100), answers={"POST /Bulk": answer})
    outcomes = wire.host().create(ROWS)

    assert [one.status for one in outcomes] == [
        S.EXISTS,
        S.REJECTED,
        S.UNKNOWN,
        S.UNKNOWN,
        S.RETRY,
        S.CREATED,
        S.CREATED,
    ]
    assert outcomes[0].account_id == "u6"


def test_a_bulk_request_without_an_answer_is_unknown() -> None:
    """S8: it is sent once."""
    wire = Wire(config=bulk(100), answers={"POST /Bulk": lambda request: (502, PAGE)})

    assert {one.status for one in wire.host().create(ROWS)} == {S.UNKNOWN}
    assert len(wire.sent("POST", "/Bulk")) == 1
