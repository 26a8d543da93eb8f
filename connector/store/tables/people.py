"""Tables of people. Only what the pages need is stored: ids, name, work email, status, dates and mapped values."""

from datetime import date, datetime

from sqlalchemy import Boolean, Date, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connector.core.model.account import AccountState, LinkOrigin, Mail, MailState
from connector.core.model.employee import EmploymentStatus
from connector.core.model.override import OverrideKind
from connector.store.db.base import Base, Choice, Json, RowId, UTCDateTime
from connector.store.tables.columns import connection_id


class TodoRow(Base):
    """What the admins of a portal were last told of HR's to-do list."""

    __tablename__ = "connector_todo"

    connection_id: Mapped[int] = connection_id(primary_key=True)
    #: How many lines were open then.
    open: Mapped[int] = mapped_column(Integer)
    mailed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class OverrideRow(Base):
    """An exception that an admin has made for one human (`core.model.override.Override`), with the reason for it."""

    __tablename__ = "connector_override"
    __table_args__ = (Index(None, "connection_id", "person_key"), Index(None, "connection_id", "until"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = connection_id()
    person_key: Mapped[str] = mapped_column(String(60))
    kind: Mapped[OverrideKind] = mapped_column(Choice(OverrideKind))
    #: The value that is held; empty for somebody who is protected.
    name: Mapped[str] = mapped_column(String(250))
    reason: Mapped[str] = mapped_column(String(500))
    #: Whoever made it, by the LMS's id of them.
    owner: Mapped[str | None] = mapped_column(String(100))
    #: The last day on which it holds.
    until: Mapped[date] = mapped_column(Date)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


class RecordColumns:
    """What is kept of a record as Paycor sent it, staged or adopted."""

    employee_id: Mapped[str] = mapped_column(String(60))
    person_key: Mapped[str] = mapped_column(String(60))
    #: Of the raw record and the settings it was read under.
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    email_key: Mapped[str | None] = mapped_column(String(320))
    manager_id: Mapped[str | None] = mapped_column(String(60))
    #: With `ends_on` it says who counts as a current direct report.
    status: Mapped[EmploymentStatus] = mapped_column(Choice(EmploymentStatus))
    ends_on: Mapped[date | None] = mapped_column(Date)
    #: `core.model.employee.Employee` as JSON
    record: Mapped[str] = mapped_column(Text)


class EmployeeRow(RecordColumns, Base):
    """The mirror: an employee as Paycor had them at the last complete read."""

    __tablename__ = "connector_employee"
    __table_args__ = (
        UniqueConstraint("connection_id", "employee_id"),
        Index(None, "connection_id", "person_key"),
        Index(None, "connection_id", "email_key"),
        Index(None, "connection_id", "manager_id"),
        Index(None, "connection_id", "dirty", "person_key"),
        Index(None, "connection_id", "due_at"),
        Index(None, "connection_id", "absent_reads", "digest"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = connection_id()
    #: How many complete reads in a row they were missing from.
    absent_reads: Mapped[int] = mapped_column(Integer, default=0)
    #: Not acted on yet since something changed.
    dirty: Mapped[bool] = mapped_column(Boolean, default=True)
    #: When the answer may differ with nothing new from Paycor.
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class StagedRow(RecordColumns, Base):
    """A record that came new in a read that is not complete yet."""

    __tablename__ = "connector_staged_employee"
    __table_args__ = (UniqueConstraint("connection_id", "employee_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = connection_id()


class LinkRow(Base):
    """The remembered pair of a human at Paycor and their account in the LMS."""

    __tablename__ = "connector_link"
    __table_args__ = (
        UniqueConstraint("connection_id", "person_key"),
        UniqueConstraint("connection_id", "account_id"),
        Index(None, "connection_id", "mail_state", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = connection_id()
    person_key: Mapped[str] = mapped_column(String(60))
    account_id: Mapped[str] = mapped_column(String(100))
    #: What the connector last set.
    state: Mapped[AccountState] = mapped_column(Choice(AccountState))
    #: The account's version after the connector's last write.
    version: Mapped[str] = mapped_column(String(100), default="")
    #: The one mail about the new account, and how far it has come.
    mail: Mapped[Mail] = mapped_column(Choice(Mail), default=Mail.NONE)
    mail_state: Mapped[MailState] = mapped_column(Choice(MailState), default=MailState.NONE)
    mail_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    origin: Mapped[LinkOrigin] = mapped_column(Choice(LinkOrigin))
    linked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: The groups that the connector has put the account into; none for nearly everybody.
    groups: Mapped[list[str] | None] = mapped_column(Json)
    #: Whether the account still waited for its learner's answer when the connector suspended it.
    unanswered: Mapped[bool] = mapped_column(Boolean, default=False)


class FindingRow(Base):
    """What is to be known about a person, or with an empty person key about the connection, since a decision."""

    __tablename__ = "connector_finding"
    __table_args__ = (
        Index(None, "connection_id", "person_key"),
        Index(None, "connection_id", "code", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = connection_id()
    person_key: Mapped[str] = mapped_column(String(60))
    employee_id: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200), default="")
    detail: Mapped[str] = mapped_column(String(500), default="")
    hint: Mapped[str] = mapped_column(String(200), default="")
    #: Whether it is the reason why nothing is done about the person.
    is_skip: Mapped[bool] = mapped_column(Boolean)
    since: Mapped[datetime] = mapped_column(UTCDateTime)
