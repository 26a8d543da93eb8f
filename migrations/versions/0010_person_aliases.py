"""Person ids that an admin has said to be one person's.

It imports nothing from the connector: it creates what this release created, however the models change.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE = "connector_person_alias"

#: SQLite counts rows only in a column that is exactly INTEGER.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table; before this release no account could be handed over."""
    op.create_table(
        TABLE,
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("connection_id", ROW_ID, nullable=False),
        sa.Column("person_key", sa.String(60), nullable=False),
        sa.Column("used_key", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{TABLE}"),
        sa.UniqueConstraint("connection_id", "person_key", name=f"uq_{TABLE}_connection_id_person_key"),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connector_connection.id"],
            name=f"fk_{TABLE}_connection_id",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table(TABLE)
