"""The audit: who did what in a portal, and when. It outlives the connection."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from connector.store.db.paging import page_before
from connector.store.db.sessions import Session
from connector.store.tables.connection import Audit

#: The actions whose detail has `changes`: settings by path, each with its value before and after.
SETTINGS_SAVED = ("mapping.saved", "policy.saved", "settings.saved", "settings.restored")


def record(
    session: Session, portal_id: str, at: datetime, viewer_id: str | None, action: str, **detail: Any
) -> None:
    """Add one line; `detail` has ids, counts and settings, never a secret or a person."""
    session.add(Audit(portal_id=portal_id, at=at, viewer_id=viewer_id, action=action, detail=detail))


def page(session: Session, portal_id: str, before: int | None, limit: int) -> Sequence[Audit]:
    """The lines about a portal before the id `before`, newest first."""
    query = select(Audit).where(Audit.portal_id == portal_id)
    return session.scalars(page_before(query, Audit.id, before, limit)).all()


def settings_since(session: Session, portal_id: str, first_id: int) -> Sequence[Audit]:
    """The lines about saved settings from the id `first_id` on, newest first; empty when that line is none of them."""
    query = select(Audit).where(
        Audit.portal_id == portal_id, Audit.id >= first_id, Audit.action.in_(SETTINGS_SAVED)
    )
    lines = session.scalars(query.order_by(Audit.id.desc())).all()
    return lines if lines and lines[-1].id == first_id else ()


def forget_settings(session: Session, portal_id: str) -> None:
    """Drop the values of settings from the portal's lines: who saved them, and when, stays."""
    saved = (Audit.portal_id == portal_id) & Audit.action.in_(SETTINGS_SAVED)
    session.execute(update(Audit).where(saved).values(detail={}))
