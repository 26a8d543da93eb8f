"""The tables of a stand-alone connector's admins."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
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


class SignInRow(Base):
    """A browser in which an admin is signed in: without its row, no copy of its cookie is worth anything."""

    __tablename__ = "connector_sign_in"
    __table_args__ = (Index(None, "admin_id"),)

    #: sha256 of the secret in the browser's cookie
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    admin_id: Mapped[int] = mapped_column(ForeignKey("connector_admin.id", ondelete="CASCADE"))
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: When a page was last opened with it, to the minute.
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
