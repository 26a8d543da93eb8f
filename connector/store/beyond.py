"""Tables of what goes beyond the sync: events from Paycor, completions sent to it, exceptions, the audit.

Of a person they have ids, and of a completion what Paycor is told about it.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connector.store.base import Base, Json, RowId, UTCDateTime

_OWNER = "connector_connection.id"


class EventDoor(Base):
    """Where Paycor's events for one connection come in. Of the two secrets only hashes are kept."""

    __tablename__ = "connector_event_door"
    __table_args__ = (UniqueConstraint("path_hash"),)

    connection_id: Mapped[int] = mapped_column(
        RowId, ForeignKey(_OWNER, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    #: sha256 of the last part of the address, in hexadecimal digits
    path_hash: Mapped[str] = mapped_column(String(64))
    #: sha256 of the Authorization value, likewise
    secret_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: When the last event came in that knew both secrets.
    heard_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class NudgeRow(Base):
    """An employee whom Paycor has named as changed: to be read again by themselves. A burst of events is one row."""

    __tablename__ = "connector_nudge"
    __table_args__ = (UniqueConstraint("connection_id", "employee_id"), Index(None, "due_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = mapped_column(
        RowId, ForeignKey(_OWNER, ondelete="CASCADE"), autoincrement=False
    )
    employee_id: Mapped[str] = mapped_column(String(60))
    #: When the last event about them came.
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: From when on they are to be read.
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)


class CompletionRow(Base):
    """A finished course on its way to being a certification at Paycor: intent before, outcome after."""

    __tablename__ = "connector_completion"
    __table_args__ = (
        UniqueConstraint("connection_id", "number"),
        Index(None, "connection_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = mapped_column(
        RowId, ForeignKey(_OWNER, ondelete="CASCADE"), autoincrement=False
    )
    #: Our key, which Paycor keeps as the certification's number; the same completion always has the same.
    number: Mapped[str] = mapped_column(String(40))
    person_key: Mapped[str] = mapped_column(String(60))
    employee_id: Mapped[str] = mapped_column(String(60))
    account_id: Mapped[str] = mapped_column(String(100))
    course: Mapped[str] = mapped_column(String(300))
    completed_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(String(500), default="")
    #: `planned`, `intended`, or how it ended: `sent`, `there` (Paycor had it already), `rejected` or `unknown`
    state: Mapped[str] = mapped_column(String(20))
    #: Why it was rejected, or is not known: a short code without personal data.
    code: Mapped[str] = mapped_column(String(60), default="")
    #: Paycor's id of the certification, once it is known.
    certification_id: Mapped[str | None] = mapped_column(String(60))
    at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class TodoRow(Base):
    """What the admins of a portal were last told of HR's to-do list."""

    __tablename__ = "connector_todo"

    connection_id: Mapped[int] = mapped_column(
        RowId, ForeignKey(_OWNER, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    #: How many lines were open then.
    open: Mapped[int] = mapped_column(Integer)
    mailed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class OverrideRow(Base):
    """An exception that an admin has made for one human (`core.records.Override`), with the reason for it."""

    __tablename__ = "connector_override"
    __table_args__ = (Index(None, "connection_id", "person_key"), Index(None, "connection_id", "until"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = mapped_column(RowId, ForeignKey(_OWNER, ondelete="CASCADE"))
    person_key: Mapped[str] = mapped_column(String(60))
    #: `core.records.OverrideKind`
    kind: Mapped[str] = mapped_column(String(20))
    #: The value that is held; empty for somebody who is protected.
    name: Mapped[str] = mapped_column(String(250))
    reason: Mapped[str] = mapped_column(String(500))
    #: Whoever made it, by the LMS's id of them.
    owner: Mapped[str | None] = mapped_column(String(100))
    #: The last day on which it holds.
    until: Mapped[date] = mapped_column(Date)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Audit(Base):
    """Who changed what about a portal's connection, and when; it outlives the connection."""

    __tablename__ = "connector_audit"
    __table_args__ = (Index(None, "portal_id", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    portal_id: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    viewer_id: Mapped[str | None] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(60))
    detail: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
