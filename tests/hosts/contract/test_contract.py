"""Every promise of connector/hosts/contract, kept by every host: what the sync relies on, whatever the LMS is."""

import pytest

from connector.hosts.contract import CHECKS, Names, NotOffered, Promise, Rig


@pytest.mark.parametrize(
    "check",
    [pytest.param(check, id=check.name, marks=pytest.mark.req(*check.requirements)) for check in CHECKS],
)
def test_a_host_keeps_its_promise(rig: Rig, check: Promise, names: Names) -> None:
    """Or says beforehand that it does not make it."""
    try:
        check(rig, names)
    except NotOffered as missing:
        pytest.skip(str(missing))
