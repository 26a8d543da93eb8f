"""Taking back what a run has done (rule X6): what it would come to, and asking for it. Carried out as any other run.

What keeps the next sync from doing it all again: undoing a whole run pauses the connection, until an admin has mended
what was wrong and resumes it; undoing one person protects them from the sync for `PROTECTED`.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.core.model.override import Override, OverrideKind
from connector.core.model.run import RunMode, RunStatus, RunTrigger
from connector.core.rules.access import days
from connector.engine.undo import reversals
from connector.errors import Refused
from connector.services.connection.require import require_connection, require_state
from connector.services.views.views import UndoView
from connector.store.connection import connections
from connector.store.people import overrides
from connector.store.runs import lease, runs
from connector.store.runs.undo import SqlAppliedRun
from connector.store.tables.connection import Connection
from connector.store.tables.people import EmployeeRow
from connector.store.tables.runs import RunRow
from connector.wiring import Wiring

#: How long one person who was undone is left alone; an admin may end it sooner.
PROTECTED = timedelta(days=30)


class UndoService:
    """Asks for undos. `wake` is called with the id of each, after it is committed."""

    def __init__(self, wiring: Wiring, wake: Callable[[int], None]) -> None:
        self._wiring = wiring
        self._database = wiring.database
        self._clock = wiring.clock
        self._wake = wake

    def refusal(self, portal_id: str, run_id: int) -> str:
        """Why nothing of a run can be undone now; empty when it can."""
        try:
            self._past(portal_id, run_id, None)
        except Refused as error:
            return error.message
        return ""

    def preview(self, portal_id: str, run_id: int, employee_id: str | None = None) -> UndoView:
        """What an undo of the run, or of one person in it, would restore and leave, as the LMS is now.

        Raises Refused as `undo` does, and HostUnavailable when the LMS cannot say.
        """
        past = self._past(portal_id, run_id, employee_id)
        host = self._wiring.lms.host(portal_id)
        restored, left = Counter[str](), Counter[str]()
        for rows in past.done():
            for one in reversals(host, rows):
                (left if one.left else restored)[one.left or one.operation.kind.value] += 1
        return UndoView(run_id, employee_id, restored, left, past.mails())

    def undo(self, portal_id: str, run_id: int, viewer_id: str | None, employee_id: str | None = None) -> int:
        """Ask for what a run has done to be taken back, to everybody or to one; gives the id of the new run.

        Raises RunInProgress while another run is under way, and Refused when the run has changed nothing, is undone
        already, or is older than runs are kept.
        """
        now = self._clock()
        person_key = self._past(portal_id, run_id, employee_id).person_key() or ""
        with self._database.writing() as session:
            connection = require_connection(session, portal_id, while_paused=True)
            lease.refuse_while_held(session, connection.id, now)
            _refuse_twice(session, connection, run_id)
            asked = runs.queue(
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
            connections.audit(session, portal_id, now, viewer_id, "run.undone", **subject)
            if employee_id is None:
                connections.pause(session, connection, now, viewer_id)
            else:
                self._protect(session, connection, person_key, employee_id, viewer_id)
        self._wake(asked)
        return asked

    def _past(self, portal_id: str, run_id: int, employee_id: str | None) -> SqlAppliedRun:
        """What there is to take back. Raises Refused when there is nothing, or it may not be."""
        with self._database.reading() as session:
            connection = connections.of_portal(session, portal_id)
            run = session.get(RunRow, run_id)
            if connection is None or run is None or run.connection_id != connection.id:
                raise Refused(f"There is no run {run_id} here. Choose one from the run history.")
            require_state(connection, while_paused=True)
            self._refuse(run)
            if employee_id is None:
                _refuse_twice(session, connection, run_id)
        past = SqlAppliedRun(self._database, connection.id, run_id, employee_id)
        if past.is_empty():
            whom = "" if employee_id is None else f" to employee {employee_id}"
            raise Refused(f"Run {run_id} has done nothing{whom} that is still to be undone.")
        return past

    def _refuse(self, run: RunRow) -> None:
        if not run.mode.is_undoable:
            raise Refused(f"Run {run.id} is no sync: it has nothing that can be undone.")
        if not run.status.is_over:
            raise Refused(
                f"Run {run.id} is not over. Wait for its end, or pause the connection, then undo it."
            )
        kept = self._wiring.config.run_retention_days
        if (run.finished_at or run.requested_at) < self._clock() - timedelta(days=kept):
            raise Refused(f"Run {run.id} is older than {kept} days: that is how long runs are kept.")

    def _protect(
        self,
        session: Session,
        connection: Connection,
        person_key: str,
        employee_id: str,
        viewer_id: str | None,
    ) -> None:
        """Keep the sync from doing it to them again; their id is the one that they are known by now."""
        now, portal = self._clock(), self._wiring.lms.portal(connection.portal_id)
        until = days.today(now, portal.time_zone if portal else "UTC") + PROTECTED
        mine = (EmployeeRow.connection_id == connection.id) & (EmployeeRow.employee_id == employee_id)
        known = session.scalar(select(EmployeeRow.person_key).where(mine)) or person_key
        made = Override(OverrideKind.PROTECT, until)
        overrides.make(session, connection.id, known, made, reason="undone", owner=viewer_id, now=now)


def _refuse_twice(session: Session, connection: Connection, run_id: int) -> None:
    """Raise Refused for a run that waits to be undone or was undone; an undo that failed may be repeated."""
    mine = (
        (RunRow.connection_id == connection.id) & (RunRow.mode == RunMode.UNDO) & (RunRow.plan_of == run_id)
    )
    query = select(RunRow.id, RunRow.status, RunRow.employee_id).where(mine).order_by(RunRow.id)
    for undo_id, status, employee_id in session.execute(query):
        if status == RunStatus.QUEUED:
            raise Refused(f"Run {run_id} is about to be undone by run {undo_id}. Wait for its end.")
        if status == RunStatus.DONE and employee_id is None:
            raise Refused(f"Run {run_id} has been undone already, by run {undo_id}.")
