"""SIGTERM: every run of this process ends after its batch, and the handlers from before are still called.

Only a process whose main thread loads the app can listen, and only Python's own handlers can be called in turn: with a
web server that handles signals in C, nothing is installed here, and the server's own hook has to call `Jobs.stop`.
"""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType
from typing import Any
from weakref import WeakSet

from connector.stopping import StopSignal

_signals: WeakSet[StopSignal] = WeakSet()
_former: list[Any] = []


def stop_on_termination(stop: StopSignal) -> None:
    """From now on SIGTERM requests this stop, and then does what it did before. Installed once for all apps."""
    _signals.add(stop)
    former = signal.getsignal(signal.SIGTERM)
    if _former or current_thread() is not main_thread() or former in (None, signal.SIG_IGN):
        return
    _former.append(former)
    signal.signal(signal.SIGTERM, _terminate)


def _terminate(number: int, frame: FrameType | None) -> None:
    for stop in list(_signals):
        stop.request()
    [former] = _former
    if callable(former):
        former(number, frame)
    else:
        # By default the signal ends the process at once. Like this it ends as soon as the threads of its runs have.
        sys.exit(128 + number)


@contextmanager
def ending_after_a_batch(stop: StopSignal) -> Iterator[None]:
    """While the block carries out a run in this thread, SIGTERM ends the run after its batch, not the process."""
    if current_thread() is not main_thread():
        yield
        return
    former: Callable[..., Any] | int | None = signal.signal(signal.SIGTERM, lambda *_: stop.request())
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL if former is None else former)
