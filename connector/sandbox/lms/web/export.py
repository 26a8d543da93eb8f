"""All users of a portal as CSV lines, with one batch of rows in memory at a time (rule A21)."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from connector.sandbox.lms.db.tables import User
from connector.sandbox.lms.people.portals import custom_fields
from connector.services.csv_lines import line

HEADINGS = (
    "Id",
    "Email",
    "First name",
    "Last name",
    "Type",
    "Status",
    "Created",
    "Invited",
    "Welcomed",
    "Accepted",
    "Paycor id",
)


def lines(engine: Engine, portal_id: int) -> Iterator[str]:
    """A line of headings, then a line for each user, by email. Instants are in UTC."""
    statement = (
        select(User)
        .where(User.portal_id == portal_id)
        .order_by(User.email_key)
        .execution_options(yield_per=500)
    )
    with Session(engine) as session:
        fields = custom_fields(session, portal_id)
        yield line([*HEADINGS, *(item.label for item in fields.definitions)])
        for user in session.scalars(statement):
            shown = fields.shown(user.custom)
            yield line([*_columns(user), *(shown[item.key] or "" for item in fields.definitions)])


def _columns(user: User) -> list[str]:
    return [
        user.id,
        user.email,
        user.first_name,
        user.last_name,
        user.type.value,
        user.state.value,
        *(_instant(at) for at in (user.created_at, user.invited_at, user.welcomed_at, user.accepted_at)),
        user.external_id or "",
    ]


def _instant(instant: datetime | None) -> str:
    return "" if instant is None else instant.isoformat(timespec="seconds")
