"""Events from Paycor and finished courses to Paycor.

It imports nothing from the connector: it creates what the first release created, however the models change.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

#: SQLite counts rows only in a column that is exactly INTEGER.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create three tables, and the time from which finished courses are sent."""
    op.add_column("connector_connection", sa.Column("completions_from", sa.DateTime()))
    _events()
    _completions()


def downgrade() -> None:
    """Drop them."""
    for name in ("completion", "nudge", "event_door"):
        op.drop_table(f"connector_{name}")
    op.drop_column("connector_connection", "completions_from")


def _create(table: str, *items: Any, key: str = "id") -> None:
    op.create_table(
        table,
        *items,
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connector_connection.id"],
            name=f"fk_{table}_connection_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(key, name=f"pk_{table}"),
    )


def _connection_id() -> sa.Column[int]:
    return sa.Column("connection_id", ROW_ID, nullable=False, autoincrement=False)


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _events() -> None:
    table = "connector_event_door"
    _create(
        table,
        _connection_id(),
        sa.Column("path_hash", sa.String(64), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("heard_at", sa.DateTime()),
        _unique(table, "path_hash"),
        key="connection_id",
    )
    table = "connector_nudge"
    _create(
        table,
        sa.Column("id", ROW_ID, nullable=False),
        _connection_id(),
        sa.Column("employee_id", sa.String(60), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        _unique(table, "connection_id", "employee_id"),
    )
    _index(table, "due_at")


def _completions() -> None:
    table = "connector_completion"
    _create(
        table,
        sa.Column("id", ROW_ID, nullable=False),
        _connection_id(),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("person_key", sa.String(60), nullable=False),
        sa.Column("employee_id", sa.String(60), nullable=False),
        sa.Column("account_id", sa.String(100), nullable=False),
        sa.Column("course", sa.String(300), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date()),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("certification_id", sa.String(60)),
        sa.Column("at", sa.DateTime()),
        _unique(table, "connection_id", "number"),
    )
    _index(table, "connection_id", "state", "id")
