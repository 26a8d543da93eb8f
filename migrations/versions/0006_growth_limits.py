"""The first day of the person that a row of a plan adds: over a limit, who starts earliest goes first.

It imports nothing from the connector: it creates what this release created, however the models change.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the column; the plans of before have no such day, and are not sorted by it."""
    op.add_column("connector_entry", sa.Column("starts_on", sa.Date()))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("connector_entry", "starts_on")
