"""The fixtures of the wire tests of SCIM: a service, and no real requests."""

from collections.abc import Iterator

import pytest
import responses

from tests.hosts.scim.wire import Reply, Request, Wire, listed, user


@pytest.fixture(autouse=True)
def wired() -> Iterator[None]:
    """No request leaves the test."""
    with responses.mock:
        yield


@pytest.fixture
def wire() -> Wire:
    """A service with five users and one user per page, so that a search is cheaper than a list."""
    wire = Wire(users=[user(number) for number in range(1, 6)])

    def page(request: Request) -> Reply:
        start = int(request.query["startIndex"]) - 1
        return listed(wire.users[start : start + 1], len(wire.users))

    wire.answers["GET /Users"] = page
    return wire
