"""First tables.

It imports nothing from the connector: it creates what the first release created, however the models change.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

#: SQLite counts rows only in a column that is exactly INTEGER.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the first tables."""
    _connections()
    _secrets()
    _mirror()
    _links()
    _runs()
    _findings()
    _audit()


def downgrade() -> None:
    """Drop them."""
    for name in ("entry", "run", "lease", "link", "mapping", "intake", "employee", "finding"):
        op.drop_table(f"connector_{name}")
    for name in ("credential", "consent", "entity", "connection", "audit"):
        op.drop_table(f"connector_{name}")


def _create(table: str, *items: Any, key: str = "id") -> None:
    op.create_table(table, *items, sa.PrimaryKeyConstraint(key, name=f"pk_{table}"))


def _id() -> sa.Column[int]:
    return sa.Column("id", ROW_ID, nullable=False)


def _owned_by(parent: str, table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    """The column of the owner; rows are deleted with their owner."""
    column = f"{parent}_id"
    return (
        sa.Column(column, ROW_ID, nullable=False, autoincrement=False),
        sa.ForeignKeyConstraint(
            [column], [f"connector_{parent}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE"
        ),
    )


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _connections() -> None:
    table = "connector_connection"
    _create(
        table,
        _id(),
        sa.Column("portal_id", sa.String(100), nullable=False),
        sa.Column("environment", sa.String(20), nullable=False),
        sa.Column("api_url", sa.String(500)),
        sa.Column("mode", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attention_code", sa.String(60)),
        sa.Column("settings_version", sa.Integer(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("daily_hour", sa.Integer(), nullable=False),
        sa.Column("next_daily_at", sa.DateTime()),
        sa.Column("manual_read_at", sa.DateTime()),
        sa.Column("first_sync_at", sa.DateTime()),
        sa.Column("edits_seen_at", sa.DateTime()),
        sa.Column("last_read_count", sa.Integer()),
        sa.Column("connected_at", sa.DateTime()),
        sa.Column("connected_by", sa.String(100)),
        sa.Column("custom_fields", sa.Text()),
        _unique(table, "portal_id"),
    )
    table = "connector_entity"
    _create(
        table,
        _id(),
        *_owned_by("connection", table),
        sa.Column("environment", sa.String(20), nullable=False),
        sa.Column("legal_entity_id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Integer()),
        _unique(table, "environment", "legal_entity_id"),
    )


def _secrets() -> None:
    table = "connector_credential"
    _create(
        table,
        *_owned_by("connection", table),
        sa.Column("client_id", sa.String(200)),
        sa.Column("client_secret", sa.LargeBinary()),
        sa.Column("subscription_key", sa.LargeBinary()),
        sa.Column("scope", sa.String(200)),
        sa.Column("access_token", sa.LargeBinary()),
        sa.Column("refresh_token", sa.LargeBinary()),
        sa.Column("expires_at", sa.DateTime()),
        key="connection_id",
    )
    _create(
        "connector_consent",
        sa.Column("state_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("portal_id", sa.String(100), nullable=False),
        sa.Column("viewer_id", sa.String(100), nullable=False),
        sa.Column("session_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("environment", sa.String(20), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        key="state_hash",
    )


def _employee_columns() -> tuple[sa.Column[Any], ...]:
    """The columns that the mirror and the staged records share."""
    return (
        sa.Column("employee_id", sa.String(60), nullable=False),
        sa.Column("person_key", sa.String(60), nullable=False),
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.Column("email_key", sa.String(320)),
        sa.Column("manager_id", sa.String(60)),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("record", sa.Text(), nullable=False),
    )


def _mirror() -> None:
    table = "connector_employee"
    _create(
        table,
        _id(),
        *_owned_by("connection", table),
        *_employee_columns(),
        sa.Column("absent_reads", sa.Integer(), nullable=False),
        sa.Column("dirty", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime()),
        _unique(table, "connection_id", "employee_id"),
    )
    _index(table, "connection_id", "person_key")
    _index(table, "connection_id", "email_key")
    _index(table, "connection_id", "manager_id")
    _index(table, "connection_id", "dirty", "person_key")
    _index(table, "connection_id", "due_at")
    _index(table, "connection_id", "absent_reads", "digest")
    table = "connector_intake"
    _create(
        table,
        _id(),
        *_owned_by("connection", table),
        *_employee_columns(),
        _unique(table, "connection_id", "employee_id"),
    )


def _links() -> None:
    table = "connector_mapping"
    _create(
        table,
        _id(),
        *_owned_by("connection", table),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("attribute", sa.String(250), nullable=False),
        sa.Column("field_key", sa.String(200), nullable=False),
        sa.Column("when_null", sa.String(10), nullable=False),
        _unique(table, "connection_id", "field_key"),
    )
    table = "connector_link"
    _create(
        table,
        _id(),
        *_owned_by("connection", table),
        sa.Column("person_key", sa.String(60), nullable=False),
        sa.Column("account_id", sa.String(100), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("version", sa.String(100), nullable=False),
        sa.Column("mail", sa.String(20), nullable=False),
        sa.Column("mail_state", sa.String(20), nullable=False),
        sa.Column("mail_at", sa.DateTime()),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("linked_at", sa.DateTime(), nullable=False),
        _unique(table, "connection_id", "person_key"),
        _unique(table, "connection_id", "account_id"),
    )
    _index(table, "connection_id", "mail_state", "id")


def _runs() -> None:
    table = "connector_lease"
    _create(
        table,
        *_owned_by("connection", table),
        sa.Column("owner", sa.String(300), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        key="connection_id",
    )
    table = "connector_run"
    _create(
        table,
        _id(),
        *_owned_by("connection", table),
        sa.Column("mode", sa.String(20), nullable=False),
        sa.Column("trigger", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("phase", sa.String(20), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer()),
        sa.Column("requested_at", sa.DateTime(), nullable=False),
        sa.Column("requested_by", sa.String(100)),
        sa.Column("started_at", sa.DateTime()),
        sa.Column("finished_at", sa.DateTime()),
        sa.Column("digest", sa.String(64)),
        sa.Column("released_digest", sa.String(64)),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("report", sa.Text()),
        sa.Column("error_code", sa.String(60)),
        sa.Column("error_message", sa.Text()),
    )
    _index(table, "connection_id", "id")
    _index(table, "status")
    _entries()


def _entries() -> None:
    table = "connector_entry"
    _create(
        table,
        _id(),
        *_owned_by("run", table),
        sa.Column("person_key", sa.String(60), nullable=False),
        sa.Column("employee_id", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("account_id", sa.String(100)),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("mail", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("outcome_code", sa.String(100), nullable=False),
        sa.Column("at", sa.DateTime()),
    )
    _index(table, "run_id", "kind", "id")
    _index(table, "run_id", "outcome", "id")


def _findings() -> None:
    table = "connector_finding"
    _create(
        table,
        _id(),
        *_owned_by("connection", table),
        sa.Column("person_key", sa.String(60), nullable=False),
        sa.Column("employee_id", sa.String(60), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("detail", sa.String(500), nullable=False),
        sa.Column("is_skip", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
    )
    _index(table, "connection_id", "person_key")
    _index(table, "connection_id", "code", "id")


def _audit() -> None:
    table = "connector_audit"
    _create(
        table,
        _id(),
        sa.Column("portal_id", sa.String(100), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("viewer_id", sa.String(100)),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
    )
    _index(table, "portal_id", "id")
