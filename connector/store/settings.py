"""What an admin has saved for a connection: the mapping, the policy, and the custom fields found at its Paycor.

Plain functions on a session or on the connection's row; the caller commits.
"""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import delete, select

from connector.core.model.attributes import CustomField
from connector.core.model.settings import MappingRow, Policy, WhenNull
from connector.store.db.sessions import Session
from connector.store.tables.connection import Connection, MappingLine


def mapping(session: Session, connection_id: int) -> tuple[MappingRow, ...]:
    """The rows of "Map your data", in the order in which they were saved."""
    query = (
        select(MappingLine).where(MappingLine.connection_id == connection_id).order_by(MappingLine.position)
    )
    return tuple(
        MappingRow(
            line.attribute,
            line.field_key,
            WhenNull(line.when_null),
            line.fallback,
            line.translation,
            line.create_only,
        )
        for line in session.scalars(query)
    )


def set_mapping(session: Session, connection_id: int, rows: Sequence[MappingRow]) -> None:
    """Replace the whole mapping with these rows."""
    session.execute(delete(MappingLine).where(MappingLine.connection_id == connection_id))
    session.add_all(
        MappingLine(
            connection_id=connection_id,
            position=position,
            attribute=row.attribute,
            field_key=row.field_key,
            when_null=row.when_null.value,
            fallback=row.fallback,
            translation=dict(row.translation),
            create_only=row.create_only,
        )
        for position, row in enumerate(rows)
    )


def policy(connection: Connection) -> Policy:
    """What the admin has chosen; a field that was never chosen has its default."""
    return msgspec.convert(connection.policy or {}, Policy)


def set_policy(connection: Connection, policy: Policy) -> None:
    """Save the policy, by its field names."""
    connection.policy = msgspec.to_builtins(policy)


def custom_fields(connection: Connection) -> tuple[CustomField, ...]:
    """The custom fields found at its Paycor; empty before the first look."""
    return msgspec.convert(connection.custom_fields or [], tuple[CustomField, ...])


def set_custom_fields(connection: Connection, fields: Iterable[CustomField]) -> None:
    """Save the fields that were found."""
    connection.custom_fields = msgspec.to_builtins(list(fields))
