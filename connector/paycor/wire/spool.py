"""A temporary file for the values of separate lists, read by owner when the record of an employee comes.

In: rows of owner, attribute and value, in any order; out: the values of one owner. The rows are in a temporary SQLite
file without a name: memory does not grow with the company, and the file ends with its process.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType

from connector.core.model.employee import Value


@dataclass(frozen=True, slots=True)
class SpoolRow:
    """The value of one attribute (its key) of one owner, which is an employee or person id in lower case.

    If an attribute has several values, the one with the lowest `rank` counts.
    """

    owner: str
    key: str
    value: Value
    rank: str = ""


class Spool:
    """The values of one company: first `add`, then `seal`, then `values_of`. A context manager for one thread."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        # Nothing in it has to survive a crash, so no write waits for the disk.
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE joined (owner TEXT, key TEXT, rank TEXT, value TEXT)")

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def add(self, rows: Iterable[SpoolRow]) -> None:
        """Store the rows of a page."""
        self._database.executemany(
            "INSERT INTO joined VALUES (?, ?, ?, ?)",
            ((row.owner, row.key, row.rank, row.value) for row in rows),
        )

    def seal(self) -> None:
        """Index the rows when all are stored, which costs far less than an index from the start."""
        self._database.execute("CREATE INDEX by_owner ON joined (owner)")

    def values_of(self, owner: str) -> dict[str, Value]:
        """The values of an owner, by attribute key; empty when there are none."""
        rows = self._database.execute(
            "SELECT key, value FROM joined WHERE owner = ? ORDER BY rank DESC, value", (owner,)
        )
        return dict(rows.fetchall())
