"""The table of a stand-alone connector's admins."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connector.store.db.base import Base, RowId, UTCDateTime

NAME_MAX = 100


class AdminRow(Base):
    """A person who may use the pages of a stand-alone connector, which has no LMS to ask."""

    __tablename__ = "connector_admin"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    #: Case-folded, so that a name is unique whatever its case.
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    #: In the format of werkzeug, with its own salt.
    password_hash: Mapped[str] = mapped_column(String(255))
    #: Wrong passwords in a row.
    failures: Mapped[int]
    #: No password is accepted before this instant.
    locked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
