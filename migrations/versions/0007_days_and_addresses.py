"""The first working day of each employee, the address that each row of a plan frees and takes, and parked accounts.

It imports nothing from the connector: it creates what this release created, however the models change. Old employees
have no first day and count as before; the next sync reads every record again and fills it in. Rows of old plans free
and take nothing: they are applied in the order of their kinds, as before.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

EMPLOYEES = ("connector_employee", "connector_staged_employee")
ENTRY, LINK = "connector_entry", "connector_link"
ADDRESSES = ("frees", "takes")


def upgrade() -> None:
    """Add the columns."""
    for table in EMPLOYEES:
        op.add_column(table, sa.Column("starts_on", sa.Date()))
    for name in ADDRESSES:
        op.add_column(ENTRY, sa.Column(name, sa.String(320)))
        op.create_index(f"ix_{ENTRY}_run_id_{name}", ENTRY, ["run_id", name])
    op.add_column(LINK, sa.Column("is_parked", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Drop them."""
    op.drop_column(LINK, "is_parked")
    for name in ADDRESSES:
        op.drop_index(f"ix_{ENTRY}_run_id_{name}", ENTRY)
        op.drop_column(ENTRY, name)
    for table in EMPLOYEES:
        op.drop_column(table, "starts_on")
