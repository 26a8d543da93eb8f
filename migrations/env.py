"""The script that Alembic runs for every command: it applies the revisions to an open connection.

`connector.store.schema` opens the connection, and the transaction that locks out a second upgrade. Nothing here may
change logging: it belongs to the LMS.
"""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from connector.store.schema import METADATA, OPTIONS


def plain_type(type_: str, obj: Any, autogen_context: Any) -> str | Literal[False]:
    """The type of a column in a new revision: our own types become what they are in the database."""
    if type_ == "type" and isinstance(obj, TypeDecorator):
        return f"sa.{obj.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    render_item=plain_type,
    **OPTIONS,
)
with context.begin_transaction():
    context.run_migrations()
