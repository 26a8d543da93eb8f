"""The admins of a connector that stands alone: names and password hashes, and how often a password was wrong."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from connector.store.base import Base, RowId, UTCDateTime

NAME_MAX = 100


class AdminRow(Base):
    """Somebody who may use the pages where no LMS says who may."""

    __tablename__ = "connector_admin"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    #: Case-folded: there is one of a name.
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    #: As werkzeug makes it, with its own salt.
    password_hash: Mapped[str] = mapped_column(String(255))
    #: Wrong passwords in a row.
    failures: Mapped[int]
    locked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


def by_name(session: Session, name: str, *, lock: bool = False) -> AdminRow | None:
    """The admin of a name, kept from other writers if need be."""
    query = select(AdminRow).where(AdminRow.name == name)
    return session.scalar(query.with_for_update() if lock else query)


def names(session: Session) -> Sequence[str]:
    """Every admin's name, in the order of the alphabet."""
    return session.scalars(select(AdminRow.name).order_by(AdminRow.name)).all()
