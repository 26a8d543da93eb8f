"""The jobs of plugin.yaml on an APScheduler, the LMS's own or the connector's.

Every process can have a scheduler: the lease of a connection decides which one runs, so nothing is done twice. Jobs
are stored in memory, because the queue is in our tables: a restart loses nothing. They run in their own threads,
because a sync can take an hour and no job of the LMS may wait for it.
"""

import logging
from collections.abc import Callable, Mapping
from uuid import uuid4

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.base import BaseScheduler
from flask import Flask

from connector.jobs.threads import RunThreads
from connector.manifest import Manifest
from connector.services import Services

log = logging.getLogger(__name__)

ROLE = "scheduler"

#: How many jobs run at once: the two of the manifest, and requested syncs.
THREADS = 8


class Jobs:
    """The jobs of one app on one scheduler."""

    def __init__(self, app: Flask, services: Services, scheduler: BaseScheduler) -> None:
        self._app = app
        self._services = services
        self._scheduler = scheduler
        # A unique name, so that a second app of this process can use the same scheduler.
        self._name = f"connector-{uuid4().hex}"
        scheduler.add_jobstore(MemoryJobStore(), self._name)
        scheduler.add_executor(RunThreads(THREADS, services.wiring.stop), self._name)

    def schedule(self, manifest: Manifest) -> None:
        """Put every job of the manifest on the scheduler; a late job runs once, and never twice at the same time."""
        functions = self._by_key()
        for job in manifest.jobs:
            self._scheduler.add_job(
                functions[job.key],
                job.trigger,
                id=f"connector.{job.key}",
                jobstore=self._name,
                executor=self._name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
                replace_existing=True,
                **job.fields,
            )

    def wake(self, run_id: int) -> None:
        """Carry out a run now instead of at the next tick."""
        self._scheduler.add_job(
            self._execute, args=[run_id], jobstore=self._name, executor=self._name, misfire_grace_time=None
        )

    def stop(self) -> None:
        """Start no more jobs; running ones end after their batch, and the next process goes on."""
        self._scheduler.shutdown(wait=False)

    def _by_key(self) -> Mapping[str, Callable[[], None]]:
        return {"tick": self._tick, "due": self._due}

    def _tick(self) -> None:
        with self._app.app_context():
            self._services.executor.tick(role=ROLE)

    def _due(self) -> None:
        with self._app.app_context():
            self._services.executor.due(role=ROLE)

    def _execute(self, run_id: int) -> None:
        with self._app.app_context():
            self._services.executor.attempt(run_id, role=ROLE)
