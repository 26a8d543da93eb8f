"""Who may run a connection now: a connection and a process in, a lease or the reason for its refusal out.

A lease expires, so a run that hangs does not block the next one for ever. If that run wakes up again, it must not
write: each holder has its own token, and every transaction of a run starts by renewing its lease under that token,
which locks the row until the commit. The lease of a dead process of this machine is taken over at once.
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

from connector.errors import LeaseLost, RunInProgress
from connector.store.db.sessions import Database, Session
from connector.store.tables.runs import Lease

#: How long a lease lasts unless it is renewed, in seconds.
TTL_S = 300

#: The column has room for 300 characters; the other fields of an owner take less than 180 of them.
_NAME_LENGTH = 64


class Owner(msgspec.Struct, frozen=True):
    """A process, identified among all processes on all machines.

    `kernel` (this boot of the machine), `namespace` (in which the pid is valid) and `started` (in clock ticks, because
    pids are reused) are empty where the system does not report them. Then only `nonce` identifies an owner, and no
    process can find out that it is dead.
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
    """This process as an owner; `role` is a readable word, such as `worker` or `command`."""
    name, pid = socket.gethostname()[:_NAME_LENGTH], os.getpid()
    machine, started = _machine(), _start_time("self")
    if machine is None or started is None:
        return Owner(role[:_NAME_LENGTH], name, pid, nonce=uuid4().hex)
    return Owner(role[:_NAME_LENGTH], name, pid, *machine, started)


def is_dead(owner: Owner) -> bool:
    """Whether the owner is certainly dead. True only for a process that this one could see if it were alive.

    A process of another container or machine never counts as dead, whatever its pid.
    """
    if not owner.namespace or (owner.kernel, owner.namespace) != _machine():
        return False
    try:
        os.kill(owner.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _start_time(str(owner.pid)) not in (owner.started, None)


@dataclass(frozen=True, slots=True)
class LeaseHandle:
    """A lease that this run holds, or held when it last checked."""

    connection_id: int
    token: int
    owner: Owner
    ttl_s: int = TTL_S

    def renew(self, session: Session, now: datetime) -> None:
        """Extend it by `ttl_s`, and prevent a takeover until the transaction ends.

        Raises LeaseLost when another run holds it; the transaction must then be rolled back.
        """
        _extend(session, self, now + timedelta(seconds=self.ttl_s))

    def release(self, database: Database, now: datetime) -> None:
        """Give it back; a lease that was lost meanwhile stays with its new holder."""
        with database.writing() as session:
            session.execute(
                update(Lease)
                .where(Lease.connection_id == self.connection_id, Lease.token == self.token)
                # The next token, so that a leftover thread of this run cannot renew a lease that was given back.
                .values(owner="", token=Lease.token + 1, expires_at=now)
            )


def acquire(
    database: Database, connection_id: int, *, owner: Owner, now: datetime, ttl_s: int = TTL_S
) -> LeaseHandle:
    """Take the lease of a connection if it is free, or its holder is dead or did not renew it.

    Raises RunInProgress, with the holder and the end of its lease, while another run holds it.
    """
    _ensure_row(database, connection_id, now)
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
    """The process that runs the connection now, as far as this process can know; None when none does."""
    row = session.get(Lease, connection_id, populate_existing=True)
    return None if row is None else _living_owner(row, now)


def refuse_while_held(session: Session, connection_id: int, now: datetime) -> None:
    """Raise RunInProgress, with the holder and the end of its lease, while a run holds the connection."""
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
            f" {row.expires_at:%Y-%m-%d %H:%M:%S} UTC, and longer if it needs more time. Try again when it has ended.",
            owner=str(owner),
            until=row.expires_at,
        )


def _ensure_row(database: Database, connection_id: int, now: datetime) -> None:
    """Create the lease row of a connection once; it is kept, so that its token only rises."""
    with database.reading() as session:
        if session.get(Lease, connection_id) is not None:
            return
    # A process that loses this race uses the other one's row.
    with suppress(IntegrityError), database.writing() as session:
        session.add(Lease(connection_id=connection_id, owner="", token=0, expires_at=now))


def _extend(session: Session, handle: LeaseHandle, until: datetime) -> None:
    renewed = session.connection().execute(
        update(Lease)
        .where(Lease.connection_id == handle.connection_id, Lease.token == handle.token)
        .values(expires_at=until)
    )
    if renewed.rowcount != 1:
        raise LeaseLost(
            f"Connection {handle.connection_id} is no longer held by {handle.owner} (token {handle.token}):"
            " another run has taken over and does the rest."
        )


def _machine() -> tuple[str, str] | None:
    """This boot of the machine and the namespace of our pid; None where the system does not report them."""
    try:
        kernel = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return kernel, str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        return None


def _start_time(pid: str) -> str | None:
    """When a process started, in clock ticks since the boot; empty for a zombie.

    None when the system does not report it. Source: proc(5), /proc/pid/stat, fields 3 and 22.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The second field is the program's name in parentheses, and may itself contain spaces and parentheses.
    state, *fields = stat.rpartition(")")[2].split()
    return "" if state in "ZX" else fields[18]
