"""Every promise of connector/hosts/contract, kept by every host: what the sync relies on, whatever the LMS is."""

from collections.abc import Callable

import pytest

from connector.hosts.contract import CHECKS, Check, Names, NotOffered, Rig


@pytest.mark.parametrize(
    "check",
    [pytest.param(check, id=check.name, marks=pytest.mark.req(*check.requirements)) for check in CHECKS],
)
def test_a_host_keeps_its_promise(
    rig: Rig, check: Check, names: Names, record_property: Callable[[str, object], None]
) -> None:
    """Or says beforehand that it does not make it."""
    record_property("promise", check.title)
    try:
        check(rig, names)
    except NotOffered as missing:
        pytest.skip(f"not offered by the host: {missing}")
