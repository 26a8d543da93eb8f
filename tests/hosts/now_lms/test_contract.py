"""NOW-LMS keeps every promise of a host; it is tried in its own environment, because its pins conflict."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from connector.hosts.contract import CHECKS, Promise
from connector.store.db.vault import new_key
from tests.hosts.contract.summary import CHECK, HOST
from tests.hosts.now_lms.outbox import free_port
from tests.hosts.now_lms.site import Site, python

SCRIPT = Path(__file__).with_name("try_promises.py")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, str]]:
    """The result of each promise, by name."""
    folder = tmp_path_factory.mktemp("now_lms")
    settings = {"CONNECTOR_SECRET_KEYS": new_key(), "CONNECTOR_SCHEDULER": "false"}
    done = Site(python(), folder, free_port(), settings).run(str(SCRIPT), str(folder / "report"))
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
    """Or says that it does not make it."""
    request.node.user_properties += [(HOST, "now_lms"), (CHECK, check.name)]
    result = report[check.name]
    if result["result"] == "not_offered":
        pytest.skip(result["reason"])

    assert result["result"] == "kept", result["reason"]


def test_a_deleted_user_can_be_created_again(report: Mapping[str, Mapping[str, str]]) -> None:
    """On SQLite, NOW-LMS leaves the external id of a deleted user behind."""
    assert report["a_deleted_user_can_be_created_again"]["result"] == "kept"
