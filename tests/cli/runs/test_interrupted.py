"""Real processes that meet or are killed: one sync at a time, and nothing twice."""

import os
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from connector.sandbox.paycor import SandboxServer
from tests.whole import Whole, opened, repair, started, wait_for

PEOPLE = 1_200
SYNC = ("sync", "--portal", "1")


@pytest.fixture(scope="module")
def paycor() -> Iterator[SandboxServer]:
    """A company of twelve hundred people."""
    with started(PEOPLE) as made:
        yield made


@pytest.fixture(scope="module")
def twin(paycor: SandboxServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """An LMS whose first sync runs without a kill."""
    with opened(paycor, tmp_path_factory.mktemp("twin")) as whole:
        whole.prepare()
        whole.connect()
        assert whole.sync().status == "done"
        yield whole


@pytest.fixture
def whole(paycor: SandboxServer, twin: Whole, tmp_path: Path) -> Iterator[Whole]:
    """An LMS before its first sync."""
    with opened(paycor, tmp_path) as made:
        made.prepare()
        made.connect()
        yield made
    repair(paycor)


def ends(whole: Whole) -> tuple[object, ...]:
    """The result of a sync, without the ids that differ per LMS: learners, mails, links and their mail states."""
    links = "SELECT person_key, state, mail, mail_state, origin FROM connector_link"
    with whole.services.database.engine.connect() as connection:
        return whole.learners(), whole.mails(), sorted(map(tuple, connection.exec_driver_sql(links)))


def kill_when(running: subprocess.Popen[str], whole: Whole, query: str) -> None:
    """Kill a process, as the kernel does when memory runs out, as soon as a query gives a number."""
    with closing(connect(whole.folder / "lms.sqlite", isolation_level=None)) as driver:
        wait_for(lambda: driver.execute(query).fetchone()[0], "moment to kill at", pause_s=0.001)
    os.kill(running.pid, signal.SIGKILL)
    running.communicate(timeout=60)


def test_the_second_of_two_syncs_says_who_has_the_lease(whole: Whole, paycor: SandboxServer) -> None:
    """And until when; the first goes on and succeeds."""
    paycor.sandbox.faults.plant({"kind": "slow", "path": "*/employees", "nth": 2, "seconds": 4})
    first = whole.start(*SYNC)
    wait_for(lambda: [run.status for run in whole.services.views.runs("1").rows] == ["running"], "first sync")

    second = whole.start(*SYNC)
    stdout, stderr = second.communicate(timeout=60)
    _, first_stderr = first.communicate(timeout=60)

    assert (second.returncode, stdout) == (1, "")
    assert f"is being synced by command pid {first.pid}" in stderr
    assert re.search(r"holds it until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", stderr)
    assert stderr.count("\n") == 1
    assert (first.returncode, "Error" in first_stderr) == (0, False)
    assert [run.status for run in whole.services.views.runs("1").rows] == ["done"]


def is_calm(whole: Whole) -> bool:
    """Whether one more sync finds nothing to do."""
    report = whole.sync().report
    return report is not None and report.unchanged + report.skipped == report.read and not report.mails


#: When the process is killed -> a query that gives a number above 0 from then on.
MOMENTS = {
    "reading": "SELECT count(*) FROM connector_staged_employee",
    "between two batches": "SELECT count(*) FROM connector_link",
    "inside a batch": "SELECT count(*) FROM connector_entry WHERE outcome = 'intended'",
    "mailing": "SELECT count(*) FROM connector_link WHERE mail_state IN ('sending', 'sent')",
}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.req("A5", "A9", "A11")
def test_the_next_sync_finishes_a_killed_one(
    whole: Whole, twin: Whole, paycor: SandboxServer, moment: str
) -> None:
    """The result is that of a sync without a kill: the same people, the same mails, no person twice."""
    if moment == "reading":
        paycor.sandbox.faults.plant({"kind": "slow", "path": "*/employees", "nth": 4, "seconds": 3})
    running = whole.start(*SYNC)
    kill_when(running, whole, MOMENTS[moment])

    run = whole.sync()

    assert running.returncode == -signal.SIGKILL
    assert run.status == "done"
    assert ends(whole) == ends(twin)
    assert {count for _, count in Counter(whole.mails()).items()} == {1}
    assert [one.status for one in whole.services.views.runs("1").rows] == ["done", "interrupted"]
    assert is_calm(whole)
