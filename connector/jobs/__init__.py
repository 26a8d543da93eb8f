"""What runs by itself: the jobs of plugin.yaml on an APScheduler, the LMS's own or ours.

Every process may have a scheduler: the lease of a connection decides who runs, so that nothing is done twice. Jobs are
kept in memory, because what is to be done is in our own tables: a restart forgets nothing. They run in threads of our
own, because a sync may take an hour, which no job of the LMS's shall wait for.
"""

import logging
from collections.abc import Callable, Mapping
from uuid import uuid4

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.base import BaseScheduler
from flask import Flask

from connector.manifest import Manifest
from connector.services import Services

log = logging.getLogger(__name__)

ROLE = "scheduler"

#: How many jobs run beside each other: the two of the manifest, and syncs that were asked for.
THREADS = 8


class Jobs:
    """The jobs of one app on one scheduler."""

    def __init__(self, app: Flask, services: Services, scheduler: BaseScheduler) -> None:
        self._app = app
        self._services = services
        self._scheduler = scheduler
        # A name of its own, so that a second app of this process may be on the same scheduler.
        self._name = f"connector-{uuid4().hex}"
        scheduler.add_jobstore(MemoryJobStore(), self._name)
        scheduler.add_executor(ThreadPoolExecutor(THREADS), self._name)

    def schedule(self, manifest: Manifest) -> None:
        """Put every job of the manifest on the scheduler; a job that is late runs once, and never beside itself."""
        what = self._by_key()
        for job in manifest.jobs:
            self._scheduler.add_job(
                what[job.key],
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
        """Carry out a run now rather than at the next tick."""
        self._scheduler.add_job(
            self._execute, args=[run_id], jobstore=self._name, executor=self._name, misfire_grace_time=None
        )

    def stop(self) -> None:
        """Begin nothing more; what is under way goes on to its end."""
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
