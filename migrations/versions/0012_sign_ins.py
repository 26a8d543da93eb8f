"""The browsers in which the admins of a stand-alone connector are signed in.

It imports nothing from the connector: it creates what this release created, however the models change.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE = "connector_sign_in"

#: SQLite counts rows only in a column that is exactly INTEGER.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table, empty: everybody signs in once more."""
    op.create_table(
        TABLE,
        sa.Column("secret_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("admin_id", ROW_ID, nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("secret_hash", name=f"pk_{TABLE}"),
        sa.ForeignKeyConstraint(
            ["admin_id"],
            ["connector_admin.id"],
            name=f"fk_{TABLE}_admin_id_connector_admin",
            ondelete="CASCADE",
        ),
    )
    op.create_index(f"ix_{TABLE}_admin_id", TABLE, ["admin_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table(TABLE)
