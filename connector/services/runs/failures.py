"""What follows when a run did not finish: another try, a state that needs attention, or a mail to the admins.

In: a run and what ended it; out: rows, and a `Letter` to send after the commit. One table says which failures pass.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.core.model.connection import ConnectionState
from connector.core.model.run import RunMode, RunStatus, RunTrigger
from connector.core.rules.tries import TRIES, next_try_at
from connector.errors import ConnectorError, Remedy, SourceAuthError, Stopped
from connector.services.connection.require import may_run
from connector.store import audit
from connector.store.connection import connections
from connector.store.db.sessions import DatabaseUnusable, Session
from connector.store.runs import runs, tries
from connector.store.runs.lease import LeaseHandle
from connector.store.tables.connection import Connection
from connector.store.tables.runs import RunRow
from connector.wiring import Wiring
from connector.words.runs import FAILED_SUBJECT, Letter, failed_mail

log = logging.getLogger(__name__)

#: Errors of a library or of the LMS's own code that pass: the network, a full disk, a locked or restarted database.
_PASSING = (OSError, DatabaseUnusable)
#: Who asked for these sees how they end.
_SEEN = (RunTrigger.MANUAL, RunTrigger.OPERATOR, RunTrigger.RELEASE)
#: A sync that is cut off by the next one is worth a mail when none has succeeded for this long.
_LASTING = timedelta(days=1)

_UNEXPECTED = "An unexpected error ended the run. The log has the details."
_ENDED_BY_HAND = "The run was ended by hand. What it had done is kept, and the next run does the rest."
_KILLED = "The process that carried it out was killed. What it had done is kept."


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a run did not finish. `passes`: another try can heal it, after `asked_s` at least, or `at_once`."""

    code: str
    message: str
    status: RunStatus = RunStatus.FAILED
    passes: bool = False
    at_once: bool = False
    needs_attention: bool = False
    asked_s: float | None = None


#: A run whose process was killed.
KILLED = Cause("interrupted", _KILLED, RunStatus.INTERRUPTED, passes=True)


def cause_of(error: BaseException) -> Cause:
    """What an error means for the run that it ended: `remedy` says whether another try can heal it."""
    if isinstance(error, Stopped):
        return Cause(error.code, error.message, RunStatus.STOPPED, passes=True, at_once=True)
    if isinstance(error, ConnectorError):
        return Cause(
            error.code,
            error.message,
            passes=error.remedy is Remedy.RETRY,
            needs_attention=isinstance(error, SourceAuthError),
            asked_s=getattr(error, "retry_after_s", None),
        )
    if isinstance(error, Exception):
        return Cause("internal", _UNEXPECTED, passes=isinstance(error, _PASSING))
    return Cause(Stopped.code, _ENDED_BY_HAND, RunStatus.STOPPED)


class RunFailures:
    """Stores how runs failed, and what follows."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._database = wiring.database
        self._clock = wiring.clock

    def store(self, run: RunRow, lease: LeaseHandle, error: BaseException) -> None:
        """Store the error that ended a run. Raises LeaseLost, with nothing stored, once another run has the lease."""
        now, cause = self._clock(), cause_of(error)
        with self._database.writing() as session:
            lease.renew(session, now)
            row = runs.by_id(session, run.id)
            runs.mark_failed(row, cause.status, cause.code, cause.message, now)
            letter = _follow_up(session, row, cause, now)
        self.send(letter)

    def mark_killed(self, session: Session, run: RunRow) -> Letter | None:
        """Mark a run as killed, once, and queue what follows; returns the mail to send after the commit."""
        now = self._clock()
        return _follow_up(session, run, KILLED, now) if runs.mark_interrupted(session, run, now) else None

    def send(self, letter: Letter | None) -> None:
        """Mail the admins, if there is something to say."""
        if letter is not None:
            self._wiring.mail_admins(*letter)


def _follow_up(session: Session, run: RunRow, cause: Cause, now: datetime) -> Letter | None:
    """Queue another try, or let the connection need attention; returns the mail to send after the commit."""
    connection = connections.by_id(session, run.connection_id)
    if cause.needs_attention:
        return _need_attention(session, connection, cause, now)
    if cause.passes and run.mode.is_retried and may_run(connection, run.mode):
        at = now if cause.at_once else _next_try_at(run, connection, cause, now)
        if at is not None:
            attempt = run.attempt if cause.at_once else run.attempt + 1
            tries.queue_again(session, run, attempt, at, now)
    if not _is_worth_a_mail(session, run, connection, cause, now):
        return None
    connection.mailed_failure = cause.code
    return Letter(connection.portal_id, FAILED_SUBJECT, failed_mail(cause.message, run.attempt))


def _need_attention(session: Session, connection: Connection, cause: Cause, now: datetime) -> Letter | None:
    """A consent that was withdrawn stops all tries at once, and the admins get one mail about it (rule D18)."""
    if connection.state == ConnectionState.ATTENTION:
        return None
    connection.state, connection.attention_code = ConnectionState.ATTENTION, cause.code
    audit.record(session, connection.portal_id, now, None, "connection.attention")
    log.error("Connection %s needs attention: %s", connection.id, cause.message)
    return Letter(connection.portal_id, "The connection to Paycor needs attention", cause.message)


def _next_try_at(run: RunRow, connection: Connection, cause: Cause, now: datetime) -> datetime | None:
    is_sync = run.mode == RunMode.SYNC
    return next_try_at(
        run.attempt,
        now,
        next_due_at=connection.next_daily_at if is_sync else None,
        is_endless=is_sync and connection.first_sync_at is None,
        asked_s=cause.asked_s,
    )


def _is_worth_a_mail(
    session: Session, run: RunRow, connection: Connection, cause: Cause, now: datetime
) -> bool:
    """Whether the admins have to hear of it: no try is left or none would help, and they do not know it yet."""
    if (
        run.mode != RunMode.SYNC
        or cause.status is RunStatus.STOPPED
        or cause.code == connection.mailed_failure
    ):
        return False
    if not cause.passes:
        return run.attempt > 1 or run.trigger not in _SEEN
    if run.attempt >= TRIES:
        return True
    done_at = tries.last_done_at(session, run)
    return run.retry_at is None and done_at is not None and done_at < now - _LASTING
