"""Servers in their own processes, because a real LMS uses another machine's time."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection

Serving = Callable[[], AbstractContextManager[str]]

#: How long a server may take to start, including its imports.
START_TIMEOUT_S = 60.0


@contextmanager
def apart(serving: Serving) -> Iterator[str]:
    """Serve in another process until the block ends; gives the address. `serving` must be picklable."""
    context = get_context("spawn")
    parent_end, child_end = context.Pipe()
    process = context.Process(target=_serve, args=(serving, child_end), daemon=True)
    process.start()
    child_end.close()
    if not parent_end.poll(START_TIMEOUT_S):
        raise SystemExit("A server of the benchmark did not start. See its output.")
    try:
        yield str(parent_end.recv())
    finally:
        parent_end.close()
        process.join()


def _serve(serving: Serving, connection: Connection) -> None:
    with serving() as address:
        connection.send(address)
        try:
            connection.recv()
        except EOFError:
            # The other end is closed: the benchmark is finished.
            return
