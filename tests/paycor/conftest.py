"""A Paycor on the wire for every test of this folder."""

from collections.abc import Iterator

import pytest

from tests.paycor.stub import Caller, Wire, caller, wired


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A Paycor whose answers the test lays out."""
    with wired() as found:
        yield found


@pytest.fixture
def paycor(wire: Wire) -> Caller:
    """A client of it, with a token that is good for half an hour."""
    return caller()
