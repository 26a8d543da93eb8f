"""Columns that several tables share."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from connector.store.db.base import RowId

#: What the row of every connection is referred to by.
OWNER = "connector_connection.id"


def connection_id(*, primary_key: bool = False) -> Mapped[int]:
    """The connection that a row belongs to; the row goes with it."""
    target = ForeignKey(OWNER, ondelete="CASCADE")
    return mapped_column(RowId, target, primary_key=primary_key, autoincrement=False)
