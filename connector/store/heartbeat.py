"""The sign of life of the jobs: when the last tick began, in whichever process. Plain functions on a session."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from connector.store.db.sessions import Session
from connector.store.tables.runs import Heartbeat

_ONLY = 1


def beat(session: Session, now: datetime) -> None:
    """Record that a tick has begun."""
    row = session.get(Heartbeat, _ONLY)
    if row is not None:
        row.at = now
        return
    # When two processes begin their first tick at the same moment, one row is enough for both.
    with suppress(IntegrityError), session.begin_nested():
        session.add(Heartbeat(id=_ONLY, at=now))


def last_beat(session: Session) -> datetime | None:
    """When the last tick began; None when there was none yet."""
    return session.scalar(select(func.max(Heartbeat.at)))
