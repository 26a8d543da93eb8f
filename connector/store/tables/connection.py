"""Tables of a portal's connection. Ids of the host are opaque text; there is no foreign key into its tables."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connector.core.model.connection import ConnectionState, ConsentMethod
from connector.store.db.base import Base, Choice, Json, RowId, UTCDateTime
from connector.store.tables.columns import connection_id


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
    #: How consent was given.
    mode: Mapped[ConsentMethod] = mapped_column(Choice(ConsentMethod))
    state: Mapped[ConnectionState] = mapped_column(Choice(ConnectionState))
    #: Why it needs attention: the code of the error that stopped it.
    attention_code: Mapped[str | None] = mapped_column(String(60))
    settings_version: Mapped[int] = mapped_column(Integer, default=1)
    #: `core.model.settings.Policy`, by its field names
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
    #: `core.model.attributes.CustomField` of each field found at Paycor; None before the first look.
    custom_fields: Mapped[list[dict[str, str]] | None] = mapped_column(Json)
    #: From when on completions are still to be looked for and sent to Paycor; empty while that is off.
    completions_from: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Entity(Base):
    """A legal entity that a connection reads; nobody else may read it (rule D16)."""

    __tablename__ = "connector_entity"
    __table_args__ = (UniqueConstraint("environment", "legal_entity_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = connection_id()
    environment: Mapped[str] = mapped_column(String(20))
    legal_entity_id: Mapped[int] = mapped_column(Integer)
    tenant_id: Mapped[int | None] = mapped_column(Integer)


class Credential(Base):
    """The secrets of a connection, encrypted. Its row is the lock under which the refresh token rotates."""

    __tablename__ = "connector_credential"

    connection_id: Mapped[int] = connection_id(primary_key=True)
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
    connection_id: Mapped[int] = connection_id()
    position: Mapped[int] = mapped_column(Integer)
    attribute: Mapped[str] = mapped_column(String(250))
    field_key: Mapped[str] = mapped_column(String(200))
    when_null: Mapped[str] = mapped_column(String(10))
    fallback: Mapped[str] = mapped_column(String(250), default="")
    translation: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    create_only: Mapped[bool] = mapped_column(Boolean, default=False)
