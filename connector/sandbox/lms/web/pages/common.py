"""What every page needs: the portal of its address, the present instant, and the settings."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import current_app, g, session

from connector.sandbox.lms.config import Settings, settings
from connector.sandbox.lms.db.tables import Portal, db
from connector.sandbox.lms.mail import queue
from connector.sandbox.lms.web.access import portal_at


def enter(slug: str) -> Portal:
    """The portal of this page; 404 for a user who does not belong to it."""
    portal = portal_at(slug)
    g.portal = portal
    session["portal_id"] = str(portal.id)
    return portal


def lms_settings() -> Settings:
    """The settings of the app that serves this page."""
    return settings(current_app)


def moment() -> datetime:
    """The present instant."""
    return lms_settings().clock()


def commit_and_send() -> None:
    """Commit the page's changes, then send its mails."""
    db.session.commit()
    queue.drain(db.engine, lms_settings())


def instant_of(text: str, portal: Portal) -> datetime | None:
    """The instant of a typed date or date and time, in the portal's time zone unless it has another; else None."""
    try:
        instant = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError:
        return None
    return (instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(portal.time_zone))).astimezone(UTC)


def local(instant: datetime | None) -> str:
    """An instant as a text in the portal's time zone, to the minute."""
    if instant is None:
        return ""
    portal: Portal | None = g.get("portal")
    zone = ZoneInfo(portal.time_zone if portal else "UTC")
    return instant.astimezone(zone).strftime("%d %b %Y, %H:%M")
