"""Tables of events from Paycor."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connector.store.db.base import Base, RowId, UTCDateTime
from connector.store.tables.columns import connection_id


class EventEndpoint(Base):
    """Where Paycor's events for one connection come in. Of the two secrets only hashes are kept."""

    __tablename__ = "connector_event_endpoint"
    __table_args__ = (UniqueConstraint("path_hash"),)

    connection_id: Mapped[int] = connection_id(primary_key=True)
    #: sha256 of the last part of the address, in hexadecimal digits
    path_hash: Mapped[str] = mapped_column(String(64))
    #: sha256 of the Authorization value, likewise
    secret_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: When the last event came in that knew both secrets.
    last_event_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class EventRefreshRow(Base):
    """An employee whom Paycor has named as changed: to be read again by themselves. A burst of events is one row."""

    __tablename__ = "connector_event_refresh"
    __table_args__ = (UniqueConstraint("connection_id", "employee_id"), Index(None, "due_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = connection_id()
    employee_id: Mapped[str] = mapped_column(String(60))
    #: When the last event about them came.
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: From when on they are to be read.
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
