"""Sign-in to a stand-alone connector: a name and a password in, an admin or nothing out.

Passwords are stored as salted hashes. After several wrong passwords in a row the name is locked for a while, also for
the right password. The answer does not reveal whether a name exists or is locked.
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

#: Checked for an unknown name, so that the answer takes as long as for a known one.
_UNKNOWN_NAME_HASH = generate_password_hash("nobody")


@dataclass(frozen=True, slots=True)
class Admin:
    """A person who may use the pages. `stamp` changes with the password, which ends all earlier sessions."""

    name: str
    stamp: str


class Admins:
    """The admins of this connector. `clock` returns the aware UTC instant."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def put(self, name: str, password: str) -> bool:
        """Add an admin, or change the password of one, which also unlocks them; returns whether they are new.

        Raises ConfigurationError for a name or a password of the wrong length.
        """
        key = _key(name)
        if not 0 < len(key) <= NAME_MAX:
            raise ConfigurationError(f"An admin's name has 1 to {NAME_MAX} characters.")
        if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
            raise ConfigurationError(
                f"A password has {PASSWORD_MIN} to {PASSWORD_MAX} characters; this one has {len(password)}."
            )
        with self._database.writing() as session:
            row = admins.by_name(session, key, lock=True)
            is_new = row is None
            if row is None:
                row = admins.add(session, key, self._clock())
            row.password_hash = generate_password_hash(password)
            row.failures, row.locked_until = 0, None
        return is_new

    def remove(self, name: str) -> bool:
        """Delete an admin, which ends their sessions; returns whether there was one."""
        with self._database.writing() as session:
            return admins.delete(session, _key(name))

    def names(self) -> Sequence[str]:
        """The names of all admins, in alphabetical order."""
        with self._database.reading() as session:
            return admins.names(session)

    def named(self, name: str) -> Admin | None:
        """The admin with this name; None when there is none."""
        with self._database.reading() as session:
            return _admin(admins.by_name(session, _key(name)))

    def check(self, name: str, password: str) -> Admin | None:
        """The admin with this name and password; None when one of them is wrong, and while the name is locked."""
        now = self._clock()
        with self._database.reading() as session:
            row = admins.by_name(session, _key(name))
        # The slow part runs outside the transaction, and for unknown names too.
        is_right = check_password_hash(
            row.password_hash if row else _UNKNOWN_NAME_HASH, password[:PASSWORD_MAX]
        )
        if row is None:
            return None
        with self._database.writing() as session:
            current = admins.by_name(session, row.name, lock=True)
            if current is None or current.password_hash != row.password_hash:
                return None
            return _after_attempt(current, is_right, now)


def _after_attempt(row: AdminRow, is_right: bool, now: datetime) -> Admin | None:
    """Count a wrong password, or reset the count and return the admin for a right one."""
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


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip().casefold())
