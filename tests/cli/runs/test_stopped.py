"""Real processes that are asked to end in mid-run: they end after their batch, and the next process does the rest."""

import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.core.model.run import RunMode, RunTrigger
from connector.sandbox.paycor import SandboxServer
from tests.whole import Whole, opened, repair, started, wait_for

PEOPLE = 400
SYNC = ("sync", "--portal", "1")
SLOW = {"kind": "slow", "path": "*/employees", "nth": 2, "seconds": 3}


@pytest.fixture(scope="module")
def paycor() -> Iterator[SandboxServer]:
    """A company of four hundred people."""
    with started(PEOPLE) as made:
        yield made


@pytest.fixture
def whole(paycor: SandboxServer, tmp_path: Path) -> Iterator[Whole]:
    """An LMS before its first sync; Paycor is slow with the second page."""
    with opened(paycor, tmp_path) as made:
        made.prepare()
        made.connect()
        paycor.sandbox.faults.plant(SLOW)
        yield made
    repair(paycor)


def statuses(whole: Whole) -> list[str]:
    """The status of every run, the newest first."""
    return [str(run.status) for run in whole.services.views.runs("1").rows]


@pytest.mark.req("D30")
def test_a_command_that_is_asked_to_end_ends_after_its_batch(whole: Whole) -> None:
    """It says so in one line; the run is queued, and any process that has a scheduler does it at once."""
    running = whole.start(*SYNC)
    wait_for(lambda: statuses(whole) == ["running"], "first sync")

    running.send_signal(signal.SIGTERM)
    _, stderr = running.communicate(timeout=120)
    after = statuses(whole)
    with whole.app.app_context():
        whole.services.executor.tick(role="test")

    assert (running.returncode, after) == (1, ["queued", "stopped"])
    assert "The service was stopped, so this run ended after its last batch." in stderr
    assert statuses(whole) == ["done", "stopped"]
    assert {count for _, count in Counter(whole.mails()).items()} == {1}


@pytest.mark.req("D30")
def test_a_killed_first_sync_is_done_by_the_next_process(whole: Whole) -> None:
    """Kill -9: nobody presses Sync, and the scheduler of another process finds the run and tries it again."""
    running = whole.start(*SYNC)
    wait_for(lambda: statuses(whole) == ["running"], "first sync")

    running.kill()
    running.communicate(timeout=120)
    whole.services.executor.tick(role="test")
    [again, killed] = whole.services.views.runs("1").rows

    assert (again.status, again.attempt, killed.status) == ("queued", 2, "interrupted")
    assert again.not_before == killed.retry_at


@pytest.mark.req("D30")
def test_the_scheduler_that_is_asked_to_end_ends_its_run_after_the_batch(whole: Whole) -> None:
    """The process ends by itself, long before a service manager would kill it, and nothing is left half recorded."""
    whole.services.runs.request("1", RunMode.SYNC, RunTrigger.OPERATOR)
    process = whole.start("scheduler")
    wait_for(lambda: statuses(whole) == ["running"], "sync of the scheduler")

    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=120)

    assert process.returncode == 128 + signal.SIGTERM
    assert statuses(whole) == ["queued", "stopped"]
