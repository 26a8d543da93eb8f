"""Asking for runs: who may, when, and what becomes of a plan that is held. Nothing is read or applied here."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto

import msgspec
from sqlalchemy import update
from sqlalchemy.orm import Session

from connector.core.model.account import AccountState, Mail, MailState
from connector.core.model.limits import PlanHold
from connector.core.model.run import RunMode, RunStatus, RunTrigger
from connector.errors import Refused, TooSoon, UnsafePlan
from connector.services.connection.require import require_connection
from connector.store.connection import connections
from connector.store.db.sessions import Database
from connector.store.runs import lease, runs
from connector.store.runs.entries import operation_of
from connector.store.tables.connection import Connection
from connector.store.tables.people import LinkRow
from connector.store.tables.runs import EntryRow, RunRow

#: A manual sync is allowed once in this time (rule A25).
MANUAL_EVERY = timedelta(hours=1)

#: How many syncs of one person a portal may ask for in `ONE_SPAN` (rule X15); each is a handful of calls to Paycor.
ONES, ONE_SPAN = 20, timedelta(hours=1)

#: Accounts whose mail can be asked for: made silently, or mailed without a known success.
_TELLABLE = (MailState.HELD.value, MailState.FAILED.value, MailState.UNKNOWN.value)

#: Nobody is told of an account that is closed.
_IN = LinkRow.state != AccountState.SUSPENDED.value


#: As long as an id of Paycor is kept.
_ID_LENGTH = 60


class Part(Enum):
    """Which rows of a plan: all, or those that no limit stands against."""

    ALL = auto()
    SAFE = auto()


class RunRequests:
    """Asks for runs. `wake` is called with the id of each, after it is committed, so that nobody has to wait."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], wake: Callable[[int], None]
    ) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake

    def request(
        self, portal_id: str, mode: RunMode, trigger: RunTrigger, viewer_id: str | None = None
    ) -> int:
        """Queue a `sync`, a `preview` or `completions` and give its id; one that is queued already is that one.

        Raises TooSoon inside the hour of a manual sync, RunInProgress while one is under way, and Refused when the
        portal has no active connection, or sends no completions.
        """
        now = self._clock()
        with self._database.writing() as session:
            connection = require_connection(session, portal_id, while_paused=mode.runs_while_paused)
            if mode == RunMode.COMPLETIONS and connection.completions_from is None:
                raise Refused("This portal sends no completions to Paycor. Switch that on first.")
            if trigger == RunTrigger.MANUAL and mode == RunMode.SYNC:
                _refuse_too_soon(connection, now)
            lease.refuse_while_held(session, connection.id, now)
            run_id = runs.waiting(session, connection.id, mode)
            if run_id is None:
                run_id = runs.queue(session, connection.id, mode, trigger, now, by=viewer_id)
        self._wake(run_id)
        return run_id

    def request_one(self, portal_id: str, employee_id: str, viewer_id: str | None = None) -> int:
        """Queue a sync of one person and give its id; one that is queued for them already is that one.

        Nobody's hour is used up by it. With no viewer, it is the operator's. Raises TooSoon after `ONES` in an hour,
        and else what `request` raises.
        """
        now, trigger = self._clock(), RunTrigger.MANUAL if viewer_id else RunTrigger.OPERATOR
        wanted = employee_id.strip()
        if not 0 < len(wanted) <= _ID_LENGTH:
            raise Refused(
                f"An employee id of Paycor has 1 to {_ID_LENGTH} characters. Copy it from their record."
            )
        with self._database.writing() as session:
            connection = require_connection(session, portal_id, while_paused=False)
            lease.refuse_while_held(session, connection.id, now)
            run_id = runs.waiting(session, connection.id, RunMode.ONE_PERSON, wanted)
            if run_id is None:
                _refuse_too_many(runs.ones_since(session, connection.id, now - ONE_SPAN))
                run_id = runs.queue(
                    session, connection.id, RunMode.ONE_PERSON, trigger, now, by=viewer_id, employee_id=wanted
                )
        self._wake(run_id)
        return run_id

    def next_manual_at(self, portal_id: str) -> datetime | None:
        """When a manual sync is allowed again; None when it is now."""
        with self._database.reading() as session:
            connection = connections.of_portal(session, portal_id)
        allowed_at = connection and _allowed_at(connection)
        return allowed_at if allowed_at and allowed_at > self._clock() else None

    def apply(
        self,
        portal_id: str,
        run_id: int,
        viewer_id: str | None,
        *,
        part: Part | Collection[int] = Part.ALL,
        digest: str | None = None,
    ) -> int:
        """Let rows of a plan that was previewed or held be applied, and nothing else; gives the id of the new run.

        They are all, the safe part, or those with these entry ids; the others go on waiting. Raises UnsafePlan when
        `digest` is given and the plan has another, Refused when there is nothing left to apply.
        """
        now = self._clock()
        with self._database.writing() as session:
            connection = require_connection(session, portal_id, while_paused=False)
            plan = _stored(session, connection, run_id)
            if digest is not None and digest != plan.digest:
                raise UnsafePlan(
                    f"The plan of run {run_id} has another digest. Look at it again, then apply it."
                )
            lease.refuse_while_held(session, connection.id, now)
            applying = runs.queue(
                session, connection.id, RunMode.APPLY, RunTrigger.RELEASE, now, by=viewer_id, plan_of=plan.id
            )
            given, whole = runs.hand_over(session, plan.id, applying, _chooser(plan, part))
            if not given and not _held_of(plan).feed_warning:
                raise Refused(
                    f"No row of run {run_id} is left to apply. Start a preview to see what is due now."
                )
            session.get_one(RunRow, applying).digest = plan.digest if whole else None
            _let_go(session, connection, plan, now)
            connections.audit(session, portal_id, now, viewer_id, "run.released", run=run_id, rows=given)
        self._wake(applying)
        return applying

    def plan_with(self, portal_id: str, digest: str) -> int:
        """The newest run that keeps a plan with this digest. Raises Refused when none waits."""
        with self._database.reading() as session:
            connection = connections.of_portal(session, portal_id)
            found = connection and runs.stored_plan(session, connection.id, digest)
        if not found:
            raise Refused("No plan with this digest waits. Start a preview to see the plan as it is now.")
        return found

    def discard(self, portal_id: str, run_id: int, viewer_id: str | None) -> None:
        """Throw a held plan away; nothing was changed, and the next sync plans afresh."""
        now = self._clock()
        with self._database.writing() as session:
            connection = require_connection(session, portal_id, while_paused=True)
            run = _held(session, connection, run_id)
            runs.discard(run, now)
            connections.audit(session, portal_id, now, viewer_id, "run.discarded", run=run_id)

    def tell(self, portal_id: str, viewer_id: str | None, person_keys: Sequence[str] | None) -> int:
        """Send the welcome to people who were added silently (rule D13), None for all of them; gives the run's id."""
        now = self._clock()
        with self._database.writing() as session:
            connection = require_connection(session, portal_id, while_paused=False)
            which = [LinkRow.connection_id == connection.id, LinkRow.mail_state.in_(_TELLABLE), _IN]
            if person_keys is not None:
                which.append(LinkRow.person_key.in_(person_keys))
            silent = LinkRow.mail == Mail.NONE.value
            session.execute(update(LinkRow).where(*which, silent).values(mail=Mail.WELCOME.value))
            session.execute(update(LinkRow).where(*which).values(mail_state=MailState.OWED.value))
            run_id = runs.queue(session, connection.id, RunMode.MAIL, RunTrigger.MANUAL, now, by=viewer_id)
            connections.audit(session, portal_id, now, viewer_id, "mail.asked")
        self._wake(run_id)
        return run_id


def _allowed_at(connection: Connection) -> datetime | None:
    return connection.manual_read_at + MANUAL_EVERY if connection.manual_read_at else None


def _refuse_too_soon(connection: Connection, now: datetime) -> None:
    allowed_at = _allowed_at(connection)
    if allowed_at and allowed_at > now:
        minutes = -(-(allowed_at - now).seconds // 60)
        raise TooSoon(
            f"A manual sync is possible once an hour: the next one in {minutes} minutes. "
            "The daily sync is not affected.",
            allowed_at,
        )


def _refuse_too_many(asked: Sequence[datetime]) -> None:
    """`asked` are the instants at which syncs of one person were asked for within the last `ONE_SPAN`, in order."""
    if len(asked) >= ONES:
        allowed_at = asked[-ONES] + ONE_SPAN
        raise TooSoon(
            f"{ONES} people have been synced by themselves in the last hour, which is the most. "
            f"The next one is possible at {allowed_at:%H:%M} UTC; a sync of everybody serves them all.",
            allowed_at,
        )


def _run(session: Session, connection: Connection, run_id: int) -> RunRow | None:
    run = session.get(RunRow, run_id)
    return run if run is not None and run.connection_id == connection.id else None


def _stored(session: Session, connection: Connection, run_id: int) -> RunRow:
    """The run that keeps a plan which can still be applied."""
    run = _run(session, connection, run_id)
    if run is None or not (
        run.status == RunStatus.HELD or (run.mode, run.status) == (RunMode.PREVIEW, RunStatus.DONE)
    ):
        raise Refused(f"Run {run_id} has no plan that waits. Start a preview to see the plan as it is now.")
    return run


def _chooser(plan: RunRow, part: Part | Collection[int]) -> Callable[[EntryRow], bool] | None:
    if not isinstance(part, Part):
        chosen = frozenset(part)
        return lambda row: row.id in chosen
    if part is Part.ALL:
        return None
    held = _held_of(plan)
    return lambda row: held.lets_through(operation_of(row))


def _held_of(plan: RunRow) -> PlanHold:
    return msgspec.convert(plan.held, PlanHold) if plan.held else PlanHold()


def _let_go(session: Session, connection: Connection, plan: RunRow, now: datetime) -> None:
    """What follows for the plan: it is over when no row is left, and what was doubted is believed from now on."""
    if _held_of(plan).feed_warning and plan.report:
        connection.last_read_count = plan.report["read"]
    if plan.status == RunStatus.HELD and runs.is_handed_over(session, plan.id):
        plan.status, plan.finished_at = RunStatus.RELEASED, now


def _held(session: Session, connection: Connection, run_id: int) -> RunRow:
    run = _run(session, connection, run_id)
    if run is None or run.status != RunStatus.HELD:
        raise Refused(f"Run {run_id} is not held any more. Start a preview to see the plan as it is now.")
    return run
