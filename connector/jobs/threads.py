"""The threads in which runs are carried out, on the scheduler of the LMS or on our own."""

from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor

from connector.stopping import StopSignal


class RunThreads(ThreadPoolExecutor):  # type: ignore[misc]
    """Threads whose runs end after their batch when the scheduler is shut down, so that its process can end."""

    def __init__(self, threads: int, stop: StopSignal) -> None:
        super().__init__(threads)
        self._stop = stop

    def start(self, scheduler: Any, alias: str) -> None:
        """The scheduler has started: runs may start."""
        self._stop.clear()
        super().start(scheduler, alias)

    def shutdown(self, wait: bool = True) -> None:
        """The scheduler is shut down: runs end after their batch; with `wait` this returns after the last one."""
        self._stop.request()
        super().shutdown(wait)
