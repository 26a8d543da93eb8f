"""Our tables, all `connector_*`. Ids of the host are opaque text; there is no foreign key into its tables.

Of a person only what the pages need is stored: ids, name, work email, status, dates and mapped values.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connector.store.base import Base, Json, RowId, UTCDateTime


def _connection_id(*, primary_key: bool = False) -> Mapped[int]:
    target = ForeignKey("connector_connection.id", ondelete="CASCADE")
    return mapped_column(RowId, target, primary_key=primary_key, autoincrement=False)


class Connection(Base):
    """A portal's connection to its Paycor company, with everything its admin has chosen."""

    __tablename__ = "connector_connection"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    portal_id: Mapped[str] = mapped_column(String(100))
    #: `production` or `sandbox`
    environment: Mapped[str] = mapped_column(String(20))
    #: Another address of Paycor's API; only an operator can set it.
    api_url: Mapped[str | None] = mapped_column(String(500))
    #: `redirect` (consent in the browser) or `paste` (the customer's own application)
    mode: Mapped[str] = mapped_column(String(20))
    #: `review`, `active`, `attention`, `paused` or `disconnected`
    state: Mapped[str] = mapped_column(String(20))
    #: Why it needs attention: the code of the error that stopped it.
    attention_code: Mapped[str | None] = mapped_column(String(60))
    settings_version: Mapped[int] = mapped_column(Integer, default=1)
    #: `core.settings.Policy`, by its field names
    policy: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    #: The hour of the daily sync in the portal's time zone.
    daily_hour: Mapped[int] = mapped_column(Integer, default=2)
    next_daily_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: When a manual sync last reached Paycor (rule D15).
    manual_read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: When the first sync was complete; the daily one starts after it.
    first_sync_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: Up to when edits made in the LMS have been looked at.
    edits_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: How many records the last complete read had.
    last_read_count: Mapped[int | None] = mapped_column(Integer)
    connected_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    connected_by: Mapped[str | None] = mapped_column(String(100))
    #: `core.attributes.CustomField` of each that was found at Paycor, by its field names; None before anybody looked.
    custom_fields: Mapped[list[dict[str, str]] | None] = mapped_column(Json)
    #: From when on completions are still to be looked for and sent to Paycor; empty while that is off.
    completions_from: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Entity(Base):
    """A legal entity that a connection reads; nobody else may read it (rule D16)."""

    __tablename__ = "connector_entity"
    __table_args__ = (UniqueConstraint("environment", "legal_entity_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = _connection_id()
    environment: Mapped[str] = mapped_column(String(20))
    legal_entity_id: Mapped[int] = mapped_column(Integer)
    tenant_id: Mapped[int | None] = mapped_column(Integer)


class Credential(Base):
    """The secrets of a connection, encrypted. Its row is the lock under which the refresh token rotates."""

    __tablename__ = "connector_credential"

    connection_id: Mapped[int] = _connection_id(primary_key=True)
    #: Empty in redirect mode: the application is then the LMS maker's own, from the settings.
    client_id: Mapped[str | None] = mapped_column(String(200))
    client_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    subscription_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    scope: Mapped[str | None] = mapped_column(String(200))
    access_token: Mapped[bytes | None] = mapped_column(LargeBinary)
    refresh_token: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Consent(Base):
    """A consent that an admin has begun at Paycor: good once, for that admin's browser session alone."""

    __tablename__ = "connector_consent"

    #: sha256 of `state`
    state_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    portal_id: Mapped[str] = mapped_column(String(100))
    viewer_id: Mapped[str] = mapped_column(String(100))
    #: sha256 of the key in the admin's browser session
    session_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    environment: Mapped[str] = mapped_column(String(20))
    #: The PKCE verifier, encrypted.
    verifier: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


class MappingLine(Base):
    """One row of "Map your data"."""

    __tablename__ = "connector_mapping"
    __table_args__ = (UniqueConstraint("connection_id", "field_key"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = _connection_id()
    position: Mapped[int] = mapped_column(Integer)
    attribute: Mapped[str] = mapped_column(String(250))
    field_key: Mapped[str] = mapped_column(String(200))
    when_null: Mapped[str] = mapped_column(String(10))
    fallback: Mapped[str] = mapped_column(String(250), default="")
    translation: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    create_only: Mapped[bool] = mapped_column(Boolean, default=False)


class ReadColumns:
    """What is kept of a record as Paycor sent it, staged or adopted."""

    employee_id: Mapped[str] = mapped_column(String(60))
    person_key: Mapped[str] = mapped_column(String(60))
    #: Of the raw record and the settings it was read under.
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    email_key: Mapped[str | None] = mapped_column(String(320))
    manager_id: Mapped[str | None] = mapped_column(String(60))
    #: `core.records.Status`; with `ends_on` it tells who counts as a current direct report.
    status: Mapped[str] = mapped_column(String(20))
    ends_on: Mapped[date | None] = mapped_column(Date)
    #: `core.records.Employee` as JSON
    record: Mapped[str] = mapped_column(Text)


class EmployeeRow(ReadColumns, Base):
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
    connection_id: Mapped[int] = _connection_id()
    #: How many complete reads in a row they were missing from.
    absent_reads: Mapped[int] = mapped_column(Integer, default=0)
    #: Not acted on yet since something changed.
    dirty: Mapped[bool] = mapped_column(Boolean, default=True)
    #: When the answer may differ with nothing new from Paycor.
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class IntakeRow(ReadColumns, Base):
    """A record that came new in a read that is not complete yet."""

    __tablename__ = "connector_intake"
    __table_args__ = (UniqueConstraint("connection_id", "employee_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = _connection_id()


class LinkRow(Base):
    """The remembered pair of a human at Paycor and their account in the LMS."""

    __tablename__ = "connector_link"
    __table_args__ = (
        UniqueConstraint("connection_id", "person_key"),
        UniqueConstraint("connection_id", "account_id"),
        Index(None, "connection_id", "mail_state", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = _connection_id()
    person_key: Mapped[str] = mapped_column(String(60))
    account_id: Mapped[str] = mapped_column(String(100))
    #: `core.records.AccountState` that the connector last set.
    state: Mapped[str] = mapped_column(String(20))
    #: The account's version after the connector's last write.
    version: Mapped[str] = mapped_column(String(100), default="")
    #: `core.records.Mail` and `MailState` of the one mail about the new account.
    mail: Mapped[str] = mapped_column(String(20), default="none")
    mail_state: Mapped[str] = mapped_column(String(20), default="none")
    mail_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: `created` by the connector, `found` in the LMS, or linked `by_hand`.
    origin: Mapped[str] = mapped_column(String(20))
    linked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: The groups that the connector has put the account into; none for nearly everybody.
    groups: Mapped[list[str] | None] = mapped_column(Json)
    #: Whether the account still waited for its learner's answer when the connector suspended it.
    unanswered: Mapped[bool] = mapped_column(Boolean, default=False)


class RunRow(Base):
    """One pass, asked for, under way or over."""

    __tablename__ = "connector_run"
    __table_args__ = (Index(None, "connection_id", "id"), Index(None, "status"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = _connection_id()
    #: `sync`, `preview`, `apply` (a stored plan), `undo`, `due`, `nudge`, `one`, `mail` or `completions`
    mode: Mapped[str] = mapped_column(String(20))
    #: Who asked: `manual`, `daily`, `hourly`, `operator`, `release` or `event`.
    trigger: Mapped[str] = mapped_column(String(20))
    #: `queued`, `running`, `done`, `held`, `released`, `failed`, `interrupted` or `discarded`
    status: Mapped[str] = mapped_column(String(20))
    phase: Mapped[str] = mapped_column(String(20), default="")
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int | None] = mapped_column(Integer)
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    requested_by: Mapped[str | None] = mapped_column(String(100))
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: Of the plan; the same state gives the same digest.
    digest: Mapped[str | None] = mapped_column(String(64))
    #: The run whose stored plan is applied, or which is undone.
    plan_of: Mapped[int | None] = mapped_column(RowId)
    #: The employee that a run is about alone.
    employee_id: Mapped[str | None] = mapped_column(String(60))
    #: `core.guard.Held`, by its field names: why the plan is held.
    held: Mapped[dict[str, Any] | None] = mapped_column(Json)
    #: What was done, by `core.guard.Measure`.
    tally: Mapped[dict[str, int] | None] = mapped_column(Json)
    #: How many mails went out.
    mails: Mapped[int] = mapped_column(Integer, default=0)
    #: `core.report.Report`, by its field names
    report: Mapped[dict[str, Any] | None] = mapped_column(Json)
    error_code: Mapped[str | None] = mapped_column(String(60))
    error_message: Mapped[str | None] = mapped_column(Text)


class EntryRow(Base):
    """One operation of a plan: intent before, outcome after."""

    __tablename__ = "connector_entry"
    __table_args__ = (
        Index(None, "run_id", "kind", "id"),
        Index(None, "run_id", "outcome", "id"),
        Index(None, "person_key"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    run_id: Mapped[int] = mapped_column(RowId, ForeignKey("connector_run.id", ondelete="CASCADE"))
    person_key: Mapped[str] = mapped_column(String(60))
    employee_id: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[str | None] = mapped_column(String(100))
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)
    mail: Mapped[str] = mapped_column(String(20))
    #: `core.offers.Effect`, by its field names, where the host could tell it
    effect: Mapped[dict[str, Any] | None] = mapped_column(Json)
    #: A word of `store.entries`, or the `OutcomeStatus` that it ended with.
    outcome: Mapped[str] = mapped_column(String(20))
    outcome_code: Mapped[str] = mapped_column(String(100), default="")
    at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class FindingRow(Base):
    """What is to be known about a person, or with an empty person key about the connection, since a decision."""

    __tablename__ = "connector_finding"
    __table_args__ = (
        Index(None, "connection_id", "person_key"),
        Index(None, "connection_id", "code", "id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = _connection_id()
    person_key: Mapped[str] = mapped_column(String(60))
    employee_id: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200), default="")
    detail: Mapped[str] = mapped_column(String(500), default="")
    hint: Mapped[str] = mapped_column(String(200), default="")
    #: Whether it is the reason why nothing is done about the person.
    is_skip: Mapped[bool] = mapped_column(Boolean)
    since: Mapped[datetime] = mapped_column(UTCDateTime)


class Lease(Base):
    """Who may run a connection now. `token` rises with every new holder, and every write of a run names its own."""

    __tablename__ = "connector_lease"

    connection_id: Mapped[int] = _connection_id(primary_key=True)
    owner: Mapped[str] = mapped_column(String(300))
    token: Mapped[int] = mapped_column(Integer)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
