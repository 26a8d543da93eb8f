"""A fake Paycor and a client of it, for every test in this folder."""

from collections.abc import Iterator

import pytest

from connector.paycor.certifications import Certifications
from tests.paycor.fake_certifications import new_certifications
from tests.paycor.fake_paycor import ClientRig, FakePaycor, client_rig, fake_paycor


@pytest.fixture
def fake() -> Iterator[FakePaycor]:
    """A Paycor whose answers the test sets."""
    with fake_paycor() as found:
        yield found


@pytest.fixture
def rig(fake: FakePaycor) -> ClientRig:
    """A client of the fake Paycor, with a token that is valid for half an hour."""
    return client_rig()


@pytest.fixture
def certifications() -> Certifications:
    """The certifications of a connection whose token is valid for half an hour."""
    return new_certifications()
