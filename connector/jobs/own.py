"""The jobs of a web process on a scheduler of the connector's own, which begins with the process's first request.

A server may load the app in one process and fork its workers after it: a thread of the first one is not in the others,
and a connection that it opened is in all of them. So loading the app begins nothing.
"""

import os
from collections.abc import Callable
from datetime import UTC
from threading import Lock

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from flask import Flask

from connector.jobs import Jobs


class OwnJobs:
    """The jobs of each process of one app. `make` puts them on a scheduler that has not started yet."""

    def __init__(self, app: Flask, make: Callable[[BaseScheduler], Jobs]) -> None:
        self._app = app
        self._make = make
        self._lock = Lock()
        self._process: int | None = None
        self._jobs: Jobs | None = None

    def begin(self) -> None:
        """Start the scheduler, once per process; never for an app that is under test."""
        if self._process == os.getpid() or self._app.testing:
            return
        with self._lock:
            if self._process != os.getpid():
                scheduler = BackgroundScheduler(timezone=UTC, daemon=True)
                self._jobs = self._make(scheduler)
                scheduler.start()
                self._process = os.getpid()

    @property
    def is_running(self) -> bool:
        """Whether this process carries out runs."""
        return self._jobs is not None and self._process == os.getpid()

    def wake(self, run_id: int) -> None:
        """Carry out a run now if this process does so at all; otherwise the next tick of another one finds it."""
        if self._jobs is not None and self.is_running:
            self._jobs.wake(run_id)

    def stop(self) -> None:
        """Start no more jobs in this process; running ones end after their batch, and the next process goes on."""
        if self._jobs is not None and self.is_running:
            self._jobs.stop()
            self._jobs = None
