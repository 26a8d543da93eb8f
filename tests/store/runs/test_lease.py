"""The lease: one holder at a time, on SQLite and on PostgreSQL, even when the holder dies."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from connector.errors import LeaseLost, RunInProgress
from connector.store import schema
from connector.store.db.sessions import Database
from connector.store.runs import lease
from connector.store.runs.lease import LeaseHandle, Owner, acquire, current_owner, holder, is_dead
from connector.store.tables.connection import Connection
from connector.store.tables.runs import Lease
from tests.clock import Clock

WORKER = current_owner("worker")
#: An owner on another machine, so no process here can know that it is dead.
ELSEWHERE = Owner("worker", "abc", 4711, nonce="1")

#: A run that takes the lease, says so and then waits for ever.
RUN = """
import sys
from datetime import datetime
import sqlalchemy
from connector.store.runs.lease import acquire, current_owner
from connector.store.db.sessions import Database
database = Database(sqlalchemy.create_engine(sys.argv[1]))
acquire(database, 1, owner=current_owner("worker"), now=datetime.fromisoformat(sys.argv[2]))
print("held", flush=True)
sys.stdin.read()
"""

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says when a process started")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Our tables with one connection, number 1."""
    sqlite = f"sqlite:///{tmp_path / 'lms.sqlite'}"
    url = sqlite if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    database = Database(sa.create_engine(url))
    schema.upgrade(database.engine)
    with database.writing() as session:
        session.add(
            Connection(id=1, portal_id="p", environment="sandbox", mode="redirect", state="active", policy={})
        )
    yield database
    database.engine.dispose()


@pytest.fixture
def run(database: Database, clock: Clock) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lease."""
    url = database.engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", RUN, url, clock().isoformat()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def renew(database: Database, held: LeaseHandle, clock: Clock) -> None:
    """Renew a lease in a transaction of its own."""
    with database.writing() as session:
        held.renew(session, clock())


def row(session: Session) -> Lease:
    """The row of the connection."""
    return session.get_one(Lease, 1)


def test_one_of_many_gets_the_lease_and_the_others_see_its_holder(database: Database, clock: Clock) -> None:
    """Eight start at the same moment, before the connection ever had a lease."""
    together = Barrier(8)

    def start(number: int) -> str:
        together.wait(timeout=30)
        try:
            acquire(database, 1, owner=ELSEWHERE, now=clock())
        except RunInProgress as refusal:
            return refusal.owner
        return "held"

    with ThreadPoolExecutor(8) as threads:
        answers = sorted(threads.map(start, range(8)))

    assert answers == ["held"] + ["worker pid 4711 on host abc"] * 7


def test_a_refusal_names_the_holder_and_until_when(database: Database, clock: Clock) -> None:
    """The text is for people, `owner` and `until` are for programs."""
    acquire(database, 1, owner=ELSEWHERE, now=clock())

    with pytest.raises(RunInProgress, match="worker pid 4711 on host abc.* 09:35:00 UTC") as refusal:
        acquire(database, 1, owner=WORKER, now=clock())
    assert refusal.value.until == clock() + timedelta(seconds=300)


def test_the_same_process_cannot_hold_it_twice(database: Database, clock: Clock) -> None:
    """Two threads of one worker are two runs."""
    acquire(database, 1, owner=WORKER, now=clock())

    with pytest.raises(RunInProgress):
        acquire(database, 1, owner=WORKER, now=clock())


def test_the_token_rises_with_every_holder_and_never_falls(database: Database, clock: Clock) -> None:
    """A release keeps the row, because a token that began again would let an old run write."""
    tokens = []
    for _ in range(3):
        held = acquire(database, 1, owner=WORKER, now=clock())
        tokens.append(held.token)
        held.release(database, clock())

    assert tokens == sorted(set(tokens))


def test_a_lease_that_was_not_renewed_can_be_taken(database: Database, clock: Clock) -> None:
    """Not a second before it has expired, and then at once."""
    acquire(database, 1, owner=ELSEWHERE, now=clock())

    clock.advance(timedelta(seconds=299))
    with pytest.raises(RunInProgress):
        acquire(database, 1, owner=WORKER, now=clock())
    clock.advance(timedelta(seconds=1))
    assert acquire(database, 1, owner=WORKER, now=clock()).owner == WORKER


def test_a_renewed_lease_lasts_longer(database: Database, clock: Clock) -> None:
    """A run that goes on keeps its lease."""
    held = acquire(database, 1, owner=ELSEWHERE, now=clock())
    clock.advance(timedelta(seconds=200))
    renew(database, held, clock)
    clock.advance(timedelta(seconds=200))

    with pytest.raises(RunInProgress):
        acquire(database, 1, owner=WORKER, now=clock())


def test_a_run_that_lost_the_lease_cannot_write(database: Database, clock: Clock) -> None:
    """Nothing in the same transaction as the renewal is written either."""
    slow = acquire(database, 1, owner=ELSEWHERE, now=clock())
    clock.advance(timedelta(seconds=301))
    acquire(database, 1, owner=WORKER, now=clock())

    def write() -> None:
        with database.writing() as session:
            session.get_one(Connection, 1).last_read_count = 7
            session.flush()
            slow.renew(session, clock())

    with pytest.raises(LeaseLost, match="Connection 1 .*token 1"):
        write()
    with database.reading() as session:
        assert session.get_one(Connection, 1).last_read_count is None


def test_no_takeover_happens_in_the_middle_of_a_write(database: Database, clock: Clock) -> None:
    """A takeover waits for the commit, and then finds the lease renewed."""
    held = acquire(database, 1, owner=ELSEWHERE, now=clock())
    clock.advance(timedelta(seconds=299))
    late = clock() + timedelta(seconds=2)

    with ThreadPoolExecutor(1) as threads:
        with database.writing() as session:
            held.renew(session, clock())
            other = threads.submit(acquire, database, 1, owner=WORKER, now=late)
            with pytest.raises(TimeoutError):
                other.result(timeout=0.3)
        with pytest.raises(RunInProgress):
            other.result(timeout=30)


def test_a_released_lease_can_be_taken_at_once(database: Database, clock: Clock) -> None:
    """Even by a machine whose clock is behind."""
    acquire(database, 1, owner=ELSEWHERE, now=clock()).release(database, clock())
    clock.advance(timedelta(seconds=-5))

    assert acquire(database, 1, owner=WORKER, now=clock()).owner == WORKER


def test_a_released_lease_cannot_be_renewed(database: Database, clock: Clock) -> None:
    """A leftover thread of a run cannot take it back by writing."""
    held = acquire(database, 1, owner=WORKER, now=clock())
    held.release(database, clock())

    with pytest.raises(LeaseLost):
        renew(database, held, clock)


def test_a_lost_lease_stays_with_its_new_holder_when_the_old_one_gives_it_back(
    database: Database, clock: Clock
) -> None:
    """A run that ends too late frees nothing."""
    slow = acquire(database, 1, owner=ELSEWHERE, now=clock())
    clock.advance(timedelta(seconds=301))
    new = acquire(database, 1, owner=WORKER, now=clock())
    slow.release(database, clock())

    renew(database, new, clock)
    with database.reading() as session:
        assert row(session).token == new.token


def test_the_holder_can_be_seen(database: Database, clock: Clock) -> None:
    """None, then the holder, then none again."""
    seen = []
    with database.reading() as session:
        seen.append(holder(session, 1, clock()))
    held = acquire(database, 1, owner=WORKER, now=clock())
    with database.reading() as session:
        seen.append(holder(session, 1, clock()))
    held.release(database, clock())
    with database.reading() as session:
        seen.append(holder(session, 1, clock()))

    assert seen == [None, WORKER, None]


# --- a holder that dies ---


@linux
def test_a_living_process_keeps_its_lease(
    database: Database, clock: Clock, run: subprocess.Popen[str]
) -> None:
    """The other process is alive, so it is the holder."""
    with pytest.raises(RunInProgress, match=f"worker pid {run.pid} on host"):
        acquire(database, 1, owner=WORKER, now=clock())


@linux
@pytest.mark.parametrize("reaped", [True, False], ids=["reaped", "a zombie"])
def test_the_lease_of_a_killed_process_is_taken_at_once(
    database: Database, clock: Clock, run: subprocess.Popen[str], reaped: bool
) -> None:
    """After kill -9 the next run starts without waiting, even while the process is still a zombie."""
    run.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, run.pid, os.WEXITED | (0 if reaped else os.WNOWAIT))
    with database.reading() as session:
        seen = holder(session, 1, clock())

    assert seen is None
    assert acquire(database, 1, owner=WORKER, now=clock()).token == 2


def dead_pid() -> int:
    """The pid of a process that has just ended."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


@linux
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, True, id="here"),
        pytest.param({"namespace": "1"}, False, id="in another container"),
        pytest.param({"kernel": "another"}, False, id="on another machine"),
        pytest.param(
            {"kernel": "", "namespace": "", "started": ""}, False, id="where the system does not report it"
        ),
    ],
)
def test_only_a_visible_process_is_known_to_be_dead(change: dict[str, str], expected: bool) -> None:
    """A pid says nothing about a process of another machine or container."""
    assert is_dead(msgspec.structs.replace(WORKER, pid=dead_pid(), **change)) is expected


@linux
@pytest.mark.parametrize(
    ("started", "expected"),
    [
        pytest.param(WORKER.started, False, id="itself"),
        pytest.param("1", True, id="another one with its pid"),
    ],
)
def test_a_reused_pid_is_another_process(started: str, expected: bool) -> None:
    """The time of its start distinguishes a process from an earlier one with its pid."""
    assert is_dead(msgspec.structs.replace(current_owner("worker"), started=started)) is expected


def test_without_system_information_no_owner_counts_as_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then only a random number distinguishes two owners, and a lease has to expire."""
    monkeypatch.setattr(lease, "_machine", lambda: None)
    first, second = current_owner("worker"), current_owner("worker")

    assert first != second
    assert (first.pid, first.namespace) == (os.getpid(), "")
    assert not is_dead(msgspec.structs.replace(first, pid=dead_pid()))


def test_an_owner_has_room_in_its_column() -> None:
    """Even with the longest host name and role."""
    owner = msgspec.structs.replace(current_owner("w" * 500), host="h" * 64)
    column = Lease.__table__.c.owner.type

    assert isinstance(column, sa.String)
    assert len(msgspec.json.encode(owner)) <= (column.length or 0)
