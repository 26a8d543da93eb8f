"""The declarative base of our tables, and their shared column types."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, cast

import msgspec
from sqlalchemy import BigInteger, DateTime, ForeignKey, Integer, MetaData, String, Table, Text, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

PREFIX = "connector_"

#: A table's rows, by column name.
Rows = Sequence[Mapping[str, Any]]

#: A row number: SQLite counts rows only in a column that is exactly INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Our own base with our own metadata, so that our tables and the host's never mix."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: an aware UTC datetime in Python, a UTC timestamp without zone in every database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; raises ValueError for a naive value, whose instant is unknown."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Add the zone UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class Choice(TypeDecorator[Any]):
    """A member of a StrEnum, stored as its value. A value that only a newer release knows comes back as plain text."""

    impl = String
    cache_ok = True

    def __init__(self, members: type[StrEnum]) -> None:
        super().__init__(20)
        self.members = members

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Convert to plain text, which every driver accepts."""
        return None if value is None else str.__str__(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Convert to the member."""
        return self._by_value.get(value, value) if value is not None else None

    @cached_property
    def _by_value(self) -> dict[str, StrEnum]:
        return {member.value: member for member in self.members}


class Json(TypeDecorator[Any]):
    """A small value as JSON text in every database; None stays NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Encode the value."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Decode the value."""
        return None if value is None else msgspec.json.decode(value)


def connection_id(*, primary_key: bool = False) -> Mapped[int]:
    """The column for the connection that a row belongs to; deleting the connection deletes the row."""
    target = ForeignKey("connector_connection.id", ondelete="CASCADE")
    return mapped_column(RowId, target, primary_key=primary_key, autoincrement=False)


def insert_rows(session: Session, model: type[Base], rows: Rows) -> None:
    """Insert rows that all have the same columns, in one statement.

    It uses the table, not the mapper, because the mapper starts a new batch wherever a value is None.
    """
    session.connection().execute(insert(cast(Table, model.__table__)), rows)
