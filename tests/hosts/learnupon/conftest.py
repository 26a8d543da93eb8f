"""LearnUpon at the wire: what it answers, and a portal that asks it."""

from collections.abc import Iterator

import pytest
import responses

from connector.hosts.learnupon import LearnUponHost, LearnUponSettings, host
from tests.clock import Clock
from tests.hosts.learnupon.site import DEFINITIONS
from tests.hosts.learnupon.wire import SECRET, URL


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    """What LearnUpon answers, each answer once and the last one for ever; its fields are there already."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(f"{URL}/users/customuserdata", json={"customDataFieldDefinitions": DEFINITIONS})
        yield mock


@pytest.fixture
def slept() -> list[float]:
    """The waits there were, in seconds."""
    return []


@pytest.fixture
def portal(clock: Clock, slept: list[float]) -> Iterator[LearnUponHost]:
    """A portal that keeps our key."""
    settings = LearnUponSettings("acme", "key", SECRET, external_id_label="Paycor ID", connections=1)
    one = host(settings, clock=clock, sleep=slept.append)
    yield one
    one.close()
