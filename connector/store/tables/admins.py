"""The table of admins of a stand-alone connector."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connector.store.db.base import Base, RowId, UTCDateTime

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
