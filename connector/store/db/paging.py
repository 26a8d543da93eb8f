"""Reading many rows by key: a page for the pages of the connector, or a chunk after the other for a whole table.

Each continues after the last id that was read, so that the last page costs as much as the first one.
"""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Row, Select
from sqlalchemy.orm import InstrumentedAttribute

from connector.store.db.sessions import Database

#: How many rows are worked through at a time.
CHUNK = 500

Query = TypeVar("Query", bound="Select[*tuple[Any, ...]]")


def page_after(query: Query, key: InstrumentedAttribute[int], after: int | None, limit: int) -> Query:
    """The query for the first `limit` rows after the one with the id `after`, in the order of the ids."""
    query = query.order_by(key).limit(limit)
    return query if after is None else query.where(key > after)


def page_before(query: Query, key: InstrumentedAttribute[int], before: int | None, limit: int) -> Query:
    """The query for the last `limit` rows before the one with the id `before`, the newest first."""
    query = query.order_by(key.desc()).limit(limit)
    return query if before is None else query.where(key < before)


def in_chunks(
    database: Database, query: "Select[*tuple[Any, ...]]", key: InstrumentedAttribute[int], size: int = CHUNK
) -> "Iterator[Sequence[Row[*tuple[Any, ...]]]]":
    """All rows of a query in the order of the ids, `size` at a time; the id is the first column of the query.

    Each chunk has a session of its own, so the caller may change its rows before the next one is read.
    """
    last = 0
    while True:
        with database.reading() as session:
            rows = session.execute(page_after(query, key, last, size)).all()
        if not rows:
            return
        last = rows[-1][0]
        yield rows
