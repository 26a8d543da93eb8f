"""Sign-in to a stand-alone connector: a name and a password in, an admin or nothing out.

A sign-in is a row: the browser's cookie has its secret, the database only the hash of that. It ends when it is idle or
old, at sign-out, with a new password and with the admin, and then no copy of the cookie works either.

Passwords are stored as salted hashes. After several wrong passwords in a row the name is locked for a while, also for
the right password. The answer does not reveal whether a name exists or is locked.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from werkzeug.security import check_password_hash, generate_password_hash

from connector.errors import ConfigurationError
from connector.store import admins
from connector.store.db.sessions import Database
from connector.store.tables.admins import NAME_MAX, AdminRow

PASSWORD_MIN = 12
PASSWORD_MAX = 500
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
#: A sign-in ends after this time without a page, and in any case after the second time.
IDLE_END = timedelta(hours=1)
ABSOLUTE_END = timedelta(hours=24)
#: Not every page writes that it was seen.
SEEN_EVERY = timedelta(minutes=1)

#: Checked for an unknown name, so that the answer takes as long as for a known one.
_UNKNOWN_NAME_HASH = generate_password_hash("nobody")


@dataclass(frozen=True, slots=True)
class Admin:
    """A person who may use the pages."""

    name: str


class Admins:
    """The admins of this connector. `clock` returns the aware UTC instant."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def put(self, name: str, password: str) -> bool:
        """Add an admin, or change the password of one, which unlocks them and ends their sign-ins.

        Returns whether they are new.
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
            else:
                admins.end_sign_ins(session, row.id)
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

    def signed_in(self, secret: str) -> Admin | None:
        """The admin of the sign-in with this secret; None when it has ended."""
        secret_hash, now = _hash(secret), self._clock()
        with self._database.reading() as session:
            found = admins.sign_in_of(session, secret_hash)
        if found is None:
            return None
        sign_in, admin = found
        if now - sign_in.began_at >= ABSOLUTE_END or now - sign_in.seen_at >= IDLE_END:
            return None
        if now - sign_in.seen_at >= SEEN_EVERY:
            with self._database.writing() as session:
                admins.mark_seen(session, secret_hash, now)
        return Admin(admin.name)

    def sign_out(self, secret: str) -> None:
        """End the sign-in with this secret, in every copy of its cookie."""
        with self._database.writing() as session:
            admins.end_sign_in(session, _hash(secret))

    def sign_in(self, name: str, password: str) -> str | None:
        """The secret of a new sign-in; None when name or password is wrong, and while the name is locked."""
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
            if not _is_admitted(current, is_right, now):
                return None
            secret = token_urlsafe(32)
            admins.delete_old_sign_ins(session, now - ABSOLUTE_END, now - IDLE_END)
            admins.add_sign_in(session, _hash(secret), current.id, now)
            return secret


def _is_admitted(row: AdminRow, is_right: bool, now: datetime) -> bool:
    """Count a wrong password, or reset the count for a right one; nothing is admitted while the name is locked."""
    if row.locked_until is not None and now < row.locked_until:
        return False
    if is_right:
        row.failures, row.locked_until = 0, None
        return True
    row.failures += 1
    if row.failures >= MOST_FAILURES:
        row.failures, row.locked_until = 0, now + LOCKED_FOR
    return False


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip().casefold())
