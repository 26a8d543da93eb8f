"""The legal entities that each connection reads. One legal entity belongs to one portal (rule D16)."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from connector.errors import EntityTaken
from connector.store.db.sessions import Session
from connector.store.tables.connection import Connection, Entity


def of_connection(session: Session, connection_id: int) -> Sequence[Entity]:
    """The legal entities of a connection, in the order of their ids."""
    query = select(Entity).where(Entity.connection_id == connection_id).order_by(Entity.legal_entity_id)
    return session.scalars(query).all()


def ids_of_connection(session: Session, connection_id: int) -> list[int]:
    """The same, as Paycor's ids."""
    return [entity.legal_entity_id for entity in of_connection(session, connection_id)]


def claim(session: Session, connection: Connection, tenants: Mapping[int, int]) -> None:
    """Make these the legal entities of the connection: legal entity id -> tenant id. All others become free.

    Raises EntityTaken when another portal has one of them (rule D16). The error does not name the other portal: an
    admin must not learn who else uses this LMS.
    """
    release(session, connection.id)
    for legal_entity_id, tenant_id in sorted(tenants.items()):
        row = Entity(
            connection_id=connection.id,
            environment=connection.environment,
            legal_entity_id=legal_entity_id,
            tenant_id=tenant_id,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError as error:
            raise EntityTaken(
                f"Legal entity {legal_entity_id} is connected to another portal of this LMS. One Paycor company feeds "
                "one portal: leave it out, or have it disconnected there first."
            ) from error


def release(session: Session, connection_id: int) -> None:
    """Free all legal entities of a connection for other portals."""
    session.execute(delete(Entity).where(Entity.connection_id == connection_id))
