"""The table of finished courses that go to Paycor."""

from datetime import date, datetime

from sqlalchemy import Date, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connector.core.model.completion import CompletionState
from connector.store.db.base import Base, Choice, RowId, UTCDateTime, connection_id


class CompletionRow(Base):
    """A finished course that becomes a certification at Paycor: intent before the call, outcome after."""

    __tablename__ = "connector_completion"
    __table_args__ = (
        UniqueConstraint("connection_id", "number"),
        Index(None, "connection_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = connection_id()
    #: Our key, stored at Paycor as the certification's number; always the same for one completion.
    number: Mapped[str] = mapped_column(String(40))
    person_key: Mapped[str] = mapped_column(String(60))
    employee_id: Mapped[str] = mapped_column(String(60))
    account_id: Mapped[str] = mapped_column(String(100))
    course: Mapped[str] = mapped_column(String(300))
    completed_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[CompletionState] = mapped_column(Choice(CompletionState))
    #: Why it was rejected or is unknown: a short code without personal data.
    code: Mapped[str] = mapped_column(String(60), default="")
    #: Paycor's id of the certification, once it is known.
    certification_id: Mapped[str | None] = mapped_column(String(60))
    #: When the state last changed.
    at: Mapped[datetime | None] = mapped_column(UTCDateTime)
