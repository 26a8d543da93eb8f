"""What an LMS refused, and a digest of what each account was given.

It imports nothing from the connector: it creates what this release created, however the models change.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE = "connector_refusal"

#: SQLite counts rows only in a column that is exactly INTEGER.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table, and the column of digests: empty ones are filled as accounts are written."""
    op.create_table(
        TABLE,
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("connection_id", ROW_ID, nullable=False),
        sa.Column("person_key", sa.String(60), nullable=False),
        sa.Column("name", sa.String(250), nullable=False),
        sa.Column("digest", sa.String(16), nullable=False),
        sa.Column("code", sa.String(100), nullable=False),
        sa.Column("version", sa.String(100), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{TABLE}"),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connector_connection.id"],
            name=f"fk_{TABLE}_connection_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index(f"ix_{TABLE}_connection_id_person_key", TABLE, ["connection_id", "person_key"])
    op.add_column("connector_link", sa.Column("sent", sa.Text()))


def downgrade() -> None:
    """Drop both."""
    op.drop_column("connector_link", "sent")
    op.drop_table(TABLE)
