"""Every promise of a host, kept by NOW-LMS: tried in its own environment, because its pins conflict with ours."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from connector.hosts.contract import CHECKS, Promise
from connector.store.db.vault import new_key
from tests.hosts.now_lms.outbox import free_port
from tests.hosts.now_lms.site import Site, python
from tests.hosts.summary import CHECK, HOST

KEEPING = Path(__file__).with_name("keeping.py")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, str]]:
    """What became of each promise, by its name."""
    folder = tmp_path_factory.mktemp("now_lms")
    settings = {"CONNECTOR_SECRET_KEYS": new_key(), "CONNECTOR_SCHEDULER": "false"}
    done = Site(python(), folder, free_port(), settings).run(str(KEEPING), str(folder / "report"))
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    lines = (folder / "report").read_text(encoding="utf-8").splitlines()
    return {line["name"]: line for line in map(json.loads, lines)}


@pytest.mark.parametrize(
    "check",
    [pytest.param(check, id=check.name, marks=pytest.mark.req(*check.requirements)) for check in CHECKS],
)
def test_now_lms_keeps_its_promise(
    request: pytest.FixtureRequest, report: Mapping[str, Mapping[str, str]], check: Promise
) -> None:
    """Or says beforehand that it does not make it."""
    request.node.user_properties += [(HOST, "now_lms"), (CHECK, check.name)]
    tried = report[check.name]
    if tried["result"] == "not_offered":
        pytest.skip(tried["said"])

    assert tried["result"] == "kept", tried["said"]


def test_whom_an_admin_has_deleted_can_be_made_anew(report: Mapping[str, Mapping[str, str]]) -> None:
    """NOW-LMS's way of deleting leaves the connector's key behind on SQLite."""
    assert report["whom_an_admin_has_deleted_can_be_made_anew"]["result"] == "kept"
