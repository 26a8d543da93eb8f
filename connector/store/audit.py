"""The audit: who did what in a portal, and when. It outlives the connection."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from connector.store.db.paging import page_before
from connector.store.db.sessions import Session
from connector.store.tables.connection import Audit


def record(
    session: Session, portal_id: str, at: datetime, viewer_id: str | None, action: str, **detail: Any
) -> None:
    """Add one line; `detail` has ids and counts, never a secret or a person."""
    session.add(Audit(portal_id=portal_id, at=at, viewer_id=viewer_id, action=action, detail=detail))


def page(session: Session, portal_id: str, before: int | None, limit: int) -> Sequence[Audit]:
    """The lines about a portal before the id `before`, newest first."""
    query = select(Audit).where(Audit.portal_id == portal_id)
    return session.scalars(page_before(query, Audit.id, before, limit)).all()
