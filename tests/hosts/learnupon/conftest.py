"""The fixtures of LearnUpon: answers at the wire, a fake portal, and hosts of both."""

from collections.abc import Iterator

import pytest
import responses

from connector.hosts.learnupon import LearnUponHost, LearnUponSettings, host
from tests.clock import Clock
from tests.hosts.learnupon.fake.api import KEY, serving
from tests.hosts.learnupon.fake.api import SECRET as API_SECRET
from tests.hosts.learnupon.fake.portal import DEFINITIONS, FakePortal
from tests.hosts.learnupon.fake.wire import SECRET, URL


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    """The answers of LearnUpon, each once and the last one always; its fields are answered already."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(f"{URL}/users/customuserdata", json={"customDataFieldDefinitions": DEFINITIONS})
        yield mock


@pytest.fixture
def slept() -> list[float]:
    """The waits of the host, in seconds."""
    return []


@pytest.fixture
def portal(clock: Clock, slept: list[float]) -> Iterator[LearnUponHost]:
    """A host that stores external ids."""
    settings = LearnUponSettings("acme", "key", SECRET, external_id_label="Paycor ID", connections=1)
    one = host(settings, clock=clock, sleep=slept.append)
    yield one
    one.close()


@pytest.fixture
def site() -> FakePortal:
    """An empty fake portal."""
    return FakePortal()


@pytest.fixture(params=["Paycor ID", ""], ids=["with external ids", "without external ids"])
def label(request: pytest.FixtureRequest) -> str:
    """The label of the field for the external id."""
    return str(request.param)


@pytest.fixture
def inviting(site: FakePortal, clock: Clock, label: str) -> Iterator[LearnUponHost]:
    """A host of the fake portal that may invite."""
    with serving(site) as address:
        settings = LearnUponSettings(address, KEY, API_SECRET, external_id_label=label, invites=True)
        one = host(settings, clock=clock, sleep=lambda _: None)
        yield one
        one.close()
