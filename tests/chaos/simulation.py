"""Thirty days of a company, undisturbed and with kill -9: a seed and a number of kills in, a `ChaosResult` out."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random

import msgspec
import sqlalchemy as sa

from connector.core.model.run import RunStatus
from connector.core.model.settings import Limit, Limits, Policy
from connector.sandbox.paycor import SandboxServer
from connector.store import settings as stored_settings
from connector.store.connection import connections
from connector.store.tables.runs import RunRow
from tests.chaos.company import CLOSING_DAYS, DAYS, PEOPLE, next_day
from tests.chaos.ledger_check import ledger_errors
from tests.chaos.messages import PHASES, LmsConfig, RunCommand, RunResult
from tests.clock import Clock
from tests.faults.fault_list import FIRST
from tests.faults.rig import NINE_O_CLOCK, Rig
from tests.faults.snapshots import Snapshot, differences
from tests.whole import PORTAL, ROOT, TODAY

NO_LIMIT = Limit(100_000, 100)
#: Nothing is held: the test is about what a run does, not about what it leaves to an admin.
POLICY = Policy(limits=Limits(NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT), feed_pct=1)
#: What goes wrong at Paycor in one attempt out of four.
FAULTS = ("status-500", "html-504", "reset", "rate-limit", "token-refused", "truncated-json", "html-200")
#: Weight of each phase as a target: higher where something is written, since only a day's first run has much to do.
WEIGHTS = {"settle": 1, "read": 1, "plan": 2, "apply": 4, "mail": 4, "record": 5}
#: The most attempts of a day that faults alone may fail; the next one has no faults.
FAULTY_ATTEMPTS = 3
#: The longest delay of a kill after its target phase has begun.
MAX_DELAY_S = 0.02


@dataclass
class ChaosResult:
    """Kills by phase, attempts, failed runs, how many of those the connector tried again, how often the consent was
    given again; `problems` has to be empty."""

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    attempts: int = 0
    failed: int = 0
    again: int = 0
    reconnected: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass
class Simulation:
    """One Paycor and one LMS over the days; `rng` is None for the undisturbed simulation."""

    rig: Rig
    worker: subprocess.Popen[bytes]
    result: ChaosResult
    rng: Random | None = None
    begun: Counter[str] = field(default_factory=Counter)

    def run(self, days: int, kills: int = 0) -> Snapshot:
        """Run these days with these kills; gives the snapshot after the closing days."""
        for day in range(days + CLOSING_DAYS):
            if day < days:
                next_day(self.rig.paycor.sandbox, self.result.seed, TODAY, day)
            else:
                self.rig.paycor.sandbox.set_today(TODAY + timedelta(days=day))
            self.rig.clock.set(NINE_O_CLOCK + timedelta(days=day))
            if day < days and self.rng:
                # The first sync has the most to do, so it gets a third of the kills.
                left = kills - self.result.kills.total()
                self.begun = Counter(dict.fromkeys(PHASES, 2 if day else 10))
                self._kill(self.rng, -(-left // (days - day if day else 3)))
            self._run_to_the_end()
        return self.rig.snapshot()

    def _kill(self, rng: Random, kills: int) -> None:
        """Start runs until this many of them have been killed."""
        for _ in range(kills):
            killed = False
            while not killed:
                phases = [one for one in PHASES if self.begun[one]]
                phase = rng.choices(phases, [WEIGHTS[one] for one in phases])[0]
                nth, delay_s = rng.randint(1, max(1, self.begun[phase])), rng.random() * MAX_DELAY_S
                command = RunCommand(
                    now=self.rig.clock(), phase=phase, nth=nth, delay_s=delay_s, due=rng.random() < 0.1
                )
                killed = bool(self._attempt(command).killed_in)

    def _run_to_the_end(self) -> None:
        """Let the connector try a run again until one is done. Raises RuntimeError when an undisturbed one fails.

        Somebody starts only a run that nothing would try again: the first one of a day, and one that waited for a
        consent.
        """
        for attempt in range(FAULTY_ATTEMPTS + 2):
            undisturbed = self.rng is None or attempt == FAULTY_ATTEMPTS
            again = attempt > 0 and self._wait_for_the_next_try()
            self._attempt(RunCommand(now=self.rig.clock(), again=again), undisturbed=undisturbed)
            if self._last_status() == RunStatus.DONE:
                return
            self.result.failed += 1
        raise RuntimeError(f"An undisturbed run ended as {self._last_status()}.")

    def _wait_for_the_next_try(self) -> bool:
        """Move the clock to the time of the run that is tried again; returns whether it, or the daily sync, is due."""
        queued = sa.select(sa.func.min(RunRow.not_before)).where(RunRow.status == RunStatus.QUEUED)
        [(at,)] = self.rig.whole.rows(queued)
        connection = self.rig.connection
        due_at = connection.next_daily_at if connection else None
        if at is None and due_at is not None and due_at <= self.rig.clock():
            at = due_at
        if at is not None:
            self.rig.clock.set(max(at, self.rig.clock()))
        self.result.again += at is not None
        return at is not None

    def _attempt(self, command: RunCommand, *, undisturbed: bool = False) -> RunResult:
        self.result.attempts += 1
        self.rig.clock.advance(timedelta(minutes=1))
        faults = self.rig.paycor.sandbox.faults
        if self.rng and not undisturbed:
            command.fault_seed = f"{self.result.seed}/{self.result.attempts}"
            if self.rng.random() < 0.25:
                where = self.rng.choice(("*/token", f"*/{FIRST}/employees", f"*/{FIRST}/departments"))
                fault = {"kind": self.rng.choice(FAULTS), "path": where, "nth": self.rng.randint(1, 2)}
                faults.plant(fault)
        run = self._ask(command)
        faults.clear()
        if run.killed_in:
            self.result.kills[run.killed_in] += 1
        elif run.begun:
            self.begun = Counter(run.begun)
        self._connect_again()
        return run

    def _ask(self, command: RunCommand) -> RunResult:
        _send(self.worker, command)
        line = self.worker.stdout.readline() if self.worker.stdout else b""
        if not line:
            raise RuntimeError(f"The worker itself has ended, with exit code {self.worker.wait()}.")
        return msgspec.json.decode(line, type=RunResult)

    def _connect_again(self) -> None:
        """Connect again, as an admin does after a run was killed between using a token and storing the next one."""
        connection = self.rig.connection
        if connection is None or connection.state == "active":
            return
        connection_service = self.rig.services.connection
        with self.rig.whole.app.app_context():
            connection_service.paste(PORTAL, None, self.rig.whole.pasted())
            connection_service.finish(PORTAL, None)
        self.result.reconnected += 1

    def _last_status(self) -> str:
        rows = self.rig.whole.rows(sa.select(RunRow.status).order_by(RunRow.id.desc()).limit(1))
        return str(rows[0][0])


def run_chaos(folder: Path, *, seed: int, kills: int, days: int = DAYS) -> ChaosResult:
    """Simulate the same days twice, undisturbed and with kills; gives everything that differs."""
    result = ChaosResult(seed)
    with _running_worker() as worker:
        with _connected_portal(folder / "calm", worker, ChaosResult(seed), None) as undisturbed:
            expected = undisturbed.run(days)
            result.problems += [f"undisturbed: {error}" for error in ledger_errors(undisturbed.rig)]
        with _connected_portal(folder / "fire", worker, result, Random(seed)) as simulation:  # noqa: S311 - no secret
            disturbed = simulation.run(days, kills)
            result.problems += ledger_errors(simulation.rig)
    result.problems += differences(_comparable(disturbed), _comparable(expected))
    return result


def _comparable(snapshot: Snapshot) -> Snapshot:
    """The snapshot with absent reads cut off at the limit: with kills there were more reads."""
    enough = POLICY.absent_reads
    mirror = {key: (record, min(absent, enough)) for key, (record, absent) in _rows(snapshot)}
    return replace(snapshot, mirror=mirror)


def _rows(snapshot: Snapshot) -> Iterator[tuple[str, tuple[object, int]]]:
    for key, (record, absent) in snapshot.mirror.items():
        yield key, (record, int(str(absent)))


@contextmanager
def _connected_portal(
    folder: Path, worker: "subprocess.Popen[bytes]", result: ChaosResult, rng: Random | None
) -> Iterator[Simulation]:
    """A connected portal before its first sync; the worker works for it from now on."""
    folder.mkdir()
    clock = Clock(NINE_O_CLOCK)
    with SandboxServer(people=PEOPLE, seed=result.seed, today=TODAY, clock=clock) as paycor:
        rig = Rig(folder, paycor, clock)
        rig.whole.prepare()
        rig.repair()
        rig.whole.connect()
        with rig.services.database.writing() as session:
            connection = connections.of_portal(session, PORTAL)
            if connection is not None:
                stored_settings.set_policy(connection, POLICY)
        environment = {name: str(value) for name, value in rig.whole.environment.items()}
        _send(worker, LmsConfig(environment, str(folder)))
        yield Simulation(rig, worker, result, rng)
        rig.whole.close()


@contextmanager
def _running_worker() -> Iterator["subprocess.Popen[bytes]"]:
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.worker"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with worker:
        yield worker


def _send(worker: "subprocess.Popen[bytes]", message: LmsConfig | RunCommand) -> None:
    if worker.stdin:
        worker.stdin.write(msgspec.json.encode(message) + b"\n")
        worker.stdin.flush()
