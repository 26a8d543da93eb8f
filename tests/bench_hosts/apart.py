"""Servers in processes of their own, as an LMS is on a machine of its own: what it does is not done here."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection

Serving = Callable[[], AbstractContextManager[str]]

#: What a server takes to begin, its imports included.
BEGINS_WITHIN_S = 60.0


@contextmanager
def apart(serving: Serving) -> Iterator[str]:
    """Serve in another process until the block ends; gives the address. `serving` has to be picklable."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(serving, theirs), daemon=True)
    process.start()
    theirs.close()
    if not ours.poll(BEGINS_WITHIN_S):
        raise SystemExit("A server of the bench does not begin. See what it has printed.")
    try:
        yield str(ours.recv())
    finally:
        ours.close()
        process.join()


def _serve(serving: Serving, told: Connection) -> None:
    with serving() as address:
        told.send(address)
        try:
            told.recv()
        except EOFError:
            # The other end is closed: the bench has what it wanted.
            return
