"""Who may use the pages of a connector that stands alone: names and passwords in, an admin or nothing out.

A password is kept as a salted hash. After a few wrong ones in a row nobody gets in by that name for a while, also with
the right one; whether a name exists, and whether it is locked, cannot be told from the answer.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from werkzeug.security import check_password_hash, generate_password_hash

from connector.errors import ConfigurationError
from connector.store import admins
from connector.store.db.sessions import Database
from connector.store.tables.admins import NAME_MAX, AdminRow

PASSWORD_MIN = 12
PASSWORD_MAX = 500
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)

#: Checked when there is no such admin, so that the answer takes as long.
_NOBODY = generate_password_hash("nobody")


@dataclass(frozen=True, slots=True)
class Admin:
    """Somebody who may use the pages. `stamp` changes with the password, which ends the sessions before it."""

    name: str
    stamp: str


class Admins:
    """The admins of this connector. `clock` gives the aware UTC instant."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def put(self, name: str, password: str) -> bool:
        """Add an admin, or give one another password, which unlocks them too; whether they are new.

        Raises ConfigurationError for a name or a password that will not do.
        """
        folded = _folded(name)
        if not 0 < len(folded) <= NAME_MAX:
            raise ConfigurationError(f"An admin's name has 1 to {NAME_MAX} characters.")
        if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
            raise ConfigurationError(
                f"A password has {PASSWORD_MIN} to {PASSWORD_MAX} characters; this one has {len(password)}."
            )
        with self._database.writing() as session:
            row = admins.by_name(session, folded, lock=True)
            is_new = row is None
            if row is None:
                row = AdminRow(name=folded, made_at=self._clock())
                session.add(row)
            row.password_hash = generate_password_hash(password)
            row.failures, row.locked_until = 0, None
        return is_new

    def remove(self, name: str) -> bool:
        """Take an admin away, whose sessions end with it; whether there was one."""
        with self._database.writing() as session:
            row = admins.by_name(session, _folded(name), lock=True)
            if row is not None:
                session.delete(row)
        return row is not None

    def names(self) -> Sequence[str]:
        """Every admin's name, in the order of the alphabet."""
        with self._database.reading() as session:
            return admins.names(session)

    def named(self, name: str) -> Admin | None:
        """The admin of a name, whom a session belongs to."""
        with self._database.reading() as session:
            return _admin(admins.by_name(session, _folded(name)))

    def check(self, name: str, password: str) -> Admin | None:
        """The admin that a name and a password belong to; None for a wrong one, and while the name is locked."""
        now = self._clock()
        with self._database.reading() as session:
            row = admins.by_name(session, _folded(name))
        # The slow part is done outside the transaction, and for nobody too.
        is_right = check_password_hash(row.password_hash if row else _NOBODY, password[:PASSWORD_MAX])
        if row is None:
            return None
        with self._database.writing() as session:
            now_row = admins.by_name(session, row.name, lock=True)
            if now_row is None or now_row.password_hash != row.password_hash:
                return None
            return _counted(now_row, is_right, now)


def _counted(row: AdminRow, is_right: bool, now: datetime) -> Admin | None:
    """Count a wrong password, forget the wrong ones before a right one."""
    if row.locked_until is not None and now < row.locked_until:
        return None
    if is_right:
        row.failures, row.locked_until = 0, None
        return _admin(row)
    row.failures += 1
    if row.failures >= MOST_FAILURES:
        row.failures, row.locked_until = 0, now + LOCKED_FOR
    return None


def _admin(row: AdminRow | None) -> Admin | None:
    return Admin(row.name, sha256(row.password_hash.encode()).hexdigest()[:32]) if row else None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip().casefold())
