"""Requests for runs: who may start one, when, and what happens to a plan that is held. Nothing is carried out here."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto

import msgspec

from connector.core.model.limits import PlanHold
from connector.core.model.run import RunMode, RunStatus, RunTrigger
from connector.errors import OverLimits, Refused, TooSoon, UnsafePlan
from connector.services.connection.require import require_active
from connector.store import audit
from connector.store.connection import connections
from connector.store.db.sessions import Database, Session
from connector.store.runs import lease, plans, runs
from connector.store.runs.entries import operation_of
from connector.store.tables.connection import Connection
from connector.store.tables.runs import EntryRow, RunRow
from connector.words.runs import hold_reasons

#: The time between two manual syncs (rule A25).
MANUAL_SYNC_PAUSE = timedelta(hours=1)

#: How many syncs of one person a portal may start in the given time (rule X15); each costs a few calls to Paycor.
SINGLE_SYNC_LIMIT, SINGLE_SYNC_SPAN = 20, timedelta(hours=1)

_START_PREVIEW = "Start a preview to see the plan as it is now."

#: The longest employee id of Paycor that we can store.
_ID_LENGTH = 60


class PlanPart(Enum):
    """Which rows of a plan to apply: all, or those that no limit holds back."""

    ALL = auto()
    SAFE = auto()


class RunRequests:
    """Queues runs on request. `wake` is called with the id of each, after the commit, so that it starts at once."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], wake: Callable[[int], None]
    ) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake

    def request(
        self, portal_id: str, mode: RunMode, trigger: RunTrigger, viewer_id: str | None = None
    ) -> int:
        """Queue a `sync`, a `preview` or `completions` and return its id, or that of one that is queued already.

        Raises TooSoon within the hour after a manual sync, RunInProgress while a run is in progress, and Refused when
        the portal has no active connection, or does not send completions.
        """
        now = self._clock()
        with self._database.writing() as session:
            connection = require_active(session, portal_id, while_paused=mode.runs_while_paused)
            if mode == RunMode.COMPLETIONS and connection.completions_from is None:
                raise Refused("This portal sends no completions to Paycor. Switch that on first.")
            if trigger == RunTrigger.MANUAL and mode == RunMode.SYNC:
                _refuse_too_soon(connection, now)
            lease.refuse_while_held(session, connection.id, now)
            run_id = runs.start_queued(session, connection.id, mode)
            if run_id is None:
                run_id = runs.queue(session, connection.id, mode, trigger, now, by=viewer_id)
        self._wake(run_id)
        return run_id

    def request_one(self, portal_id: str, employee_id: str, viewer_id: str | None = None) -> int:
        """Queue a sync of one person and return its id, or that of one that is queued for them already.

        It does not use up the hour of a manual sync. Without a viewer it is the operator's. Raises TooSoon after
        `SINGLE_SYNC_LIMIT` in `SINGLE_SYNC_SPAN`, and the other errors of `request`.
        """
        now, trigger = self._clock(), RunTrigger.MANUAL if viewer_id else RunTrigger.OPERATOR
        employee_id = employee_id.strip()
        if not 0 < len(employee_id) <= _ID_LENGTH:
            raise Refused(
                f"An employee id of Paycor has 1 to {_ID_LENGTH} characters. Copy it from their record."
            )
        with self._database.writing() as session:
            connection = require_active(session, portal_id)
            lease.refuse_while_held(session, connection.id, now)
            run_id = runs.start_queued(session, connection.id, RunMode.ONE_PERSON, employee_id)
            if run_id is None:
                since = now - SINGLE_SYNC_SPAN
                _refuse_too_many(runs.single_syncs_since(session, connection.id, since))
                run_id = runs.queue(
                    session,
                    connection.id,
                    RunMode.ONE_PERSON,
                    trigger,
                    now,
                    by=viewer_id,
                    employee_id=employee_id,
                )
        self._wake(run_id)
        return run_id

    def next_manual_at(self, portal_id: str) -> datetime | None:
        """When the next manual sync is allowed; None when it is allowed now."""
        with self._database.reading() as session:
            connection = connections.of_portal(session, portal_id)
        allowed_at = connection and _manual_allowed_at(connection)
        return allowed_at if allowed_at and allowed_at > self._clock() else None

    def apply(
        self,
        portal_id: str,
        run_id: int,
        viewer_id: str | None,
        *,
        digest: str | None = None,
    ) -> int:
        """Queue a run that applies a previewed plan, and nothing else; returns its id.

        Raises UnsafePlan when `digest` is given and the plan has another one, OverLimits when a sync with this plan
        would be held, Refused when no row is left to apply.
        """
        with self._database.writing() as session:
            connection = require_active(session, portal_id)
            plan = _waiting_plan(session, connection, run_id)
            if digest is not None and digest != plan.digest:
                raise UnsafePlan(
                    f"The plan of run {run_id} has another digest. Look at it again, then apply it."
                )
            _refuse_over_limits(plan)
            applying_id = self._hand_over(session, connection, plan, viewer_id, PlanPart.ALL)
        self._wake(applying_id)
        return applying_id

    def release(
        self,
        portal_id: str,
        run_id: int,
        viewer_id: str | None,
        *,
        part: PlanPart | Collection[int] = PlanPart.ALL,
    ) -> int:
        """Queue a run that applies rows of a plan over its limits, after an admin has seen which; returns its id.

        The plan is that of a held run or of a preview. `part` is all of its rows, the safe part, or the ids of single
        rows; other rows go on waiting. Raises Refused when no row is left to apply.
        """
        with self._database.writing() as session:
            connection = require_active(session, portal_id)
            plan = _waiting_plan(session, connection, run_id)
            applying_id = self._hand_over(session, connection, plan, viewer_id, part)
        self._wake(applying_id)
        return applying_id

    def _hand_over(
        self,
        session: Session,
        connection: Connection,
        plan: RunRow,
        viewer_id: str | None,
        part: PlanPart | Collection[int],
    ) -> int:
        """Queue the run that applies this part of a plan, with a line in the log; returns its id."""
        now = self._clock()
        lease.refuse_while_held(session, connection.id, now)
        applying_id = runs.queue(
            session, connection.id, RunMode.APPLY, RunTrigger.RELEASE, now, by=viewer_id, plan_of=plan.id
        )
        count, whole = plans.hand_over(session, plan.id, applying_id, _row_filter(plan, part))
        if not count and not _hold_of(plan).feed_warning:
            raise Refused(
                f"No row of run {plan.id} is left to apply. Start a preview to see what is due now."
            )
        runs.by_id(session, applying_id).digest = plan.digest if whole else None
        _update_plan(session, connection, plan, now)
        action = "run.released" if plan.held else "preview.applied"
        audit.record(session, connection.portal_id, now, viewer_id, action, run=plan.id, rows=count)
        return applying_id

    def plan_with(self, portal_id: str, digest: str) -> int:
        """The newest run that keeps a plan with this digest. Raises Refused when none waits."""
        with self._database.reading() as session:
            connection = connections.of_portal(session, portal_id)
            run_id = connection and plans.by_digest(session, connection.id, digest)
        if not run_id:
            raise Refused(f"No plan with this digest waits. {_START_PREVIEW}")
        return run_id

    def discard(self, portal_id: str, run_id: int, viewer_id: str | None) -> None:
        """Discard a held plan. Nothing was changed, and the next sync makes a new plan."""
        now = self._clock()
        with self._database.writing() as session:
            connection = require_active(session, portal_id, while_paused=True)
            run = _held_run(session, connection, run_id)
            runs.mark_discarded(run, now)
            audit.record(session, portal_id, now, viewer_id, "run.discarded", run=run_id)


def _manual_allowed_at(connection: Connection) -> datetime | None:
    return connection.manual_read_at + MANUAL_SYNC_PAUSE if connection.manual_read_at else None


def _refuse_too_soon(connection: Connection, now: datetime) -> None:
    allowed_at = _manual_allowed_at(connection)
    if allowed_at and allowed_at > now:
        minutes = -(-(allowed_at - now).seconds // 60)
        raise TooSoon(
            f"A manual sync is possible once an hour. The next one is possible in {minutes} minutes. "
            "The daily sync is not affected.",
            allowed_at,
        )


def _refuse_too_many(requested_at: Sequence[datetime]) -> None:
    """Raise TooSoon if these requests within the last `SINGLE_SYNC_SPAN`, in order, are as many as are allowed."""
    if len(requested_at) >= SINGLE_SYNC_LIMIT:
        allowed_at = requested_at[-SINGLE_SYNC_LIMIT] + SINGLE_SYNC_SPAN
        raise TooSoon(
            f"{SINGLE_SYNC_LIMIT} people have been synced one at a time in the last hour, which is the limit. "
            f"The next one is possible at {allowed_at:%H:%M} UTC; a sync of everybody includes them all.",
            allowed_at,
        )


def _waiting_plan(session: Session, connection: Connection, run_id: int) -> RunRow:
    """The run that keeps a plan which can still be applied."""
    run = runs.of_connection(session, connection.id, run_id)
    if run is None or not plans.can_be_applied(run):
        raise Refused(_no_longer(run) or f"Run {run_id} has no plan that waits. {_START_PREVIEW}")
    return run


def _no_longer(run: RunRow | None) -> str:
    """Why a plan that an admin may still have open does not wait any more; empty when nothing is known."""
    if run is None or run.replaced_by is None:
        return ""
    return (
        f"Run {run.id} is replaced by run {run.replaced_by}, which has read Paycor again. Look at that one."
    )


def _refuse_over_limits(plan: RunRow) -> None:
    if plan.held:
        raise OverLimits(
            f"{hold_reasons(_hold_of(plan))} Look at the list of run {plan.id}, then release it."
        )


def _row_filter(plan: RunRow, part: PlanPart | Collection[int]) -> Callable[[EntryRow], bool] | None:
    if not isinstance(part, PlanPart):
        ids = frozenset(part)
        return lambda row: row.id in ids
    if part is PlanPart.ALL:
        return None
    hold = _hold_of(plan)
    return lambda row: hold.lets_through(operation_of(row))


def _hold_of(plan: RunRow) -> PlanHold:
    return msgspec.convert(plan.held, PlanHold) if plan.held else PlanHold()


def _update_plan(session: Session, connection: Connection, plan: RunRow, now: datetime) -> None:
    """The plan is over when no row is left, and a feed that was doubted is trusted from now on."""
    if _hold_of(plan).feed_warning and plan.report:
        connection.last_read_count = plan.report["read"]
    if plan.status == RunStatus.HELD and plans.is_handed_over(session, plan.id):
        plan.status, plan.finished_at = RunStatus.RELEASED, now


def _held_run(session: Session, connection: Connection, run_id: int) -> RunRow:
    run = runs.of_connection(session, connection.id, run_id)
    if run is None or run.status != RunStatus.HELD:
        raise Refused(_no_longer(run) or f"Run {run_id} is not held any more. {_START_PREVIEW}")
    return run
