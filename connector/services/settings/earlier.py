"""The choices as they are saved, and as they were earlier: what each line of the log changed is taken back (X30)."""

from typing import Any

from connector.errors import Refused
from connector.services.settings.choices import Choices, with_values
from connector.store import audit
from connector.store import settings as stored_settings
from connector.store.db.sessions import Session
from connector.store.tables.connection import Connection


def saved_choices(session: Session, row: Connection) -> Choices:
    """Everything that is saved for a connection."""
    return Choices(
        stored_settings.mapping(session, row.id),
        stored_settings.policy(row),
        row.daily_hour,
        row.read_interval,
    )


def choices_before(session: Session, portal_id: str, line_id: int, saved: Choices) -> Choices:
    """The choices before a line of the log: what it and every later one changed is taken back, the newest first.

    Raises Refused when the line is no saved change of settings.
    """
    lines = audit.settings_since(session, portal_id, line_id)
    if not any("changes" in line.detail for line in lines):
        raise Refused(
            "This line of the log has no settings to go back to. Choose one that shows from and to."
        )
    values: dict[str, Any] = {}
    for line in lines:
        values |= {path: before for path, (before, _) in line.detail.get("changes", {}).items()}
    return with_values(saved, values)
