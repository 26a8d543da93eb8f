"""Writing under the lease: a run that has lost it writes nothing."""

from datetime import timedelta

import pytest

from connector.errors import LeaseLost
from connector.store.runs import lease
from connector.store.runs.fence import Fence
from connector.store.tables.connection import Connection
from tests.clock import Clock


def test_a_run_that_lost_its_lease_writes_nothing(fence: Fence, clock: Clock) -> None:
    """The transaction ends before its first statement."""
    clock.advance(timedelta(seconds=lease.TTL_S + 1))
    lease.acquire(fence.database, 1, owner=lease.current_owner("other"), now=clock())

    with pytest.raises(LeaseLost), fence.writing() as session:
        session.get_one(Connection, 1).last_read_count = 7

    with fence.database.reading() as session:
        assert session.get_one(Connection, 1).last_read_count is None


def test_every_write_extends_the_lease(fence: Fence, clock: Clock) -> None:
    """A run that goes on writing keeps its connection."""
    for _ in range(2):
        clock.advance(timedelta(seconds=lease.TTL_S - 1))
        with fence.writing():
            pass

    with fence.database.reading() as session:
        assert lease.holder(session, 1, clock()) == fence.lease.owner
