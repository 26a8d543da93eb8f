"""Tables of people. They store only what the pages need: ids, name, work email, status, dates and mapped values."""

from datetime import date, datetime

from sqlalchemy import Boolean, Date, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connector.core.model.account import AccountState, LinkOrigin, Mail, MailState
from connector.core.model.employee import EmploymentStatus
from connector.core.model.override import OverrideKind
from connector.store.db.base import Base, Choice, Json, RowId, UTCDateTime, connection_id


class RecordColumns:
    """The columns of a record as Paycor sent it, in the mirror or staged."""

    employee_id: Mapped[str] = mapped_column(String(60))
    person_key: Mapped[str] = mapped_column(String(60))
    #: Digest of the raw record and of the settings it was read with.
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    #: The work email in the form for comparisons, `core.model.employee.email_key`.
    email_key: Mapped[str | None] = mapped_column(String(320))
    #: The manager's employee id.
    manager_id: Mapped[str | None] = mapped_column(String(60))
    #: Together with `starts_on` and `ends_on` it decides who counts as a current direct report.
    status: Mapped[EmploymentStatus] = mapped_column(Choice(EmploymentStatus))
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    #: `core.model.employee.Employee` as JSON
    record: Mapped[str] = mapped_column(Text)


class EmployeeRow(RecordColumns, Base):
    """The mirror: an employee as in the last complete read of Paycor."""

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
    #: The number of complete reads in a row without this employee.
    absent_reads: Mapped[int] = mapped_column(Integer, default=0)
    #: Something has changed, and no run has decided about it yet.
    dirty: Mapped[bool] = mapped_column(Boolean, default=True)
    #: When a new decision is needed although Paycor has nothing new, such as on a stored date.
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class StagedRow(RecordColumns, Base):
    """A new or changed record of a read that is not complete yet."""

    __tablename__ = "connector_staged_employee"
    __table_args__ = (UniqueConstraint("connection_id", "employee_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = connection_id()


class LinkRow(Base):
    """The pair of a person at Paycor and their account in the LMS."""

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
    #: The state that the connector last set.
    state: Mapped[AccountState] = mapped_column(Choice(AccountState))
    #: The account's version in the LMS after the connector's last write.
    version: Mapped[str] = mapped_column(String(100), default="")
    #: The one mail about the new account, its progress, and when that last changed.
    mail: Mapped[Mail] = mapped_column(Choice(Mail), default=Mail.NONE)
    mail_state: Mapped[MailState] = mapped_column(Choice(MailState), default=MailState.NONE)
    mail_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: How the link came about.
    origin: Mapped[LinkOrigin] = mapped_column(Choice(LinkOrigin))
    linked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: The groups that the connector has added the account to; empty for most people.
    groups: Mapped[list[str] | None] = mapped_column(Json)
    #: The learner had not answered the invitation yet when the connector ended their access.
    unanswered: Mapped[bool] = mapped_column(Boolean, default=False)
    #: The account may have a parking address, until a row has given it a right one.
    is_parked: Mapped[bool] = mapped_column(Boolean, default=False)
    #: A short digest of each value in the connector's last write, by the names that operations use.
    sent: Mapped[dict[str, str] | None] = mapped_column(Json)


class RefusalRow(Base):
    """A value, or a whole operation, that the LMS refused or keeps differently (`core.model.operation.Refusal`)."""

    __tablename__ = "connector_refusal"
    __table_args__ = (Index(None, "connection_id", "person_key"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = connection_id()
    person_key: Mapped[str] = mapped_column(String(60))
    #: The name of the value that operations use; empty for a whole operation.
    name: Mapped[str] = mapped_column(String(250))
    digest: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(100))
    #: The account's version at that time.
    version: Mapped[str] = mapped_column(String(100))
    #: When it was sent last, and when it was refused first.
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    since: Mapped[datetime] = mapped_column(UTCDateTime)


class PersonAliasRow(Base):
    """A person key of Paycor's that an admin has said to be another person's (rule D25): both are one person."""

    __tablename__ = "connector_person_alias"
    __table_args__ = (UniqueConstraint("connection_id", "person_key"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = connection_id()
    #: The key as Paycor's records say it.
    person_key: Mapped[str] = mapped_column(String(60))
    #: The key under which everything about the person is stored.
    used_key: Mapped[str] = mapped_column(String(60))


class FindingRow(Base):
    """A finding of the last decision about a person, or about the connection if the person key is empty."""

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
    #: This finding is the reason why the sync skips the person.
    is_skip: Mapped[bool] = mapped_column(Boolean)
    since: Mapped[datetime] = mapped_column(UTCDateTime)


class OverrideRow(Base):
    """An exception that an admin has made for one person (`core.model.override.Override`)."""

    __tablename__ = "connector_override"
    __table_args__ = (Index(None, "connection_id", "person_key"), Index(None, "connection_id", "until"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = connection_id()
    person_key: Mapped[str] = mapped_column(String(60))
    kind: Mapped[OverrideKind] = mapped_column(Choice(OverrideKind))
    #: The name of the value that is kept; empty when the whole person is protected.
    name: Mapped[str] = mapped_column(String(250))
    #: In the admin's words.
    reason: Mapped[str] = mapped_column(String(500))
    #: The admin's id in the LMS.
    owner: Mapped[str | None] = mapped_column(String(100))
    #: The last day on which it applies.
    until: Mapped[date] = mapped_column(Date)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


class TodoRow(Base):
    """The state of HR's to-do list in the last mail to a portal's admins."""

    __tablename__ = "connector_todo"

    connection_id: Mapped[int] = connection_id(primary_key=True)
    #: The number of open lines at that time.
    open: Mapped[int] = mapped_column(Integer)
    mailed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
