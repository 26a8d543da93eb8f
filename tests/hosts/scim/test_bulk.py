"""Batches within a service's limits, and what becomes of each row of one (trap S8)."""

from dataclasses import replace
from typing import Any

import pytest

from connector.core.ports.host import OutcomeStatus
from tests.hosts.scim.wire import ADA, PAGE, Asked, Reply, Wire, user

S = OutcomeStatus


ROWS = [replace(ADA, external_id=f"q{number}", email=f"q{number}@example.test") for number in range(7)]


def bulk(operations: int = 3, size: int = 100_000) -> dict[str, Any]:
    """What a service says of its bulk."""
    return {"bulk": {"supported": True, "maxOperations": operations, "maxPayloadSize": size}}


def bulky(operations: int = 100, size: int = 100_000) -> Wire:
    """A service that takes batches; each status is a text, and nothing is in order."""
    wire = Wire(config=bulk(operations, size))
    wire.answers["POST /Bulk"] = lambda asked: taken_in(wire, asked)
    return wire


def taken_in(wire: Wire, asked: Asked) -> Reply:
    """Every operation done."""
    made = [one["data"] | {"id": "b" + one["data"]["externalId"]} for one in asked.body["Operations"]]
    wire.users.extend(made)
    done = [
        {"bulkId": one["bulkId"], "status": "201", "location": f"https://x/Users/{user['id']}"}
        for one, user in zip(asked.body["Operations"], made, strict=True)
    ]
    return 200, {"Operations": done[::-1]}


@pytest.mark.parametrize(
    ("operations", "size", "expected"), [(3, 100_000, 3), (100, 1500, 3), (100, 100_000, 7)]
)
def test_a_batch_stays_within_the_services_limits(operations: int, size: int, expected: int) -> None:
    """S8: by operations and by bytes; the answers may come in any order."""
    wire = bulky(operations, size)
    outcomes = wire.host().create(ROWS)
    sizes = [len(one.body["Operations"]) for one in wire.sent("POST", "/Bulk")]

    assert max(sizes) == expected
    assert {one.status for one in outcomes} == {S.CREATED}
    assert [one.account_id for one in outcomes][:3] == ["bq0", "bq1", "bq2"]


@pytest.mark.parametrize("reply", [(404, PAGE), (501, ""), (400, PAGE)])
def test_a_service_that_has_no_bulk_after_all_is_written_to_singly(reply: Reply) -> None:
    """S8: whatever it says of itself."""
    wire = Wire(config=bulk(), answers={"POST /Bulk": lambda asked: reply})

    assert {one.status for one in wire.host().create(ROWS)} == {S.CREATED}
    assert len(wire.users) == len(ROWS)


def test_a_batch_that_is_too_large_is_halved() -> None:
    """S8: 413, though it is within what the service says of itself."""
    wire = bulky()
    wire.answers["POST /Bulk"] = lambda asked: (
        (413, "") if len(asked.body["Operations"]) > 2 else taken_in(wire, asked)
    )
    outcomes = wire.host().create(ROWS)

    assert {one.status for one in outcomes} == {S.CREATED}
    assert len(wire.users) == len(ROWS)


def test_every_operation_of_a_batch_has_its_own_end() -> None:
    """S8: a 409 within a 200, a refusal, one that is not mentioned, one that broke, one that is to wait."""
    ends = ["409", 400, None, "500", "429", {"code": "201"}, "201"]

    def answer(asked: Asked) -> Reply:
        rows = [
            {"bulkId": one["bulkId"], "status": end, "location": "https://x/Users/b"}
            for one, end in zip(asked.body["Operations"], ends, strict=True)
            if end is not None
        ]
        wire.users.extend(
            [user(6, emails=[{"value": ROWS[0].email}]), {**asked.body["Operations"][5]["data"], "id": "b"}]
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


def test_a_batch_without_an_answer_is_unknown_as_a_whole() -> None:
    """S8: and it is sent once."""
    wire = Wire(config=bulk(100), answers={"POST /Bulk": lambda asked: (502, PAGE)})

    assert {one.status for one in wire.host().create(ROWS)} == {S.UNKNOWN}
    assert len(wire.sent("POST", "/Bulk")) == 1
