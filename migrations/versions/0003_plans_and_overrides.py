"""Plans that are applied later, undone or held in part; overrides; more options of a mapping row.

It imports nothing from the connector: it creates what the first release created, however the models change.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

#: SQLite counts rows only in a column that is exactly INTEGER.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add columns and two tables."""
    for table, column in _columns():
        op.add_column(table, column)
    op.drop_column("connector_run", "released_digest")
    op.create_index("ix_connector_entry_person_key", "connector_entry", ["person_key"])
    _overrides()
    _todo()


def downgrade() -> None:
    """Drop them."""
    op.drop_table("connector_todo")
    op.drop_table("connector_override")
    op.drop_index("ix_connector_entry_person_key", "connector_entry")
    op.add_column("connector_run", sa.Column("released_digest", sa.String(64)))
    for table, column in _columns():
        op.drop_column(table, column.name)


def _columns() -> Iterator[tuple[str, sa.Column[Any]]]:
    yield "connector_mapping", sa.Column("fallback", sa.String(250), nullable=False, server_default="")
    yield "connector_mapping", sa.Column("translation", sa.Text(), nullable=False, server_default="{}")
    yield (
        "connector_mapping",
        sa.Column("create_only", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    yield "connector_link", sa.Column("groups", sa.Text())
    yield "connector_link", sa.Column("unanswered", sa.Boolean(), nullable=False, server_default=sa.false())
    yield "connector_finding", sa.Column("hint", sa.String(200), nullable=False, server_default="")
    yield "connector_entry", sa.Column("effect", sa.Text())
    yield "connector_run", sa.Column("plan_of", ROW_ID)
    yield "connector_run", sa.Column("employee_id", sa.String(60))
    yield "connector_run", sa.Column("held", sa.Text())
    yield "connector_run", sa.Column("tally", sa.Text())


def _overrides() -> None:
    table = "connector_override"
    op.create_table(
        table,
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("connection_id", ROW_ID, nullable=False),
        sa.Column("person_key", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(250), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("owner", sa.String(100)),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connector_connection.id"],
            name=f"fk_{table}_connection_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    for columns in (["connection_id", "person_key"], ["connection_id", "until"]):
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def _todo() -> None:
    table = "connector_todo"
    op.create_table(
        table,
        sa.Column("connection_id", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("mailed_at", sa.DateTime()),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connector_connection.id"],
            name=f"fk_{table}_connection_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("connection_id", name=f"pk_{table}"),
    )
