"""Conditions that find an LMS's users by the connector's keys: keys in, conditions for the LMS's own query out.

SQL finds candidates, never too few. The caller compares whether a candidate really has the key, because databases
differ about case and about letters beyond ASCII.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, func, or_
from sqlalchemy.orm import InstrumentedAttribute, Session

from connector.core.ports.host import Key, KeyKind

#: SQLite allowed 999 parameters in a statement for most of its life.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that users are looked up by.

    An index on `lower(email)` is worth having. `changed_at` is a column that every edit of a user sets, in UTC;
    without it, an edit made in the LMS is noticed by the next sync that changes the person anyway.
    """

    id: InstrumentedAttribute[Any]
    external_id: InstrumentedAttribute[Any]
    email: InstrumentedAttribute[Any]
    changed_at: InstrumentedAttribute[Any] | None = None

    @property
    def user_class(self) -> type[Any]:
        """The LMS's class of users."""
        return cast("type[Any]", self.id.class_)


def ids_that_exist(columns: Columns, users: Select[Any], session: Session, ids: Sequence[str]) -> set[str]:
    """Those of these ids that one of the users has; only ids are read, and compared exactly."""
    texts = {value: text for text in ids for value in _typed(columns.id, text)}
    values = list(texts)
    existing = set[str]()
    for start in range(0, len(values), CHUNK):
        query = users.with_only_columns(columns.id).where(columns.id.in_(values[start : start + CHUNK]))
        existing.update(texts[value] for value in session.scalars(query) if value in texts)
    return existing


def conditions(columns: Columns, keys: Sequence[Key]) -> Iterator[ColumnElement[bool]]:
    """Conditions that together match every user with one of these canonical keys; none when no user can match."""
    for kind, column in ((KeyKind.ID, columns.id), (KeyKind.EXTERNAL_ID, columns.external_id)):
        values = [value for key in keys if key.kind is kind for value in _typed(column, key.value)]
        for start in range(0, len(values), CHUNK):
            yield column.in_(values[start : start + CHUNK])
    emails = [key.value for key in keys if key.kind is KeyKind.EMAIL]
    for start in range(0, len(emails), CHUNK):
        yield _email_condition(columns.email, emails[start : start + CHUNK])


def _email_condition(column: InstrumentedAttribute[Any], emails: Sequence[str]) -> ColumnElement[bool]:
    lowered = func.lower(column)
    patterns = [_pattern(email) for email in emails if not email.isascii()]
    return or_(
        lowered.in_([email for email in emails if email.isascii()]),
        *(lowered.like(pattern, escape="\\") for pattern in patterns),
    )


def _pattern(email: str) -> str:
    """A pattern for LIKE with a wildcard for every letter beyond ASCII, which not every database can lower-case."""
    return "".join(
        "%" if not letter.isascii() else f"\\{letter}" if letter in "%_\\" else letter for letter in email
    )


def _typed(column: InstrumentedAttribute[Any], text: str) -> list[Any]:
    """The value in the type of the column; empty when no row can have it, such as a word in a column of numbers."""
    try:
        return [column.type.python_type(text)]
    except ValueError:
        return []
