"""The declarative base of our tables and the column types they share."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, cast

import msgspec
from sqlalchemy import BigInteger, DateTime, Integer, MetaData, String, Table, Text, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

PREFIX = "connector_"

#: A table's rows, by column name.
Rows = Sequence[Mapping[str, Any]]

#: A row number: SQLite counts rows only in a column that is exactly INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Our own base with our own metadata: nothing of ours enters the host's, and nothing of the host's ours."""

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
    """An instant: aware UTC outside, a timestamp in UTC without zone inside, alike on every database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive value: nobody could say which instant it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the instant its zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


class Choice(TypeDecorator[Any]):
    """A member of a closed set, stored as its value. A value of a newer release is given as the text it is."""

    impl = String
    cache_ok = True

    def __init__(self, members: type[StrEnum]) -> None:
        super().__init__(20)
        self.members = members

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Store the value as plain text, which every driver knows."""
        return None if value is None else str.__str__(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Give the member back."""
        return self._known.get(value, value) if value is not None else None

    @cached_property
    def _known(self) -> dict[str, StrEnum]:
        return {member.value: member for member in self.members}


class Json(TypeDecorator[Any]):
    """A small value as JSON text, alike on every database; an unset column stays NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Encode the value."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Decode the value."""
        return None if value is None else msgspec.json.decode(value)


def insert_rows(session: Session, model: type[Base], rows: Rows) -> None:
    """Insert rows that all have the same columns, in one go.

    Through the table and not the mapper, which would cut them into batches wherever a value is None.
    """
    session.connection().execute(insert(cast(Table, model.__table__)), rows)
