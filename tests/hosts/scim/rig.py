"""The rigs of SCIM: five services by other makers, each on a real socket."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from connector.hosts.contract import Rig
from connector.hosts.remote import Answer, Pairs, Remote
from connector.hosts.scim import ScimHost, ScimSettings
from connector.hosts.scim.host import remote_of
from tests.hosts.servers.scim import (
    FULL,
    SMALL,
    TINY_BULK,
    TOKEN,
    Site,
    canaille,
    django_scim2,
    emptied,
    scim2_server,
    tenant,
)

#: Canaille accepts no address of a domain that is reserved for tests.
DOMAIN = "example.com"
OWN = f"connector@{DOMAIN}"
STAFF = "Staff"


@dataclass
class Troubles:
    """What goes wrong with the next create, and the requests that were sent."""

    is_busy: bool = False
    loses_answer: bool = False
    requests: list[str] = field(default_factory=list)


class TroubledRemote(Remote):
    """A `Remote` that loses an answer, or gets a 429, when its `troubles` say so."""

    troubles: Troubles

    def _send(
        self,
        method: str,
        path: str,
        params: Pairs | None,
        json: object,
        form: Pairs | None,
        headers: Mapping[str, str] | None,
    ) -> tuple[Answer, bool]:
        self.troubles.requests.append(f"{method} {path}")
        creates = method == "POST" and path in ("/Users", "/Bulk")
        if creates and self.troubles.is_busy:
            self.troubles.is_busy = False
            return Answer(429, headers={"Retry-After": "1"}), True
        answer = super()._send(method, path, params, json, form, headers)
        if creates and self.troubles.loses_answer:
            self.troubles.loses_answer = False
            return Answer(0, sure=False), True
        return answer


def connected(site: Site, troubles: Troubles, fields: tuple[str, ...] | None = None) -> ScimHost:
    """A host of the service with these troubles."""
    settings = ScimSettings(
        site.url,
        TOKEN,
        fields=fields,
        staff_groups=frozenset({STAFF}),
        protected=frozenset({OWN}),
    )
    remote = remote_of(settings, sleep=lambda seconds: None, remote_class=TroubledRemote)
    assert isinstance(remote, TroubledRemote)
    remote.troubles = troubles
    return ScimHost(remote, settings)


def _rig(
    site: Site,
    host: ScimHost,
    troubles: Troubles,
    promote: Callable[[str], object],
    *,
    own_id: str,
    many: bool = False,
) -> Rig:
    def rename(account_id: str, name: str) -> None:
        site.patch(f"/Users/{account_id}", "replace", "name.givenName", name)

    return Rig(
        host,
        rename=rename,
        promote=promote,
        own_account_id=own_id,
        loses_answer=lambda: setattr(troubles, "loses_answer", True),
        is_busy=lambda: setattr(troubles, "is_busy", True),
        many=many,
        domain=DOMAIN,
    )


def _by_role(site: Site, *, many: bool = False) -> Iterator[Rig]:
    """A service with roles and an empty group."""
    troubles = Troubles()
    host, own_id = connected(site, troubles), site.user(OWN)
    site.group("Sales")

    def promote(account_id: str) -> None:
        site.patch(f"/Users/{account_id}", "add", "roles", [{"value": "instructor"}])

    yield _rig(site, host, troubles, promote, own_id=own_id, many=many)
    host.close()


def _by_group(site: Site, fields: tuple[str, ...] | None = None) -> Iterator[Rig]:
    """A service without roles: the members of a staff group are more than learners."""
    troubles = Troubles()
    host, own_id = connected(site, troubles, fields), site.user(OWN)
    # Canaille has no empty groups.
    site.group("Sales", own_id)
    staff_id = site.group(STAFF, own_id)

    def promote(account_id: str) -> None:
        site.patch(f"/Groups/{staff_id}", "add", "members", [{"value": account_id}])

    yield _rig(site, host, troubles, promote, own_id=own_id)
    host.close()


@pytest.fixture(scope="session")
def scim2_full_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scim2-server with every feature."""
    with scim2_server(FULL, tmp_path_factory.mktemp("scim2-full")) as address:
        yield address


@pytest.fixture(scope="session")
def scim2_small_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scim2-server without bulk and entity tags, with pages of 50."""
    with scim2_server(SMALL, tmp_path_factory.mktemp("scim2-small")) as address:
        yield address


@pytest.fixture(scope="session")
def scim2_tiny_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scim2-server without filters that accepts three operations at once, in few bytes."""
    with scim2_server(TINY_BULK, tmp_path_factory.mktemp("scim2-tiny")) as address:
        yield address


@pytest.fixture(scope="session")
def canaille_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Canaille."""
    with canaille(tmp_path_factory.mktemp("canaille")) as address:
        yield address


@pytest.fixture(scope="session")
def django_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Django site with django-scim2."""
    with django_scim2(tmp_path_factory.mktemp("django-scim2")) as address:
        yield address


@pytest.fixture
def scim2_full(scim2_full_address: str) -> Iterator[Rig]:
    """Every feature. 5,000 accounts take this server six minutes, so only HOSTS_MANY=1 includes them."""
    yield from _by_role(tenant(scim2_full_address), many="HOSTS_MANY" in os.environ)


@pytest.fixture
def scim2_small(scim2_small_address: str) -> Iterator[Rig]:
    """No bulk, no entity tags."""
    yield from _by_role(tenant(scim2_small_address))


@pytest.fixture
def scim2_tiny_bulk(scim2_tiny_address: str) -> Iterator[Rig]:
    """Bulk of three operations, no filters."""
    yield from _by_role(tenant(scim2_tiny_address))


@pytest.fixture
def scim_canaille(canaille_address: str) -> Iterator[Rig]:
    """No filters, no external id, its own schema."""
    yield from _by_group(emptied(canaille_address))


@pytest.fixture
def scim_django(django_address: str) -> Iterator[Rig]:
    """PATCH in part, and no attributes but those of Django's users."""
    yield from _by_group(emptied(django_address), fields=())
