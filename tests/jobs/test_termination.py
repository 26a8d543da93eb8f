"""SIGTERM and the end of a scheduler: runs end after their batch, and the handlers of the LMS stay."""

import signal
import subprocess
import sys
from datetime import UTC, datetime
from threading import Event

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from connector.jobs.threads import RunThreads
from connector.stopping import StopSignal
from tests.whole import ROOT

#: A process with a handler of its own, or without one; the connector listens too.
PROGRAM = """
import os, signal, sys
from connector.jobs.termination import stop_on_termination
from connector.stopping import StopSignal
if {own}:
    signal.signal(signal.SIGTERM, lambda *_: print("the LMS's own handler"))
first, second = StopSignal(), StopSignal()
stop_on_termination(first)
stop_on_termination(second)
try:
    os.kill(os.getpid(), signal.SIGTERM)
finally:
    print(first.is_requested, second.is_requested)
"""


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        pytest.param(
            True, (0, "the LMS's own handler\nTrue True\n"), id="a handler of the LMS is still called"
        ),
        pytest.param(False, (128 + signal.SIGTERM, "True True\n"), id="without one the process ends"),
    ],
)
@pytest.mark.req("D30")
def test_a_signal_stops_every_run_and_does_what_it_did_before(own: bool, expected: tuple[int, str]) -> None:
    """However many apps of one process listen."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(own=own)], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (ended.returncode, ended.stdout) == expected


@pytest.mark.req("D30")
def test_a_scheduler_that_is_shut_down_ends_its_runs() -> None:
    """The executor hears of it before it waits for its threads; started again, runs may start again."""
    stop, begun, ended = StopSignal(), Event(), Event()

    def run_until_stopped() -> None:
        begun.set()
        while not stop.is_requested:
            Event().wait(0.01)
        ended.set()

    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_executor(RunThreads(1, stop), "runs")
    now = datetime.now(UTC)
    scheduler.add_job(run_until_stopped, "interval", hours=1, next_run_time=now, executor="runs")
    scheduler.start()
    begun.wait(30)
    scheduler.shutdown(wait=True)

    assert ended.is_set()
    scheduler.start(paused=True)
    assert not stop.is_requested
    scheduler.shutdown()
