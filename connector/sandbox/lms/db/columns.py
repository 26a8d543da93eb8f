"""The column types and the declarative base of the built-in LMS's tables."""

from datetime import UTC, datetime
from enum import Enum, StrEnum
from typing import Any

import msgspec
import sqlalchemy
from sqlalchemy import DateTime, MetaData, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator


def _texts(members: type[StrEnum]) -> list[str]:
    """The texts in the column: the values, not the names."""
    return [member.value for member in members]


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant, stored without its zone, the same on every database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Remove the zone. Raises ValueError for a naive value, which is no certain instant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Add the zone again."""
        return None if value is None else value.replace(tzinfo=UTC)


class Json(TypeDecorator[Any]):
    """A small value as JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Encode it."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Decode it."""
        return None if value is None else msgspec.json.decode(value)


class Base(DeclarativeBase):
    """The base of every table of the LMS."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: Instant,
        dict[str, str]: Json,
        list[str]: Json,
        Enum: sqlalchemy.Enum(Enum, native_enum=False, length=20, values_callable=_texts),
    }
