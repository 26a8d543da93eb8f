"""The number of requests that a changed learner takes on real SCIM services (goal P7)."""

from collections.abc import Iterator

import pytest

from connector.core.model.account import AccountState
from connector.core.ports.host import Change, Key, KeyKind, NewAccount, OutcomeStatus
from connector.hosts.scim import ScimHost
from tests.hosts.scim.rig import Troubles, connected
from tests.hosts.servers.scim import Site, tenant

ROWS = [
    NewAccount(f"p{number}", f"e{number}@example.com", "Ada", f"No {number}", AccountState.ACTIVE)
    for number in range(500)
]


@pytest.fixture(autouse=True)
def wired() -> None:
    """Let the requests out: these services are on real sockets."""


@pytest.fixture
def troubles() -> Troubles:
    """No troubles; the requests are counted."""
    return Troubles()


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Site:
    """A new service on the server of the test."""
    return tenant(request.getfixturevalue(request.param))


@pytest.fixture
def host(site: Site, troubles: Troubles) -> Iterator[ScimHost]:
    """A host that has read what the service supports."""
    one = connected(site, troubles)
    one.capabilities()
    yield one
    one.close()


@pytest.mark.parametrize(
    ("site", "count", "limit"),
    [
        pytest.param("scim2_small_address", 200, 1.1, id="without bulk"),
        pytest.param("scim2_full_address", 500, 1 / 100, id="with bulk"),
    ],
    indirect=["site"],
)
def test_a_changed_learner_takes_few_requests(
    host: ScimHost, troubles: Troubles, count: int, limit: float
) -> None:
    """Including the look-ups of a sync: by external id and address, then by id."""
    rows = ROWS[:count]
    begun = len(troubles.requests)
    host.find([key for row in rows for key in _keys(row)])
    created = host.create(rows)
    creating = len(troubles.requests) - begun
    host.find([Key(KeyKind.ID, one.account_id or "") for one in created])
    updated = host.update([Change(one.account_id or "", state=AccountState.SUSPENDED) for one in created])
    updating = len(troubles.requests) - begun - creating

    assert {one.status for one in (*created, *updated)} == {OutcomeStatus.CREATED, OutcomeStatus.UPDATED}
    assert creating / count <= limit
    assert updating / count <= limit


def _keys(row: NewAccount) -> tuple[Key, Key]:
    return Key(KeyKind.EXTERNAL_ID, row.external_id), Key(KeyKind.EMAIL, row.email)
