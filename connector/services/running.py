"""Asking for runs: who may, when, and what becomes of a plan that is held. Nothing is read or applied here."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from connector.core.records import Mail, MailState
from connector.errors import Refused, TooSoon
from connector.store import connections, lease, runs
from connector.store.models import Connection, LinkRow, RunRow
from connector.store.sessions import Database

#: A manual sync is allowed once in this time (rule A25).
MANUAL_EVERY = timedelta(hours=1)

#: Accounts whose mail can be asked for: made silently, or mailed without a known success.
_TELLABLE = (MailState.HELD.value, MailState.FAILED.value, MailState.UNKNOWN.value)


class Running:
    """Asks for runs. `wake` is called with the id of each, after it is committed, so that nobody has to wait."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], wake: Callable[[int], None]
    ) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake

    def request(self, portal_id: str, mode: str, trigger: str, viewer_id: str | None = None) -> int:
        """Queue a `sync`, a `preview` or `completions` and give its id; one that is queued already is that one.

        Raises TooSoon inside the hour of a manual sync, RunInProgress while one is under way, and Refused when the
        portal has no active connection, or sends no completions.
        """
        now = self._clock()
        with self._database.writing() as session:
            connection = _active(session, portal_id)
            if mode == "completions" and connection.completions_from is None:
                raise Refused("This portal sends no completions to Paycor. Switch that on first.")
            if trigger == "manual" and mode == "sync":
                _refuse_too_soon(connection, now)
            lease.refuse_while_held(session, connection.id, now)
            run_id = runs.waiting(session, connection.id, mode)
            if run_id is None:
                run_id = runs.queue(session, connection.id, mode, trigger, now, by=viewer_id)
        self._wake(run_id)
        return run_id

    def next_manual_at(self, portal_id: str) -> datetime | None:
        """When a manual sync is allowed again; None when it is now."""
        with self._database.reading() as session:
            connection = connections.of_portal(session, portal_id)
        allowed_at = connection and _allowed_at(connection)
        return allowed_at if allowed_at and allowed_at > self._clock() else None

    def release(self, portal_id: str, run_id: int, viewer_id: str | None) -> int:
        """Let a held plan through: a new run that applies it if the plan is still the same, and holds again if not."""
        now = self._clock()
        with self._database.writing() as session:
            connection = _active(session, portal_id)
            run = _held(session, connection, run_id)
            lease.refuse_while_held(session, connection.id, now)
            run.status, run.finished_at = "released", now
            released = runs.queue(
                session, connection.id, run.mode, "release", now, by=viewer_id, released=run.digest
            )
            connections.audit(session, portal_id, now, viewer_id, "run.released", run=run_id)
        self._wake(released)
        return released

    def discard(self, portal_id: str, run_id: int, viewer_id: str | None) -> None:
        """Throw a held plan away; nothing was changed, and the next sync plans afresh."""
        now = self._clock()
        with self._database.writing() as session:
            connection = _active(session, portal_id)
            run = _held(session, connection, run_id)
            runs.discard(run, now)
            connections.audit(session, portal_id, now, viewer_id, "run.discarded", run=run_id)

    def tell(self, portal_id: str, viewer_id: str | None, person_keys: Sequence[str] | None) -> int:
        """Send the welcome to people who were added silently (rule D13), None for all of them; gives the run's id."""
        now = self._clock()
        with self._database.writing() as session:
            connection = _active(session, portal_id)
            which = [LinkRow.connection_id == connection.id, LinkRow.mail_state.in_(_TELLABLE)]
            if person_keys is not None:
                which.append(LinkRow.person_key.in_(person_keys))
            silent = LinkRow.mail == Mail.NONE.value
            session.execute(update(LinkRow).where(*which, silent).values(mail=Mail.WELCOME.value))
            session.execute(update(LinkRow).where(*which).values(mail_state=MailState.OWED.value))
            run_id = runs.queue(session, connection.id, "mail", "manual", now, by=viewer_id)
            connections.audit(session, portal_id, now, viewer_id, "mail.asked")
        self._wake(run_id)
        return run_id


def _active(session: Session, portal_id: str) -> Connection:
    connection = connections.locked(session, portal_id)
    if connection is None or connection.state in ("review", "disconnected"):
        raise Refused("This portal is not connected to Paycor. Connect it first.")
    if connection.state == "attention":
        raise Refused("The connection needs attention: connect to Paycor again, then sync.")
    if connection.state == "paused":
        raise Refused("The connection is paused. Resume it, then sync.")
    return connection


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


def _held(session: Session, connection: Connection, run_id: int) -> RunRow:
    run = session.get(RunRow, run_id)
    if run is None or run.connection_id != connection.id or run.status != "held":
        raise Refused(f"Run {run_id} is not held any more. Start a preview to see the plan as it is now.")
    return run
