"""Runs are tried again, and Paycor is read more than once a day.

It imports nothing from the connector: it creates what this release created, however the models change.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the columns: an old run was a first try, and an old connection reads once a day."""
    for table, column in _columns():
        op.add_column(table, column)


def downgrade() -> None:
    """Drop the columns; a run that was stopped becomes an interrupted one."""
    op.execute("UPDATE connector_run SET status = 'interrupted' WHERE status = 'stopped'")
    for table, column in _columns():
        op.drop_column(table, column.name)


def _columns() -> Iterator[tuple[str, sa.Column[Any]]]:
    yield "connector_run", sa.Column("attempt", sa.Integer(), nullable=False, server_default="1")
    yield "connector_run", sa.Column("not_before", sa.DateTime())
    yield "connector_run", sa.Column("retry_at", sa.DateTime())
    yield (
        "connector_connection",
        sa.Column("read_interval", sa.String(20), nullable=False, server_default="24"),
    )
    yield "connector_connection", sa.Column("mailed_failure", sa.String(60))
