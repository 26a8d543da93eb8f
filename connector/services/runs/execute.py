"""Carrying runs out: take the lease, run the engine, store how it ended. The jobs and the command line call it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import msgspec

from connector.core.model.run import RunMode, RunPhase, RunStatus, RunTrigger
from connector.engine import sync
from connector.engine.context import RunContext, RunEnding, RunResult
from connector.errors import LeaseLost, RunInProgress, SchemaBehind
from connector.services.completions.send import send_completions
from connector.services.connection.require import may_run
from connector.services.people.todo_mail import mail_todo
from connector.services.runs.due_runs import DueRuns
from connector.services.runs.failures import RunFailures
from connector.services.runs.held_plans import record_held_plans
from connector.services.runs.one_of_many import one_of_many
from connector.store import events, heartbeat
from connector.store.connection import connections
from connector.store.db import revision
from connector.store.db.sessions import Session
from connector.store.runs import lease, plans, runs, tries
from connector.store.runs.lease import LeaseHandle
from connector.store.runs.reports import count_report
from connector.store.tables.connection import Connection
from connector.store.tables.runs import RunRow
from connector.wiring import Wiring
from connector.words.runs import why_held

log = logging.getLogger(__name__)

#: The status of a run after each ending of the engine.
_STATUS = {
    RunEnding.PREVIEWED: RunStatus.DONE,
    RunEnding.APPLIED: RunStatus.DONE,
    RunEnding.HELD: RunStatus.HELD,
    RunEnding.PARTLY_HELD: RunStatus.HELD,
}


@dataclass(slots=True)
class _ActiveRun:
    """A run that is being carried out: its row, its connection and lease, and its context once that is built."""

    run: RunRow
    connection: Connection
    lease: LeaseHandle
    began_at: datetime
    context: RunContext | None = None
    is_stored: bool = False
    certification_calls: int = 0

    @property
    def paycor_calls(self) -> int:
        """How many requests went to Paycor."""
        source = self.context.source if self.context else None
        return source.calls if source else self.certification_calls


class RunExecutor:
    """Carries out the runs that are queued, and queues those that are due."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._database = wiring.database
        self._clock = wiring.clock
        self._due_runs = DueRuns(wiring)
        self._failures = RunFailures(wiring)

    def execute(self, run_id: int, *, role: str) -> None:
        """Carry out one queued run; nothing happens when another process has begun it meanwhile.

        Raises RunInProgress while another process holds the connection, and the error that ended the run.
        """
        if not revision.is_current(self._database.engine):
            raise SchemaBehind("The database is behind this release. Run `flask connector db upgrade`.")
        with self._database.reading() as session:
            run = runs.find(session, run_id)
        if run is None or run.status != RunStatus.QUEUED:
            return
        owner = lease.current_owner(role)
        handle = lease.acquire(self._database, run.connection_id, owner=owner, now=self._clock())
        try:
            active = self._begin(run_id, handle)
            if active:
                with self._failures_stored(active):
                    self._run(active)
        finally:
            handle.release(self._database, self._clock())

    def tick(self, *, role: str) -> None:
        """Carry out everything that is queued, the daily syncs and event refreshes that are due included."""
        if not self._is_ready():
            return
        with self._database.writing() as session:
            heartbeat.beat(session, self._clock())
        self._mark_interrupted()
        self._due_runs.queue_daily_syncs()
        self._due_runs.queue_event_refreshes()
        with self._database.reading() as session:
            queued = runs.queued_by(session, self._clock())
        for run_id in queued:
            self.attempt(run_id, role)

    def due(self, *, role: str) -> None:
        """Act on stored dates that are due (rule D8) and send the mail that waits, in every portal that has any."""
        if not self._is_ready():
            return
        for run_id in [*self._due_runs.queue_due_dates(), *self._due_runs.queue_mails()]:
            self.attempt(run_id, role)

    def attempt(self, run_id: int, role: str) -> None:
        """Carry out one run of many: its row keeps the error that ends it, and the other runs go on.

        A process that is about to end leaves it to the next one.
        """
        if self._wiring.stop.is_requested:
            return
        with one_of_many(f"Run {run_id}"):
            try:
                self.execute(run_id, role=role)
            except RunInProgress:
                log.info("Run %s waits: another run of its connection is in progress.", run_id)

    def _is_ready(self) -> bool:
        """Whether our tables are up to date: the jobs start with the app, which may be before the upgrade."""
        ready = revision.is_current(self._database.engine)
        if not ready:
            log.warning("The jobs wait for the database: run `flask connector db upgrade`.")
        return ready

    def _mark_interrupted(self) -> None:
        """Mark killed runs as interrupted, also when no other run of their connection has begun since."""
        now = self._clock()
        with self._database.reading() as session:
            dead = [
                run for run in runs.all_running(session) if not lease.holder(session, run.connection_id, now)
            ]
        for run in dead:
            with one_of_many(f"Marking run {run.id} as killed"):
                with self._database.writing() as session:
                    connections.lock_by_id(session, run.connection_id)
                    letter = self._failures.mark_killed(session, runs.by_id(session, run.id))
                self._failures.send(letter)

    def _begin(self, run_id: int, handle: LeaseHandle) -> _ActiveRun | None:
        """Mark the run as running; None when it is not queued any more, or may not run now."""
        with self._database.writing() as session:
            handle.renew(session, self._clock())
            run = runs.find(session, run_id)
            if run is None or run.status != RunStatus.QUEUED:
                return None
            connection = connections.by_id(session, run.connection_id)
            now = self._clock()
            if not may_run(connection, run.mode):
                # Since the run was queued, the connection was paused, lost its consent or is being connected again.
                runs.mark_discarded(run, now)
                return None
            runs.mark_running(run, now)
            session.flush()
            killed = runs.killed_before(session, run)
            letters = [self._failures.mark_killed(session, one) for one in killed]
        for letter in letters:
            self._failures.send(letter)
        return _ActiveRun(run, connection, handle, now)

    def _run(self, active: _ActiveRun) -> None:
        run, connection = active.run, active.connection
        if run.mode == RunMode.EVENT_REFRESH:
            self._run_event_refresh(active)
            return
        if run.mode == RunMode.COMPLETIONS:
            self._run_completions(active)
            return
        only_employee_ids = [run.employee_id or ""] if run.mode == RunMode.ONE_PERSON else None
        context = self._wiring.run_context(connection, run, active.lease, only_employee_ids)
        active.context = context
        if run.mode == RunMode.PREVIEW:
            result = sync.preview(context)
        elif run.mode == RunMode.APPLY:
            result = sync.apply_plan(context, run.digest)
        elif run.mode == RunMode.UNDO:
            result = sync.undo(context, self._wiring.applied_run(connection, run))
        elif run.mode == RunMode.MAIL:
            result = sync.mail_only(context)
        else:
            result = sync.run(context)
        self._store_result(active, result)

    def _run_event_refresh(self, active: _ActiveRun) -> None:
        """Sync the people named by events from Paycor. When it fails, their events stay for a later try."""
        connection = active.connection
        with self._database.writing() as session:
            active.lease.renew(session, self._clock())
            batch = events.take_due(session, connection.id, self._clock())
        active.context = self._wiring.run_context(connection, active.run, active.lease, batch.employee_ids)
        result = sync.run(active.context)
        self._store_result(active, result)
        with self._database.writing() as session:
            events.delete_read(session, batch)

    def _run_completions(self, active: _ActiveRun) -> None:
        """Send finished courses: the only run that writes to Paycor, where an admin has switched that on."""
        ledger = self._wiring.ledger(active.connection, active.run, active.lease)

        def on_progress(done: int) -> None:
            ledger.progress(RunPhase.COMPLETIONS, done)
            self._wiring.stop.check()

        on_progress(0)
        active.certification_calls = send_completions(
            self._wiring, active.connection, active.lease, on_progress
        )
        self._store_result(active, RunResult(RunEnding.APPLIED, "", 0))

    def _store_result(self, active: _ActiveRun, result: RunResult) -> None:
        now = self._clock()
        with self._database.writing() as session:
            active.lease.renew(session, now)
            run = runs.by_id(session, active.run.id)
            run.status = _STATUS[result.ending]
            run.held = msgspec.to_builtins(result.hold) if result.hold else None
            run.error_message = (
                why_held(result.hold) if result.hold and run.status == RunStatus.HELD else None
            )
            seconds = (now - active.began_at).total_seconds()
            report = count_report(
                session,
                run,
                applied=result.ending.is_applied,
                read=result.read,
                calls=active.paycor_calls,
                seconds=seconds,
            )
            runs.mark_ended(run, run.status, report, now)
            tries.discard_waiting(session, run, now)
            letter = record_held_plans(session, active.connection.portal_id, run, now)
            if result.ending.is_applied and _covers_everybody(session, run):
                self._follow_up(session, run, active.began_at)
        active.is_stored = True
        self._failures.send(letter)
        if active.run.mode == RunMode.SYNC and result.ending.is_applied:
            mail_todo(self._wiring, active.connection)
        log.info("Run %s of connection %s ended: %s.", active.run.id, active.connection.id, result.ending)

    def _follow_up(self, session: Session, run: RunRow, began_at: datetime) -> None:
        """After the first sync the daily one starts (rule A23); after a daily sync, completions are sent."""
        connection = connections.by_id(session, run.connection_id)
        if run.mode == RunMode.SYNC:
            events.delete_covered(session, connection.id, began_at)
            connection.mailed_failure = None
        if run.trigger == RunTrigger.DAILY and connection.completions_from is not None:
            runs.queue(session, connection.id, RunMode.COMPLETIONS, RunTrigger.DAILY, self._clock())
        if connection.first_sync_at is None:
            connection.first_sync_at = self._clock()
        if connection.next_daily_at is None:
            connection.next_daily_at = self._wiring.next_daily_at(connection)

    @contextmanager
    def _failures_stored(self, active: _ActiveRun) -> Iterator[None]:
        """Store any error that ends the run in its row, unless another run has taken over the lease."""
        try:
            yield
        except LeaseLost:
            raise
        except BaseException as error:
            if not active.is_stored:
                self._failures.store(active.run, active.lease, error)
            raise


def _covers_everybody(session: Session, run: RunRow) -> bool:
    """Whether an applied run has acted on everybody: a sync, or the last part of a stored plan about everybody."""
    if run.mode == RunMode.APPLY and run.plan_of is not None:
        plan = runs.find(session, run.plan_of)
        return plan is not None and plan.mode.reads_everybody and plans.is_handed_over(session, plan.id)
    return run.mode == RunMode.SYNC
