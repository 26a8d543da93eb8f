"""The admins of a connector that stands alone: names and password hashes, and how often a password was wrong."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.store.tables.admins import AdminRow


def by_name(session: Session, name: str, *, lock: bool = False) -> AdminRow | None:
    """The admin of a name, kept from other writers if need be."""
    query = select(AdminRow).where(AdminRow.name == name)
    return session.scalar(query.with_for_update() if lock else query)


def names(session: Session) -> Sequence[str]:
    """Every admin's name, in the order of the alphabet."""
    return session.scalars(select(AdminRow.name).order_by(AdminRow.name)).all()
