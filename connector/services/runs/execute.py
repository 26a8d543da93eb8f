"""Carrying runs out: take the lease, run the engine, write how it ended. Called by the jobs and the command line."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from connector.core.model.connection import ConnectionState
from connector.core.model.run import RunMode, RunPhase, RunStatus, RunTrigger
from connector.engine import sync
from connector.engine.context import RunContext, RunEnding, RunResult
from connector.errors import ConnectorError, LeaseLost, RunInProgress, SchemaBehind, SourceAuthError
from connector.services.completions.send import Certifying
from connector.services.connection.require import may_run
from connector.services.people.todo_mail import Reminding
from connector.services.runs.due_runs import DueRuns
from connector.store import events
from connector.store.connection import connections
from connector.store.db import revision
from connector.store.runs import lease, runs
from connector.store.runs.lease import LeaseHandle
from connector.store.runs.reports import count_report
from connector.store.tables.connection import Connection
from connector.store.tables.runs import RunRow
from connector.wiring import Wiring

log = logging.getLogger(__name__)

#: What a run's row says once the engine is through.
_STATUS = {
    RunEnding.PREVIEWED: RunStatus.DONE,
    RunEnding.APPLIED: RunStatus.DONE,
    RunEnding.HELD: RunStatus.HELD,
}


@dataclass(slots=True)
class _Pass:
    """One run on its way: its row as it was begun, its connection, its parts once they are built."""

    run: RunRow
    connection: Connection
    began_at: datetime
    parts: RunContext | None = None
    over: bool = False
    written: int = 0

    @property
    def calls(self) -> int:
        return self.parts.source.calls if self.parts and self.parts.source else self.written


class RunExecutor:
    """Carries out what was asked for, and asks for what falls due."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._database = wiring.database
        self._clock = wiring.clock
        self._certifying = Certifying(wiring)
        self._asking = DueRuns(wiring)
        self._reminding = Reminding(wiring)

    def execute(self, run_id: int, *, role: str) -> None:
        """Carry out one queued run; one that somebody else has begun meanwhile is left to them.

        Raises RunInProgress while another process holds the connection, and whatever ended the run.
        """
        if not revision.is_current(self._database.engine):
            raise SchemaBehind("The database is behind this release: run `flask connector db upgrade`.")
        with self._database.reading() as session:
            run = session.get(RunRow, run_id)
        if run is None or run.status != RunStatus.QUEUED:
            return
        owner = lease.current_owner(role)
        held = lease.acquire(self._database, run.connection_id, owner=owner, now=self._clock())
        try:
            begun = self._begin(run_id, held)
            if begun:
                with self._ending(begun, held):
                    self._run(begun, held)
        finally:
            held.release(self._database, self._clock())

    def tick(self, *, role: str) -> None:
        """Carry out what is queued and the daily syncs whose hour has come."""
        if not self._is_ready():
            return
        self._bury()
        self._asking.daily()
        self._asking.nudges()
        with self._database.reading() as session:
            waiting = runs.queued(session)
        for run_id in waiting:
            self.attempt(run_id, role)

    def due(self, *, role: str) -> None:
        """Act on the stored dates that fall due (rule D8) and send the mail that waits, in every portal with any."""
        if not self._is_ready():
            return
        for run_id in [*self._asking.due(), *self._asking.mails()]:
            self.attempt(run_id, role)

    def _is_ready(self) -> bool:
        """Whether the tables are there to be asked: jobs begin with the app, which may be before the upgrade."""
        ready = revision.is_current(self._database.engine)
        if not ready:
            log.warning("The jobs wait for the database: run `flask connector db upgrade`.")
        return ready

    def _bury(self) -> None:
        """Say of runs that were killed that they are over, though no other has begun since."""
        now = self._clock()
        with self._database.reading() as session:
            dead = [
                run.id for run in runs.under_way(session) if not lease.holder(session, run.connection_id, now)
            ]
        if dead:
            with self._database.writing() as session:
                runs.interrupt(session, dead, now)

    def attempt(self, run_id: int, role: str) -> None:
        """Carry out one run among many: what ends it is in its row, and the others go on."""
        try:
            self.execute(run_id, role=role)
        except RunInProgress:
            log.info("Run %s waits: its connection is being run.", run_id)
        except ConnectorError as error:
            log.warning("Run %s ended with %s.", run_id, error.code)

    def _begin(self, run_id: int, held: LeaseHandle) -> _Pass | None:
        with self._database.writing() as session:
            held.renew(session, self._clock())
            run = session.get(RunRow, run_id, populate_existing=True)
            if run is None or run.status != RunStatus.QUEUED:
                return None
            connection = session.get_one(Connection, run.connection_id, populate_existing=True)
            now = self._clock()
            if not may_run(connection, run.mode):
                # It was paused, consent was lost, or is being given anew, since the run was asked for.
                runs.discard(run, now)
                return None
            runs.begin(session, run, now)
        return _Pass(run, connection, now)

    def _run(self, begun: _Pass, held: LeaseHandle) -> None:
        if begun.run.mode == RunMode.EVENT_REFRESH:
            self._run_nudged(begun, held)
            return
        if begun.run.mode == RunMode.COMPLETIONS:
            self._run_completions(begun, held)
            return
        few = [begun.run.employee_id or ""] if begun.run.mode == RunMode.ONE_PERSON else None
        parts = begun.parts = self._wiring.parts(begun.connection, begun.run, held, few)
        if begun.run.mode == RunMode.PREVIEW:
            result = sync.preview(parts)
        elif begun.run.mode == RunMode.APPLY:
            result = sync.apply_plan(parts, begun.run.digest)
        elif begun.run.mode == RunMode.UNDO:
            result = sync.undo(parts, self._wiring.past(begun.connection, begun.run))
        elif begun.run.mode == RunMode.MAIL:
            result = sync.mail_only(parts)
        else:
            result = sync.run(parts)
        self._end(begun, held, result)

    def _run_nudged(self, begun: _Pass, held: LeaseHandle) -> None:
        """The same engine over a few people. What ends it early leaves their events for a later try."""
        with self._database.writing() as session:
            held.renew(session, self._clock())
            taken = events.take(session, begun.connection.id, self._clock())
        begun.parts = self._wiring.parts(begun.connection, begun.run, held, taken.employee_ids)
        result = sync.run(begun.parts)
        self._end(begun, held, result)
        with self._database.writing() as session:
            events.done(session, taken)

    def _run_completions(self, begun: _Pass, held: LeaseHandle) -> None:
        """No sync and no part of one: the only run that writes to Paycor, where an admin has switched it on."""
        ledger = self._wiring.ledger(begun.connection, begun.run, held)
        ledger.progress(RunPhase.COMPLETIONS)
        begun.written = self._certifying.run(
            begun.connection, held, lambda done: ledger.progress(RunPhase.COMPLETIONS, done)
        )
        self._end(begun, held, RunResult(RunEnding.APPLIED, "", 0))

    def _end(self, begun: _Pass, held: LeaseHandle, result: RunResult) -> None:
        now = self._clock()
        with self._database.writing() as session:
            held.renew(session, now)
            run = session.get_one(RunRow, begun.run.id, populate_existing=True)
            run.status = _STATUS[result.ending]
            run.held = msgspec.to_builtins(result.held) if result.held else None
            run.error_message = result.held.message if result.held and run.status == RunStatus.HELD else None
            seconds = (now - begun.began_at).total_seconds()
            report = count_report(session, run, read=result.read, calls=begun.calls, seconds=seconds)
            runs.end(session, run, run.status, report, now)
            if result.ending is RunEnding.APPLIED and _decides_over_all(session, run):
                self._after_sync(session, run, begun.began_at)
        begun.over = True
        if begun.run.mode == RunMode.SYNC and result.ending is RunEnding.APPLIED:
            self._reminding.after_sync(begun.connection)
        log.info("Run %s of connection %s ended: %s.", begun.run.id, begun.connection.id, result.ending)

    def _after_sync(self, session: Session, run: RunRow, began_at: datetime) -> None:
        """The daily sync begins once the first one is complete (rule A23); completions follow the daily one."""
        connection = session.get_one(Connection, run.connection_id)
        if run.mode == RunMode.SYNC:
            events.covered(session, connection.id, began_at)
        if run.trigger == RunTrigger.DAILY and connection.completions_from is not None:
            runs.queue(session, connection.id, RunMode.COMPLETIONS, RunTrigger.DAILY, self._clock())
        if connection.first_sync_at is None:
            connection.first_sync_at = self._clock()
        if connection.next_daily_at is None:
            connection.next_daily_at = self._wiring.next_daily_at(connection)

    @contextmanager
    def _ending(self, begun: _Pass, held: LeaseHandle) -> Iterator[None]:
        """Whatever ends the run is written beside it, unless another run has taken over."""
        try:
            yield
        except LeaseLost:
            begun.over = True
            raise
        except SourceAuthError as error:
            if self._fail(begun, held, error.code, error.message, attention=True):
                log.error("Connection %s needs attention: %s", begun.connection.id, error.message)
                subject = "The connection to Paycor needs attention"
                self._wiring.mail_admins(begun.connection.portal_id, subject, error.message)
            raise
        except ConnectorError as error:
            self._fail(begun, held, error.code, error.message)
            raise
        finally:
            if not begun.over:
                self._fail(
                    begun, held, "internal", "Something unforeseen ended the run; the log has the rest."
                )

    def _fail(
        self, begun: _Pass, held: LeaseHandle, code: str, message: str, *, attention: bool = False
    ) -> bool:
        """Write what ended the run. With `attention` its connection needs some from now on: true if it is news.

        A dead consent stops the retries at the first proof and is told to the admins once (rule D18).
        """
        begun.over = True
        now = self._clock()
        with self._database.writing() as session:
            held.renew(session, now)
            run = session.get_one(RunRow, begun.run.id, populate_existing=True)
            runs.fail(session, run, code, message, now)
            connection = session.get_one(Connection, run.connection_id, populate_existing=True)
            if not attention or connection.state == ConnectionState.ATTENTION:
                return False
            connection.state, connection.attention_code = ConnectionState.ATTENTION, code
            connections.audit(session, connection.portal_id, now, None, "connection.attention")
            return True


def _decides_over_all(session: Session, run: RunRow) -> bool:
    """Whether a run that was applied has seen to everybody: a sync, or the last of a plan that was stored."""
    if run.mode == RunMode.APPLY and run.plan_of is not None:
        plan = session.get(RunRow, run.plan_of)
        return plan is not None and plan.mode.reads_everybody and runs.is_handed_over(session, plan.id)
    return run.mode == RunMode.SYNC
