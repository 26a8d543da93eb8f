"""Tables for events from Paycor."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connector.store.db.base import Base, RowId, UTCDateTime, connection_id


class EventEndpoint(Base):
    """The address that receives Paycor's events for one connection. It stores hashes of the two secrets only."""

    __tablename__ = "connector_event_endpoint"
    __table_args__ = (UniqueConstraint("path_hash"),)

    connection_id: Mapped[int] = connection_id(primary_key=True)
    #: sha256 of the last part of the address, in hexadecimal
    path_hash: Mapped[str] = mapped_column(String(64))
    #: sha256 of the Authorization value, in hexadecimal
    secret_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: When the last event with both secrets arrived.
    last_event_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class EventRefreshRow(Base):
    """An employee that an event names as changed, until a run reads them again. A burst of events is one row."""

    __tablename__ = "connector_event_refresh"
    __table_args__ = (UniqueConstraint("connection_id", "employee_id"), Index(None, "due_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = connection_id()
    employee_id: Mapped[str] = mapped_column(String(60))
    #: When the last event about them arrived.
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: The earliest time to read them.
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
