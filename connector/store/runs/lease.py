"""Who may run a connection now: a connection and a process in, a lease out, or the reason why not.

A lease ends by itself, so that a run that hangs does not stop the next one for ever. What then wakes up again must
not write: each holder has a token of its own, and every transaction of a run begins by renewing its lease under
that token, which locks the row until the commit. A dead process of this very machine is not waited for.
"""

import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import msgspec
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from connector.errors import LeaseLost, RunInProgress
from connector.store.db.sessions import Database
from connector.store.tables.runs import Lease

TTL_S = 300

#: What the database keeps room for is 300 characters; the rest of an owner takes less than 180 of them.
_NAME_LENGTH = 64


class Owner(msgspec.Struct, frozen=True):
    """A process, told apart from every other on every machine.

    `kernel` (this start of the machine), `namespace` (in which the pid counts) and `started` (in clock ticks, because
    pids come round again) are empty where the system does not say: then `nonce` alone tells owners apart, and nobody
    can know that one of them is dead.
    """

    role: str
    host: str
    pid: int
    kernel: str = ""
    namespace: str = ""
    started: str = ""
    nonce: str = ""

    def __str__(self) -> str:
        return f"{self.role} pid {self.pid} on host {self.host}"


def current_owner(role: str) -> Owner:
    """This process as an owner; `role` is a word for people, such as `worker` or `command`."""
    name, pid = socket.gethostname()[:_NAME_LENGTH], os.getpid()
    here, started = _here(), _started("self")
    if here is None or started is None:
        return Owner(role[:_NAME_LENGTH], name, pid, nonce=uuid4().hex)
    return Owner(role[:_NAME_LENGTH], name, pid, *here, started)


def is_dead(owner: Owner) -> bool:
    """Whether the owner is known to be dead: true only for a process of this machine that this one could see.

    A process of another container or machine is never known to be dead, whatever its pid.
    """
    if not owner.namespace or (owner.kernel, owner.namespace) != _here():
        return False
    try:
        os.kill(owner.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _started(str(owner.pid)) not in (owner.started, None)


@dataclass(frozen=True, slots=True)
class LeaseHandle:
    """A lease that this run holds, or at least held when it last looked."""

    connection_id: int
    token: int
    owner: Owner
    ttl_s: int = TTL_S

    def renew(self, session: Session, now: datetime) -> None:
        """Hold it for another `ttl_s`, and until the transaction ends keep anybody from taking it over.

        Raises LeaseLost when another run holds it: then the transaction must be rolled back.
        """
        _extend(session, self, now + timedelta(seconds=self.ttl_s))

    def release(self, database: Database, now: datetime) -> None:
        """Give it back; a lease that was lost meanwhile stays with whoever has it."""
        with database.writing() as session:
            session.execute(
                update(Lease)
                .where(Lease.connection_id == self.connection_id, Lease.token == self.token)
                # The next number, so that a thread left behind by this run cannot renew what is given back.
                .values(owner="", token=Lease.token + 1, expires_at=now)
            )


def acquire(
    database: Database, connection_id: int, *, owner: Owner, now: datetime, ttl_s: int = TTL_S
) -> LeaseHandle:
    """Take the lease of a connection, from nobody, from a dead process or from a run that did not renew it.

    Raises RunInProgress, naming the holder and until when, while another run has it.
    """
    _make_row(database, connection_id, now)
    with database.writing() as session:
        row = session.scalars(
            select(Lease).where(Lease.connection_id == connection_id).with_for_update()
        ).one()
        _refuse_while_held(row, now)
        row.owner = msgspec.json.encode(owner).decode()
        row.token += 1
        row.expires_at = now + timedelta(seconds=ttl_s)
        return LeaseHandle(connection_id, row.token, owner, ttl_s)


def holder(session: Session, connection_id: int, now: datetime) -> Owner | None:
    """Who runs the connection now, as far as can be known from here; None when nobody does."""
    row = session.get(Lease, connection_id, populate_existing=True)
    return None if row is None else _living_owner(row, now)


def refuse_while_held(session: Session, connection_id: int, now: datetime) -> None:
    """Raise RunInProgress, naming the holder and until when, while somebody runs the connection."""
    row = session.get(Lease, connection_id, populate_existing=True)
    if row is not None:
        _refuse_while_held(row, now)


def _living_owner(row: Lease, now: datetime) -> Owner | None:
    if not row.owner or row.expires_at <= now:
        return None
    owner = msgspec.json.decode(row.owner, type=Owner)
    return None if is_dead(owner) else owner


def _refuse_while_held(row: Lease, now: datetime) -> None:
    owner = _living_owner(row, now)
    if owner is not None:
        raise RunInProgress(
            f"Connection {row.connection_id} is being synced by {owner}, which holds it until"
            f" {row.expires_at:%Y-%m-%d %H:%M:%S} UTC and longer if it goes on: try again when it has ended.",
            owner=str(owner),
            until=row.expires_at,
        )


def _make_row(database: Database, connection_id: int, now: datetime) -> None:
    """The row of a connection, made once and kept, so that its token never falls."""
    with database.reading() as session:
        if session.get(Lease, connection_id) is not None:
            return
    # Whoever loses this race finds the other one's row.
    with suppress(IntegrityError), database.writing() as session:
        session.add(Lease(connection_id=connection_id, owner="", token=0, expires_at=now))


def _extend(session: Session, held: LeaseHandle, until: datetime) -> None:
    renewed = session.connection().execute(
        update(Lease)
        .where(Lease.connection_id == held.connection_id, Lease.token == held.token)
        .values(expires_at=until)
    )
    if renewed.rowcount != 1:
        raise LeaseLost(
            f"Connection {held.connection_id} is no longer held by {held.owner} (token {held.token}):"
            " another run has taken over and does the rest."
        )


def _here() -> tuple[str, str] | None:
    """This start of the machine and the namespace that our pid counts in; None where the system does not say."""
    try:
        kernel = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return kernel, str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        return None


def _started(pid: str) -> str | None:
    """When a process started, in clock ticks since the machine did; empty for one that only waits to be buried.

    None when the system does not say. Source: proc(5), /proc/pid/stat, fields 3 and 22.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The second field is the program's name in parentheses, and may itself have spaces and parentheses.
    state, *fields = stat.rpartition(")")[2].split()
    return "" if state in "ZX" else fields[18]
