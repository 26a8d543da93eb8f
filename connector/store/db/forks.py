"""A forked process gets connections of its own: two processes on one socket read each other's answers."""

import os
from weakref import WeakSet

from sqlalchemy import Engine
from sqlalchemy.pool import SingletonThreadPool, StaticPool

_engines: WeakSet[Engine] = WeakSet()


def reconnect_after_fork(engine: Engine) -> None:
    """From now on a child process leaves the parent's connections alone and opens its own.

    A SQLite database in memory lives in its connection, which is no socket: it is kept.
    """
    if not isinstance(engine.pool, StaticPool | SingletonThreadPool):
        _engines.add(engine)


def _leave_to_the_parent() -> None:
    for engine in list(_engines):
        engine.dispose(close=False)


# Registered once for all engines, because it cannot be taken back. Systems without fork do not have it.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_the_parent)
