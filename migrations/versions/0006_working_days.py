"""The first working day of each employee, so that a future hire does not count as a report yet.

It imports nothing from the connector: it creates what this release created, however the models change. Old rows have no
first day and count as before; the next sync reads every record again and fills it in.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("connector_employee", "connector_staged_employee")


def upgrade() -> None:
    """Add the column."""
    for table in TABLES:
        op.add_column(table, sa.Column("starts_on", sa.Date()))


def downgrade() -> None:
    """Drop it."""
    for table in TABLES:
        op.drop_column(table, "starts_on")
