"""What Alembic runs for every command: an open connection in, the revisions applied to it out.

The connection, and the transaction that locks out a second upgrade, are made by `connector.store.schema`.
Nothing here may touch logging: it belongs to the LMS.
"""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from connector.store.schema import METADATA, OPTIONS


def plain_type(type_: str, obj: Any, autogen_context: Any) -> str | Literal[False]:
    """How a new revision spells a column's type: our own types as what they are in the database."""
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
