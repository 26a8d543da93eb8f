"""Every host. A new one needs a fixture in `<name>_rig.py`, imported here, and its name in RIGS."""

import pytest

from connector.core.ports.host import Host
from connector.hosts.contract import Names, Promise, Rig
from tests.hosts.built_in_rig import built_in
from tests.hosts.contract.summary import CHECK, HOST
from tests.hosts.inprocess_rig import inprocess, lms, minimal
from tests.hosts.learnupon.rig import learnupon
from tests.hosts.memory_rig import memory
from tests.hosts.moodle.rig import moodle, moodle_connect, moodle_host, moodle_site
from tests.hosts.scim.rig import (
    canaille_address,
    django_address,
    scim2_full,
    scim2_full_address,
    scim2_small,
    scim2_small_address,
    scim2_tiny_address,
    scim2_tiny_bulk,
    scim_canaille,
    scim_django,
)

#: The fixtures that pytest finds here, with those they need.
__all__ = [
    "built_in",
    "canaille_address",
    "django_address",
    "inprocess",
    "learnupon",
    "lms",
    "memory",
    "minimal",
    "moodle",
    "moodle_connect",
    "moodle_host",
    "moodle_site",
    "scim2_full",
    "scim2_full_address",
    "scim2_small",
    "scim2_small_address",
    "scim2_tiny_address",
    "scim2_tiny_bulk",
    "scim_canaille",
    "scim_django",
]

SCIM = ("scim2_full", "scim2_small", "scim2_tiny_bulk", "scim_canaille", "scim_django")
RIGS = ("memory", "inprocess", "built_in", "learnupon", "moodle", *SCIM)


@pytest.fixture(params=RIGS)
def rig(request: pytest.FixtureRequest) -> Rig:
    """Each host in turn."""
    check = request.node.callspec.params.get("check")
    if isinstance(check, Promise):
        request.node.user_properties += [(HOST, request.param), (CHECK, check.name)]
    rig = request.getfixturevalue(request.param)
    assert isinstance(rig, Rig)
    return rig


@pytest.fixture
def host(rig: Rig) -> Host:
    """The host of the rig."""
    return rig.host


@pytest.fixture
def names(rig: Rig) -> Names:
    """Names that only one test uses, because an LMS may outlive the test. A failure shows their tag."""
    names = Names(rig.domain)
    print(f"The tag of this trial is {names.tag}.")  # noqa: T201
    return names
