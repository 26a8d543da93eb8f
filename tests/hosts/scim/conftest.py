"""What the wire tests of SCIM share: a service, and nothing that leaves the test."""

from collections.abc import Iterator

import pytest
import responses

from tests.hosts.scim.wire import Asked, Reply, Wire, listed, user


@pytest.fixture(autouse=True)
def wired() -> Iterator[None]:
    """Nothing leaves the test."""
    with responses.mock:
        yield


@pytest.fixture
def wire() -> Wire:
    """A service with five users, who come one a page: a search is cheaper than a list."""
    wire = Wire(users=[user(number) for number in range(1, 6)])

    def page(asked: Asked) -> Reply:
        start = int(asked.query["startIndex"]) - 1
        return listed(wire.users[start : start + 1], len(wire.users))

    wire.answers["GET /Users"] = page
    return wire
