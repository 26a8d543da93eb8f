"""Undoing what a run has done (rule X6): a preview of it, and the request for it. It is carried out as any other run.

So that the next sync does not do it all again, undoing a whole run pauses the connection until an admin has fixed the
cause and resumes it; undoing one person protects them from the sync for `PROTECTED`.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from connector.core.model.override import Override, OverrideKind
from connector.core.model.run import RunMode, RunStatus, RunTrigger
from connector.core.rules.access import days
from connector.engine.undo import reversals
from connector.errors import Refused
from connector.services.connection.require import check_active, require_active
from connector.services.views.views import UndoView
from connector.store import audit
from connector.store.connection import connections
from connector.store.db.sessions import Session
from connector.store.people import directory, overrides
from connector.store.runs import lease, runs
from connector.store.runs.undo import SqlAppliedRun
from connector.store.tables.connection import Connection
from connector.store.tables.runs import RunRow
from connector.wiring import Wiring

#: How long the sync leaves a person alone after an undo; an admin may end it sooner.
PROTECTED = timedelta(days=30)


class UndoService:
    """Queues undos. `wake` is called with the id of each, after the commit."""

    def __init__(self, wiring: Wiring, wake: Callable[[int], None]) -> None:
        self._wiring = wiring
        self._database = wiring.database
        self._clock = wiring.clock
        self._wake = wake

    def refusal(self, portal_id: str, run_id: int) -> str:
        """Why nothing of a run can be undone now; empty when it can."""
        try:
            self._applied_run(portal_id, run_id, None)
        except Refused as error:
            return error.message
        return ""

    def preview(self, portal_id: str, run_id: int, employee_id: str | None = None) -> UndoView:
        """What an undo of the run, or of one person in it, would restore and leave, as the LMS is now.

        Raises Refused as `undo` does, and HostUnavailable when the LMS cannot say.
        """
        applied = self._applied_run(portal_id, run_id, employee_id)
        host = self._wiring.lms.host(portal_id)
        restored, left = Counter[str](), Counter[str]()
        for rows in applied.done():
            for one in reversals(host, rows):
                (left if one.left else restored)[one.left or one.operation.kind.value] += 1
        return UndoView(run_id, employee_id, restored, left, applied.mails())

    def undo(self, portal_id: str, run_id: int, viewer_id: str | None, employee_id: str | None = None) -> int:
        """Queue an undo of a run, for everybody or for one employee; returns the id of the new run.

        Raises RunInProgress while another run is in progress, and Refused when the run has changed nothing, is undone
        already, or is older than runs are kept.
        """
        now = self._clock()
        person_key = self._applied_run(portal_id, run_id, employee_id).person_key() or ""
        with self._database.writing() as session:
            connection = require_active(session, portal_id, while_paused=True)
            lease.refuse_while_held(session, connection.id, now)
            _refuse_twice(session, connection, run_id)
            undo_id = runs.queue(
                session,
                connection.id,
                RunMode.UNDO,
                RunTrigger.MANUAL if viewer_id else RunTrigger.OPERATOR,
                now,
                by=viewer_id,
                plan_of=run_id,
                employee_id=employee_id,
            )
            subject = {"run": run_id} if employee_id is None else {"run": run_id, "employee": employee_id}
            audit.record(session, portal_id, now, viewer_id, "run.undone", **subject)
            if employee_id is None:
                connections.pause(session, connection, now, viewer_id)
            else:
                self._protect(session, connection, person_key, employee_id, viewer_id)
        self._wake(undo_id)
        return undo_id

    def _applied_run(self, portal_id: str, run_id: int, employee_id: str | None) -> SqlAppliedRun:
        """What can be undone. Raises Refused when there is nothing, or it must not be undone."""
        with self._database.reading() as session:
            connection = connections.of_portal(session, portal_id)
            run = runs.of_portal(session, portal_id, run_id)
            if connection is None or run is None:
                raise Refused(f"There is no run {run_id} here. Choose one from the run history.")
            check_active(connection, while_paused=True)
            self._refuse(run)
            if employee_id is None:
                _refuse_twice(session, connection, run_id)
        applied = SqlAppliedRun(self._database, connection.id, run_id, employee_id)
        if applied.is_empty():
            subject = "" if employee_id is None else f" for employee {employee_id}"
            raise Refused(f"Run {run_id} has changed nothing{subject} that can still be undone.")
        return applied

    def _refuse(self, run: RunRow) -> None:
        if not run.mode.is_undoable:
            raise Refused(f"Run {run.id} is no sync: it has nothing that can be undone.")
        if not run.status.is_over:
            raise Refused(
                f"Run {run.id} is not over. Wait for its end, or pause the connection, then undo it."
            )
        kept = self._wiring.config.run_retention_days
        if (run.finished_at or run.requested_at) < self._clock() - timedelta(days=kept):
            raise Refused(f"Run {run.id} is older than {kept} days, and runs are not kept longer.")

    def _protect(
        self,
        session: Session,
        connection: Connection,
        person_key: str,
        employee_id: str,
        viewer_id: str | None,
    ) -> None:
        """Keep the sync from changing the person again, under the person key that they have now."""
        now, portal = self._clock(), self._wiring.lms.portal(connection.portal_id)
        until = days.today(now, portal.time_zone if portal else "UTC") + PROTECTED
        key = directory.person_key_of(session, connection.id, employee_id) or person_key
        override = Override(OverrideKind.PROTECT, until)
        overrides.create(session, connection.id, key, override, reason="undone", owner=viewer_id, now=now)


def _refuse_twice(session: Session, connection: Connection, run_id: int) -> None:
    """Raise Refused when an undo of the run is about to start or done; one that failed may be repeated at once."""
    for undo in runs.undos_of(session, connection.id, run_id):
        if undo.status == RunStatus.QUEUED and undo.not_before is None:
            raise Refused(f"Run {run_id} is about to be undone by run {undo.id}. Wait for its end.")
        if undo.status == RunStatus.DONE and undo.employee_id is None:
            raise Refused(f"Run {run_id} has been undone already, by run {undo.id}.")
