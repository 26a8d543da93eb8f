"""Thirty days of a company, undisturbed and under kill -9: a seed and a number of kills in, a `Verdict` out."""

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

from connector.core.model.settings import Limit, Limits, Policy
from connector.sandbox.paycor import SandboxServer
from connector.store.connection import connections
from connector.store.tables.runs import RunRow
from tests.chaos.company import CLOSING_DAYS, DAYS, PEOPLE, move_on
from tests.chaos.orders import PHASES, Order, Place, Told
from tests.chaos.truth import lies
from tests.clock import Clock
from tests.faults.matrix import FIRST
from tests.faults.stage import NINE_O_CLOCK, Stage
from tests.faults.standing import Standing, differences
from tests.whole import PORTAL, ROOT, TODAY

ANY = Limit(100_000, 100)
#: Nothing is held: what is looked for is what a run does, not what it leaves to an admin.
POLICY = Policy(limits=Limits(ANY, ANY, ANY, ANY, ANY), feed_pct=1)
#: What goes wrong at Paycor in one attempt out of four.
FAULTS = ("status-500", "html-504", "reset", "rate-limit", "token-refused", "truncated-json", "html-200")
#: How often each phase is aimed at: more often where something is written, for no run but a day's first has much to do.
WEIGHTS = {"settle": 1, "read": 1, "plan": 2, "apply": 4, "mail": 4, "record": 5}
#: So many attempts of a day may be troubled by faults alone; the next is left in peace.
TROUBLED = 3
#: Nobody is killed later than so long after the phase that was aimed at has begun.
LONGEST_S = 0.02


@dataclass
class Verdict:
    """What came of it: kills by phase, attempts, how often the consent was lost and given again; and what is wrong."""

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    attempts: int = 0
    troubled: int = 0
    reconnected: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass
class Life:
    """One Paycor and one LMS on their way through the days; `chance` is None for a life that nothing disturbs."""

    stage: Stage
    worker: subprocess.Popen[bytes]
    verdict: Verdict
    chance: Random | None = None
    begun: Counter[str] = field(default_factory=Counter)

    def live(self, days: int, kills: int = 0) -> Standing:
        """So many days, so many kills among them, and how everybody stands when it has become quiet."""
        for day in range(days + CLOSING_DAYS):
            if day < days:
                move_on(self.stage.paycor.sandbox, self.verdict.seed, TODAY, day)
            else:
                self.stage.paycor.sandbox.set_today(TODAY + timedelta(days=day))
            self.stage.clock.set(NINE_O_CLOCK + timedelta(days=day))
            if day < days and self.chance:
                # The first sync has the most to do, so a third of them fall into it.
                left = kills - self.verdict.kills.total()
                self.begun = Counter(dict.fromkeys(PHASES, 2 if day else 10))
                self._kill(self.chance, -(-left // (days - day if day else 3)))
            self._finish()
        return self.stage.standing()

    def _kill(self, chance: Random, kills: int) -> None:
        """So many runs of this day that do not come to their end."""
        for _ in range(kills):
            killed = False
            while not killed:
                phases = [one for one in PHASES if self.begun[one]]
                phase = chance.choices(phases, [WEIGHTS[one] for one in phases])[0]
                nth, delay_s = chance.randint(1, max(1, self.begun[phase])), chance.random() * LONGEST_S
                order = Order(
                    now=self.stage.clock(), phase=phase, nth=nth, delay_s=delay_s, due=chance.random() < 0.1
                )
                killed = bool(self._attempt(order).killed_in)

    def _finish(self) -> None:
        """Runs until one is through."""
        for tried in range(TROUBLED + 2):
            calm = self.chance is None or tried == TROUBLED
            self._attempt(Order(now=self.stage.clock()), calm=calm)
            if self._last_status() == "done":
                return
            self.verdict.troubled += 1
        raise RuntimeError(f"an undisturbed run ended as {self._last_status()}")

    def _attempt(self, order: Order, *, calm: bool = False) -> Told:
        self.verdict.attempts += 1
        self.stage.clock.advance(timedelta(minutes=1))
        faults = self.stage.paycor.sandbox.faults
        if self.chance and not calm:
            order.chance = f"{self.verdict.seed}/{self.verdict.attempts}"
            if self.chance.random() < 0.25:
                where = self.chance.choice(("*/token", f"*/{FIRST}/employees", f"*/{FIRST}/departments"))
                fault = {"kind": self.chance.choice(FAULTS), "path": where, "nth": self.chance.randint(1, 2)}
                faults.plant(fault)
        told = self._ask(order)
        faults.clear()
        if told.killed_in:
            self.verdict.kills[told.killed_in] += 1
        elif told.begun:
            self.begun = Counter(told.begun)
        self._connect_again()
        return told

    def _ask(self, order: Order) -> Told:
        _send(self.worker, order)
        line = self.worker.stdout.readline() if self.worker.stdout else b""
        if not line:
            raise RuntimeError(f"the worker itself has ended, with {self.worker.wait()}")
        return msgspec.json.decode(line, type=Told)

    def _connect_again(self) -> None:
        """What an admin does when a token was spent by somebody who was killed before storing the next one."""
        connection = self.stage.connection
        if connection is None or connection.state == "active":
            return
        connecting = self.stage.services.connection
        with self.stage.whole.app.app_context():
            connecting.paste(PORTAL, None, self.stage.whole.pasted())
            connecting.finish(PORTAL, None)
        self.verdict.reconnected += 1

    def _last_status(self) -> str:
        rows = self.stage.whole.rows(sa.select(RunRow.status).order_by(RunRow.id.desc()).limit(1))
        return str(rows[0][0])


def torment(folder: Path, *, seed: int, kills: int, days: int = DAYS) -> Verdict:
    """The same days twice, once in peace and once under fire, and everything in which they differ."""
    verdict = Verdict(seed)
    with _working() as worker:
        with _begun(folder / "calm", worker, Verdict(seed), None) as calm:
            expected = calm.live(days)
            verdict.wrong += [f"in peace: {lie}" for lie in lies(calm.stage)]
        with _begun(folder / "fire", worker, verdict, Random(seed)) as life:  # noqa: S311 - no secret
            found = life.live(days, kills)
            verdict.wrong += lies(life.stage)
    verdict.wrong += differences(_compared(found), _compared(expected))
    return verdict


def _compared(standing: Standing) -> Standing:
    """How often somebody is missing counts the reads, of which there were more under fire; three are enough."""
    enough = POLICY.absent_reads
    mirror = {key: (record, min(absent, enough)) for key, (record, absent) in _rows(standing)}
    return replace(standing, mirror=mirror)


def _rows(standing: Standing) -> Iterator[tuple[str, tuple[object, int]]]:
    for key, (record, absent) in standing.mirror.items():
        yield key, (record, int(str(absent)))


@contextmanager
def _begun(
    folder: Path, worker: "subprocess.Popen[bytes]", verdict: Verdict, chance: Random | None
) -> Iterator[Life]:
    """A connected portal before its first sync, and somebody to work for it."""
    folder.mkdir()
    clock = Clock(NINE_O_CLOCK)
    with SandboxServer(people=PEOPLE, seed=verdict.seed, today=TODAY, clock=clock) as paycor:
        stage = Stage(folder, paycor, clock)
        stage.whole.prepare()
        stage.mend()
        stage.whole.connect()
        with stage.services.database.writing() as session:
            connection = connections.of_portal(session, PORTAL)
            if connection is not None:
                connections.set_policy(connection, POLICY)
        environment = {name: str(value) for name, value in stage.whole.environment.items()}
        _send(worker, Place(environment, str(folder)))
        yield Life(stage, worker, verdict, chance)
        stage.whole.close()


@contextmanager
def _working() -> Iterator["subprocess.Popen[bytes]"]:
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.worker"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with worker:
        yield worker


def _send(worker: "subprocess.Popen[bytes]", asked: Place | Order) -> None:
    if worker.stdin:
        worker.stdin.write(msgspec.json.encode(asked) + b"\n")
        worker.stdin.flush()
