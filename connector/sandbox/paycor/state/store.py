"""The state that outlives a restart: codes, tokens, what clients wrote and a few settings, in SQLite (file or memory).

Only digests of codes and tokens are kept. Every method is one transaction, so that exactly one of many callers
with the same single-use value wins.
"""

import hashlib
import secrets
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS code (
    digest TEXT PRIMARY KEY, tenant_id INTEGER NOT NULL, user_name TEXT NOT NULL, scope TEXT NOT NULL,
    is_offline INTEGER NOT NULL, redirect_uri TEXT NOT NULL, challenge TEXT, expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS refresh (
    digest TEXT PRIMARY KEY, family TEXT NOT NULL, tenant_id INTEGER NOT NULL, user_name TEXT NOT NULL,
    scope TEXT NOT NULL, is_live INTEGER NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS access (
    digest TEXT PRIMARY KEY, family TEXT NOT NULL, tenant_id INTEGER NOT NULL, user_name TEXT NOT NULL,
    scope TEXT NOT NULL, expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS written (
    kind TEXT NOT NULL, owner TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, owner, id));
"""


@dataclass(frozen=True)
class Grant:
    """A consent of a user: to a tenant's data, under a scope, with a refresh token (`is_offline`) or without."""

    tenant_id: int
    user_name: str
    scope: str
    is_offline: bool = True
    family: str = ""


@dataclass(frozen=True)
class Code:
    """What is kept of an authorization code: the grant, and what the client must present to redeem it."""

    grant: Grant
    redirect_uri: str
    challenge: str | None
    expires_at: float


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


class Store:
    """The sandbox's database. Instants are POSIX seconds; the caller passes them in."""

    def __init__(self, path: Path | None = None) -> None:
        """Without a path all is lost when the process ends."""
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def setting(self, name: str) -> str | None:
        """A stored setting; None when there is none."""
        with self._lock:
            row = self._db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def remember(self, name: str, value: str) -> None:
        """Store a setting for the next start."""
        with self._lock:
            self._db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    def write(self, kind: str, owner: str, key: str, body: str) -> None:
        """Store what a client wrote about an owner; the same key again replaces it, in its old order."""
        with self._lock:
            self._db.execute(
                "INSERT INTO written VALUES (?, ?, ?, ?)"
                " ON CONFLICT (kind, owner, id) DO UPDATE SET body = excluded.body",
                (kind, owner, key, body),
            )

    def written(self, kind: str, owner: str) -> dict[str, str]:
        """What clients wrote about an owner, by key, oldest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT id, body FROM written WHERE kind = ? AND owner = ? ORDER BY rowid", (kind, owner)
            ).fetchall()
        return dict(rows)

    def add_code(self, code: Code) -> str:
        """A new authorization code, 64 hex digits."""
        value = secrets.token_hex(32)
        grant = code.grant
        row = (_digest(value), grant.tenant_id, grant.user_name, grant.scope, grant.is_offline)
        with self._lock:
            self._db.execute(
                "INSERT INTO code VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, code.redirect_uri, code.challenge, code.expires_at),
            )
        return value

    def take_code(self, value: str) -> Code | None:
        """The code's values, once: the first call deletes them. None for an unknown or used code."""
        with self._lock:
            row = self._db.execute(
                "DELETE FROM code WHERE digest = ? RETURNING tenant_id, user_name, scope, is_offline,"
                " redirect_uri, challenge, expires_at",
                (_digest(value),),
            ).fetchone()
        if row is None:
            return None

        return Code(Grant(row[0], row[1], row[2], bool(row[3])), row[4], row[5], row[6])

    def add_refresh(self, grant: Grant) -> str:
        """A new live refresh token of the grant's family, 64 hex digits."""
        value = secrets.token_hex(32)
        with self._lock:
            self._db.execute(
                "INSERT INTO refresh VALUES (?, ?, ?, ?, ?, 1)",
                (_digest(value), grant.family, grant.tenant_id, grant.user_name, grant.scope),
            )
        return value

    def take_refresh(self, value: str, *, reuse_revokes_family: bool) -> Grant | None:
        """The grant of a live refresh token, which is used up by this; None when it was not live."""
        digest = _digest(value)
        with self._lock:
            row = self._db.execute(
                "UPDATE refresh SET is_live = 0 WHERE digest = ? AND is_live = 1"
                " RETURNING tenant_id, user_name, scope, family",
                (digest,),
            ).fetchone()
            if row is None and reuse_revokes_family:
                self._revoke_family_of(digest)
        return None if row is None else Grant(row[0], row[1], row[2], True, row[3])

    def _revoke_family_of(self, digest: str) -> None:
        family = self._db.execute("SELECT family FROM refresh WHERE digest = ?", (digest,)).fetchone()
        if family is not None:
            self._db.execute("UPDATE refresh SET is_live = 0 WHERE family = ?", family)
            self._db.execute("DELETE FROM access WHERE family = ?", family)

    def add_access(self, value: str, grant: Grant, *, expires_at: float, now: float) -> None:
        """Store an access token until it expires, and delete the expired ones."""
        row = (_digest(value), grant.family, grant.tenant_id, grant.user_name, grant.scope, expires_at)
        with self._lock:
            self._db.execute("DELETE FROM access WHERE expires_at <= ?", (now,))
            self._db.execute("INSERT INTO access VALUES (?, ?, ?, ?, ?, ?)", row)

    def access(self, value: str, *, now: float) -> Grant | None:
        """The grant of an access token; None when it has expired or is unknown."""
        with self._lock:
            row = self._db.execute(
                "SELECT tenant_id, user_name, scope, family FROM access WHERE digest = ? AND expires_at > ?",
                (_digest(value), now),
            ).fetchone()
        return None if row is None else Grant(row[0], row[1], row[2], True, row[3])

    def expire_access_tokens(self) -> int:
        """End every access token now; gives their number."""
        with self._lock:
            return self._db.execute("DELETE FROM access").rowcount

    def revoke_everything(self) -> int:
        """End every token now; gives the number of live refresh tokens."""
        with self._lock:
            self._db.execute("DELETE FROM access")
            return self._db.execute("UPDATE refresh SET is_live = 0 WHERE is_live = 1").rowcount
