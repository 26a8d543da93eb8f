"""A held plan that gives way to a newer one says to which.

It imports nothing from the connector: it creates what this release created, however the models change.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

#: SQLite counts rows only in a column that is exactly INTEGER.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the column; plans that gave way before stay discarded, because nobody knows to which."""
    op.add_column("connector_run", sa.Column("replaced_by", ROW_ID))


def downgrade() -> None:
    """Drop it; the release before calls a replaced plan discarded."""
    run = sa.table("connector_run", sa.column("status", sa.String()))
    op.execute(run.update().where(run.c.status == "replaced").values(status="discarded"))
    op.drop_column("connector_run", "replaced_by")
