"""The worker process: `python -m tests.chaos.worker`, with an LMS and commands on standard input.

For each command with a phase it forks a child, with all modules loaded, which executes one run of the real connector
and is killed (SIGKILL) in the middle of it. The process has one thread, so that a fork is complete.
"""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import cast

import msgspec

from connector.core.model.run import RunMode, RunTrigger
from connector.core.ports.host import Host
from connector.core.ports.ledger import Ledger
from connector.engine.context import RunContext
from connector.errors import RunInProgress
from connector.paycor.wire.rate_limit import RateLimiter
from connector.sandbox.lms import create_app
from connector.services import Services
from connector.store.db.sessions import Database
from connector.store.runs.lease import LeaseHandle
from connector.store.tables.connection import Connection
from connector.store.tables.runs import RunRow
from connector.wiring import Wiring
from tests.chaos.faulty_host import FaultyHost, PhaseReportingLedger
from tests.chaos.messages import LmsConfig, RunCommand, RunResult
from tests.whole import PORTAL


class TickingClock:
    """A clock that runs on from the instant it is set to."""

    def __init__(self) -> None:
        self.set(datetime(2026, 1, 1, tzinfo=UTC))

    def __call__(self) -> datetime:
        """The present instant of the clock."""
        return self._from + timedelta(seconds=time.monotonic() - self._since)

    def set(self, now: datetime) -> None:
        """Set the clock to `now`."""
        self._from, self._since = now, time.monotonic()


class WatchedWiring(Wiring):
    """The real wiring, with an LMS that may lose answers and a ledger that reports the phase."""

    rng: Random | None = None
    report_phase: Callable[[str], None] = staticmethod(lambda _: None)

    def host(self, connection: Connection) -> Host:
        """The LMS of the connection's portal, which may lose answers."""
        return cast(Host, FaultyHost(super().host(connection), self.rng, self.report_phase))

    def run_context(
        self,
        connection: Connection,
        run: RunRow,
        lease: LeaseHandle,
        only_employee_ids: Sequence[str] | None = None,
    ) -> RunContext:
        """The real context, watched."""
        context = super().run_context(connection, run, lease, only_employee_ids)
        return replace(context, ledger=cast(Ledger, PhaseReportingLedger(context.ledger, self.report_phase)))


class Worker:
    """Executes runs, in forked children if they are to be killed."""

    def __init__(self, config: LmsConfig) -> None:
        self._clock = TickingClock()
        app = create_app(
            {**config.environment, "LMS_INSTANCE_PATH": config.folder, "LMS_CLOCK": self._clock},
        )
        plain: Services = app.extensions["connector"]
        self._app = app
        with app.app_context():
            self._engine = plain.database.engine
        self._wiring = WatchedWiring(
            plain.config,
            Database(self._engine),
            plain.lms,
            self._clock,
            sleep=lambda _: None,
            rate_limiter=RateLimiter(calls=1_000_000),
        )
        self._services = Services(self._wiring, wake=lambda _: None)

    def carry_out(self, command: RunCommand) -> RunResult:
        """Execute one run: in a child that is killed if the command has a phase, else in this process."""
        if not command.phase:
            begun = Counter[str]()
            self._run(command, lambda phase: begun.update([phase]))
            return RunResult("", dict(begun))
        self._engine.dispose()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._run_to_death(command, writing)
        os.close(writing)
        with os.fdopen(reading, "rb", buffering=0) as moments:
            return _watch(child, command, moments.read)

    def _run_to_death(self, command: RunCommand, writing: int) -> None:
        """Execute the run in the child. Never returns, and skips the parent's exit handlers."""
        code = 1
        try:
            self._run(command, lambda phase: _write(writing, phase))
            code = 0
        finally:
            os._exit(code)

    def _run(self, command: RunCommand, report_phase: Callable[[str], None]) -> None:
        self._wiring.report_phase = report_phase
        self._wiring.rng = Random(command.fault_seed) if command.fault_seed else None  # noqa: S311 - no secret
        self._clock.set(command.now)
        with self._app.app_context():
            self._act(command)

    def _act(self, command: RunCommand) -> None:
        executor = self._services.executor
        if command.due:
            executor.due(role="worker")
            return
        if command.again:
            executor.tick(role="worker")
            return
        try:
            run_id = self._services.runs.request(PORTAL, RunMode.SYNC, RunTrigger.OPERATOR)
        except RunInProgress:
            return
        executor.attempt(run_id, role="worker")


def _write(pipe: int, phase: str) -> None:
    os.write(pipe, f"{phase}\n".encode())


def _watch(child: int, command: RunCommand, read: Callable[[int], bytes]) -> RunResult:
    """Watch a child until it ends; it is reaped only here, so that its id is not reused before the kill."""
    begun, last = Counter[str](), ""
    to_kill = bool(command.phase)
    while moments := read(4096):
        phases = moments.decode().split()
        last = phases[-1]
        begun.update(phases)
        if to_kill and begun[command.phase] >= command.nth:
            time.sleep(command.delay_s)
            os.kill(child, signal.SIGKILL)
            to_kill = False
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) not in (0, -signal.SIGKILL):
        raise RuntimeError(
            f"A child ended with exit code {os.waitstatus_to_exitcode(status)} in phase {last!r}."
        )
    return RunResult(last if os.WIFSIGNALED(status) else "", dict(begun))


def main() -> None:
    """Read commands and print the result of each; a configuration sets the LMS for the next commands."""
    worker: Worker | None = None
    for line in sys.stdin:
        message = msgspec.json.decode(line, type=LmsConfig | RunCommand)
        if isinstance(message, LmsConfig):
            worker = Worker(message)
        elif worker:
            sys.stdout.write(msgspec.json.encode(worker.carry_out(message)).decode() + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
