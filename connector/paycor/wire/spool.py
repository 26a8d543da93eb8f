"""Values that come by lists of their own, kept until the record of their employee comes.

In: rows of owner, attribute and value, in any order; out: the values of one owner. The rows lie in a temporary SQLite
file that has no name: it needs no memory that grows with the company, and it is gone with the process that made it.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType

from connector.core.model.employee import Value


@dataclass(frozen=True, slots=True)
class Row:
    """A value of an attribute (its key) of an owner: an employee or person id in lower case.

    Of several values of the same attribute, the one with the least `rank` counts.
    """

    owner: str
    key: str
    value: Value
    rank: str = ""


class Spool:
    """The values of one company, from `add` over `seal` to `of`; a context manager, used by one thread."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        # Nothing of it is to outlive a crash, so nothing is to be waited for.
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE joined (owner TEXT, key TEXT, rank TEXT, value TEXT)")

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def add(self, rows: Iterable[Row]) -> None:
        """Take in the rows of a page."""
        self._database.executemany(
            "INSERT INTO joined VALUES (?, ?, ?, ?)",
            ((row.owner, row.key, row.rank, row.value) for row in rows),
        )

    def seal(self) -> None:
        """Everything has come; an index made now costs far less than one that was kept from the start."""
        self._database.execute("CREATE INDEX by_owner ON joined (owner)")

    def of(self, owner: str) -> dict[str, Value]:
        """What is known of an owner, by attribute key; empty when nothing is."""
        found = self._database.execute(
            "SELECT key, value FROM joined WHERE owner = ? ORDER BY rank DESC, value", (owner,)
        )
        return dict(found.fetchall())
