"""The one who works: `python -m tests.chaos.worker`, where to work and orders on standard input.

It has everything loaded. For each order that says so it forks a child, which carries out one run of the real connector
and is killed (SIGKILL) in the middle of it. It has one thread, so that a fork is whole.
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
from connector.paycor.wire.pacing import Pacing
from connector.sandbox.lms import create_app
from connector.services import Services
from connector.store.db.sessions import Database
from connector.store.runs.lease import LeaseHandle
from connector.store.tables.connection import Connection
from connector.store.tables.runs import RunRow
from connector.wiring import Wiring
from tests.chaos.orders import Order, Place, Told
from tests.chaos.slipping import SlippingHost, TellingLedger
from tests.whole import PORTAL


class TickingClock:
    """A clock that goes on from where it is set, as clocks do."""

    def __init__(self) -> None:
        self.set(datetime(2026, 1, 1, tzinfo=UTC))

    def __call__(self) -> datetime:
        """The instant it shows."""
        return self._from + timedelta(seconds=time.monotonic() - self._since)

    def set(self, now: datetime) -> None:
        """Show `now`, and go on from there."""
        self._from, self._since = now, time.monotonic()


class WatchedWiring(Wiring):
    """The real wiring, with an LMS that may slip and a ledger that tells how far it is."""

    chance: Random | None = None
    tell: Callable[[str], None] = staticmethod(lambda _: None)

    def host(self, connection: Connection) -> Host:
        """The LMS of the connection's portal, which slips."""
        return cast(Host, SlippingHost(super().host(connection), self.chance, self.tell))

    def parts(
        self, connection: Connection, run: RunRow, held: LeaseHandle, few: Sequence[str] | None = None
    ) -> RunContext:
        """The real parts, watched."""
        made = super().parts(connection, run, held, few)
        return replace(made, ledger=cast(Ledger, TellingLedger(made.ledger, self.tell)))


class Worker:
    """Forks children that have everything loaded."""

    def __init__(self, place: Place) -> None:
        self._clock = TickingClock()
        app = create_app(
            {**place.environment, "LMS_INSTANCE_PATH": place.folder, "LMS_CLOCK": self._clock},
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
            pacing=Pacing(calls=1_000_000),
        )
        self._services = Services(self._wiring, wake=lambda _: None)

    def carry_out(self, order: Order) -> Told:
        """One run: in a child that is killed if the order says so, else right here, so that children begin warm."""
        if not order.phase:
            begun = Counter[str]()
            self._run(order, lambda phase: begun.update([phase]))
            return Told("", dict(begun))
        self._engine.dispose()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._run_to_death(order, writing)
        os.close(writing)
        with os.fdopen(reading, "rb", buffering=0) as moments:
            return _watch(child, order, moments.read)

    def _run_to_death(self, order: Order, writing: int) -> None:
        """In the child: never comes back, and runs nothing that its parent has put off for its own end."""
        code = 1
        try:
            self._run(order, lambda phase: _write(writing, phase))
            code = 0
        finally:
            os._exit(code)

    def _run(self, order: Order, tell: Callable[[str], None]) -> None:
        self._wiring.tell = tell
        self._wiring.chance = Random(order.chance) if order.chance else None  # noqa: S311 - no secret
        self._clock.set(order.now)
        with self._app.app_context():
            self._act(order)

    def _act(self, order: Order) -> None:
        executing = self._services.executor
        if order.due:
            executing.due(role="worker")
            return
        try:
            run_id = self._services.runs.request(PORTAL, RunMode.SYNC, RunTrigger.OPERATOR)
        except RunInProgress:
            return
        executing.attempt(run_id, role="worker")


def _write(pipe: int, phase: str) -> None:
    os.write(pipe, f"{phase}\n".encode())


def _watch(child: int, order: Order, read: Callable[[int], bytes]) -> Told:
    """Follow a child until it is dead; it is reaped here and nowhere else, so that no other is killed for it."""
    begun, last = Counter[str](), ""
    to_kill = bool(order.phase)
    while moments := read(4096):
        phases = moments.decode().split()
        last = phases[-1]
        begun.update(phases)
        if to_kill and begun[order.phase] >= order.nth:
            time.sleep(order.delay_s)
            os.kill(child, signal.SIGKILL)
            to_kill = False
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) not in (0, -signal.SIGKILL):
        raise RuntimeError(f"a child ended by itself with {os.waitstatus_to_exitcode(status)} in {last!r}")
    return Told(last if os.WIFSIGNALED(status) else "", dict(begun))


def main() -> None:
    """Orders in, what became of each out, until there are no more; a place says for whom the next ones are."""
    worker: Worker | None = None
    for line in sys.stdin:
        asked = msgspec.json.decode(line, type=Place | Order)
        if isinstance(asked, Place):
            worker = Worker(asked)
        elif worker:
            sys.stdout.write(msgspec.json.encode(worker.carry_out(asked)).decode() + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
