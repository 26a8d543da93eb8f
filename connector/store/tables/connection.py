"""Tables of a portal's connection. The host's ids are opaque text, without a foreign key into its tables."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connector.core.model.connection import ConnectionState, ConsentMethod
from connector.core.model.settings import ReadInterval
from connector.store.db.base import Base, Choice, Json, RowId, UTCDateTime, connection_id


class Connection(Base):
    """A portal's connection to its Paycor company, with all choices of its admin."""

    __tablename__ = "connector_connection"
    __table_args__ = (UniqueConstraint("portal_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    portal_id: Mapped[str] = mapped_column(String(100))
    #: `production` or `sandbox`
    environment: Mapped[str] = mapped_column(String(20))
    #: An address of Paycor's API that overrides the usual one; only an operator can set it.
    api_url: Mapped[str | None] = mapped_column(String(500))
    #: How the admin gave consent.
    mode: Mapped[ConsentMethod] = mapped_column(Choice(ConsentMethod))
    state: Mapped[ConnectionState] = mapped_column(Choice(ConnectionState))
    #: Why it needs attention: the code of the error that stopped it.
    attention_code: Mapped[str | None] = mapped_column(String(60))
    #: Rises with every change of mapping or policy, so that all people are decided again.
    settings_version: Mapped[int] = mapped_column(Integer, default=1)
    #: The fields of `core.model.settings.Policy`.
    policy: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    #: The hour of the daily sync, in the portal's time zone.
    daily_hour: Mapped[int] = mapped_column(Integer, default=2)
    #: The hours from one automatic sync to the next; the daily hour is one of these times.
    read_interval: Mapped[ReadInterval] = mapped_column(Choice(ReadInterval), default=ReadInterval.DAY)
    #: The code of the failure that the admins were last mailed about; empty since a sync succeeded.
    mailed_failure: Mapped[str | None] = mapped_column(String(60))
    #: When the next daily sync is due; empty before the first sync.
    next_daily_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: When a manual sync last reached Paycor (rule D15).
    manual_read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: When the first sync was complete; daily syncs start after it.
    first_sync_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: Edits made in the LMS up to this instant have been checked.
    edits_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: The number of records in the last complete read.
    last_read_count: Mapped[int | None] = mapped_column(Integer)
    #: When an admin pressed Finish, and the id of that admin in the LMS.
    connected_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    connected_by: Mapped[str | None] = mapped_column(String(100))
    #: A `core.model.attributes.CustomField` for each field found at Paycor; None before the first search.
    custom_fields: Mapped[list[dict[str, str]] | None] = mapped_column(Json)
    #: Courses finished after this instant are still to be read from the LMS; empty while sending is off.
    completions_from: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Credential(Base):
    """The encrypted secrets of a connection. A lock on the row guards the rotation of the refresh token."""

    __tablename__ = "connector_credential"

    connection_id: Mapped[int] = connection_id(primary_key=True)
    #: This and the next three are empty in redirect mode, which uses the vendor's application from the settings.
    client_id: Mapped[str | None] = mapped_column(String(200))
    client_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    subscription_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    scope: Mapped[str | None] = mapped_column(String(200))
    access_token: Mapped[bytes | None] = mapped_column(LargeBinary)
    refresh_token: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: When the access token expires.
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Entity(Base):
    """A legal entity that a connection reads; no other connection can read it (rule D16)."""

    __tablename__ = "connector_entity"
    __table_args__ = (UniqueConstraint("environment", "legal_entity_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = connection_id()
    environment: Mapped[str] = mapped_column(String(20))
    legal_entity_id: Mapped[int] = mapped_column(Integer)
    tenant_id: Mapped[int | None] = mapped_column(Integer)


class Consent(Base):
    """A consent that an admin has started at Paycor: usable once, in that admin's browser session."""

    __tablename__ = "connector_consent"

    #: sha256 of the OAuth `state`
    state_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    portal_id: Mapped[str] = mapped_column(String(100))
    viewer_id: Mapped[str] = mapped_column(String(100))
    #: sha256 of a secret in the admin's browser session
    session_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    environment: Mapped[str] = mapped_column(String(20))
    #: The PKCE verifier, encrypted.
    verifier: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


class MappingLine(Base):
    """One row of "Map your data" (`core.model.settings.MappingRow`)."""

    __tablename__ = "connector_mapping"
    __table_args__ = (UniqueConstraint("connection_id", "field_key"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = connection_id()
    position: Mapped[int] = mapped_column(Integer)
    attribute: Mapped[str] = mapped_column(String(250))
    field_key: Mapped[str] = mapped_column(String(200))
    when_null: Mapped[str] = mapped_column(String(10))
    fallback: Mapped[str] = mapped_column(String(250), default="")
    translation: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    create_only: Mapped[bool] = mapped_column(Boolean, default=False)


class Audit(Base):
    """Who did what with a portal's connection, and when; it outlives the connection."""

    __tablename__ = "connector_audit"
    __table_args__ = (Index(None, "portal_id", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    portal_id: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: The admin's id in the LMS; empty for the connector itself and for the command line.
    viewer_id: Mapped[str | None] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(60))
    #: Ids, counts, and the settings that were saved with their values before and after; never a secret or a person.
    detail: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
