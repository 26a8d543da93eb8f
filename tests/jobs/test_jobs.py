"""The jobs: on the LMS's scheduler or the connector's, in every process, and each run once."""

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
import sqlalchemy as sa
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import BaseJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask, current_app
from flask.cli import FlaskGroup

from connector import Connector, manifest
from connector.core.model.connection import ConnectionState, ConsentMethod
from connector.core.model.run import RunMode, RunTrigger
from connector.jobs import Jobs
from connector.sandbox.lms import create_app, seed
from connector.sandbox.lms.db.tables import OutboxMail, User
from connector.services import Services
from connector.store import schema
from connector.store.connection import connections
from connector.store.db.sessions import Database
from connector.store.db.vault import new_key
from connector.store.tables.connection import Connection
from connector.store.tables.runs import RunRow
from tests.clock import Clock
from tests.jobs.scheduler_process import SETTINGS
from tests.services.portal import ConnectedPortal, OneHostLms
from tests.whole import ROOT, wait_for


@pytest.fixture
def scheduler() -> Iterator[BackgroundScheduler]:
    """The LMS's own scheduler, running."""
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.start()
    yield scheduler
    scheduler.shutdown()


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> Iterator[ConnectedPortal]:
    """A connected portal with three people at Paycor."""
    portal = ConnectedPortal(tmp_path, clock)
    yield portal
    portal.database.engine.dispose()


@pytest.fixture
def jobs(portal: ConnectedPortal, scheduler: BackgroundScheduler) -> Jobs:
    """The jobs of an otherwise empty app."""
    return Jobs(Flask("lms"), Services(portal.wiring, wake=portal.woken.append), scheduler)


def running() -> list[BackgroundScheduler]:
    """All running schedulers of this process."""
    return [thing for thing in gc.get_objects() if isinstance(thing, BackgroundScheduler) and thing.running]


class Installer:
    """Installs the connector into apps, and knows which schedulers have been started since."""

    def __init__(self, folder: Path) -> None:
        self._url = f"sqlite:///{folder / 'lms.sqlite'}"
        self._before = running()
        self._apps: list[Flask] = []

    def __call__(self, *, scheduler: BackgroundScheduler | None = None, **settings: Any) -> None:
        """Install the connector into a new app with these settings, and ask the app for a page."""
        app = Flask("lms")
        app.config.update(SQLALCHEMY_DATABASE_URI=self._url, CONNECTOR_SECRET_KEYS=new_key(), **settings)
        Connector(app, host=OneHostLms(), scheduler=scheduler)
        self._apps.append(app)
        app.test_client().get("/")

    def started(self) -> list[BackgroundScheduler]:
        """The schedulers that were started since."""
        return [scheduler for scheduler in running() if scheduler not in self._before]

    def stop(self) -> None:
        """Stop the schedulers that were started since."""
        for scheduler in self.started():
            scheduler.shutdown()
        for app in self._apps:
            app.extensions["connector"].database.engine.dispose()


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Installer]:
    """Installs the connector; the schedulers that this starts are stopped after the test."""
    installer = Installer(tmp_path)
    yield installer
    installer.stop()


# --- on which scheduler --------------------------------------------------------------------------------------------


@pytest.mark.req("A23", "D8")
def test_the_jobs_of_the_manifest_are_put_on_the_lmss_scheduler(
    scheduler: BackgroundScheduler, install: Installer
) -> None:
    """Each with its trigger; a late job runs once, and never twice at the same time."""
    install(scheduler=scheduler)

    jobs = {job.id: job for job in scheduler.get_jobs()}
    assert set(jobs) == {f"connector.{job.key}" for job in manifest.load().jobs}
    assert {(job.coalesce, job.max_instances, job.misfire_grace_time) for job in jobs.values()} == {
        (True, 1, None)
    }
    assert str(jobs["connector.tick"].trigger) == "interval[0:00:15]"
    assert str(jobs["connector.due"].trigger) == "cron[minute='0']"
    assert install.started() == []


class RefusingJobStore(BaseJobStore):  # type: ignore[misc]
    """A store that refuses our jobs, as one in a database does: they reference an app and cannot be serialized."""

    def lookup_job(self, job_id: str) -> None:
        """It has none."""

    def get_due_jobs(self, now: datetime) -> list[object]:
        """None."""
        return []

    def get_next_run_time(self) -> None:
        """Never."""

    def get_all_jobs(self) -> list[object]:
        """None."""
        return []

    def add_job(self, job: object) -> None:
        """Refuse it."""
        raise ValueError("This Job cannot be serialized")

    def update_job(self, job: object) -> None:
        """Refuse it."""
        raise ValueError("This Job cannot be serialized")

    def remove_job(self, job_id: str) -> None:
        """There is none."""

    def remove_all_jobs(self) -> None:
        """There is none."""


def test_the_lmss_own_job_store_is_left_alone(install: Installer) -> None:
    """If the LMS stores its jobs in a database, ours are still in memory."""
    scheduler = BackgroundScheduler(jobstores={"default": RefusingJobStore()}, timezone=UTC)
    scheduler.start(paused=True)

    install(scheduler=scheduler)

    jobs = scheduler.get_jobs()
    scheduler.shutdown()
    assert len(jobs) == len(manifest.load().jobs)


def test_no_job_of_the_lms_waits_for_a_sync(install: Installer) -> None:
    """Even if the LMS has one thread for all of its own jobs: ours have their own threads."""
    only = ThreadPoolExecutor(1)
    scheduler = BackgroundScheduler(executors={"default": only}, timezone=UTC)
    scheduler.start(paused=True)

    install(scheduler=scheduler)

    executors = {job.executor for job in scheduler.get_jobs()}
    scheduler.shutdown()
    assert "default" not in executors
    assert len(executors) == 1


def test_without_a_scheduler_it_starts_its_own(install: Installer) -> None:
    """With the jobs of the manifest, in a daemon thread that keeps no process alive."""
    install()

    [own] = install.started()
    assert len(own.get_jobs()) == len(manifest.load().jobs)
    assert {thread.daemon for thread in threading.enumerate() if thread.name == "APScheduler"} == {True}


def test_it_starts_no_scheduler_when_the_setting_is_off(install: Installer) -> None:
    """Another process runs the jobs then."""
    install(CONNECTOR_SCHEDULER=False)

    assert install.started() == []


@pytest.mark.parametrize(("command", "expected"), [("run", 1), ("sync", 0), ("scheduler", 0), ("shell", 0)])
def test_only_flask_run_starts_a_scheduler(install: Installer, command: str, expected: int) -> None:
    """A command that ends would leave a run half done."""
    flask = click.Context(FlaskGroup(name="flask"), info_name="flask")

    with click.Context(click.Command(command), info_name=command, parent=flask):
        install()

    assert len(install.started()) == expected


def test_a_web_server_with_its_own_command_starts_a_scheduler(install: Installer) -> None:
    """Web servers can use the same command line library as flask."""
    with click.Context(click.Command("serve"), info_name="serve"):
        install()

    assert len(install.started()) == 1


# --- what the jobs do ----------------------------------------------------------------------------------------------


@pytest.mark.req("A28")
def test_a_requested_run_starts_at_once(jobs: Jobs, portal: ConnectedPortal) -> None:
    """It does not wait for the next tick."""
    run_id = portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL)

    jobs.wake(run_id)

    wait_for(lambda: portal.run(run_id).status == "done", "end of the run")


def test_jobs_run_within_the_app(jobs: Jobs, portal: ConnectedPortal) -> None:
    """An LMS can read its own configuration in every call."""
    app_names: list[str] = []
    portal.wiring.feed.meanwhile = lambda: app_names.append(current_app.name)

    jobs.wake(portal.runs.request("a", RunMode.SYNC, RunTrigger.MANUAL))

    wait_for(lambda: app_names, "feed that was read")
    assert app_names == ["lms"]


@pytest.mark.parametrize("key", ["tick", "due"])
@pytest.mark.req("A23", "D8")
def test_each_job_of_the_manifest_does_something(
    jobs: Jobs, portal: ConnectedPortal, scheduler: BackgroundScheduler, clock: Clock, key: str
) -> None:
    """The tick starts the queue; the other one at least deletes old records."""
    jobs.schedule(manifest.load())
    waiting = portal.queue("sync")
    old = portal.leave_for_dead()
    with portal.database.writing() as session:
        session.get_one(RunRow, old).finished_at = clock() - timedelta(days=500)

    scheduler.modify_job(f"connector.{key}", next_run_time=datetime.now(UTC))

    if key == "tick":
        wait_for(lambda: portal.run(waiting).status == "done", "finished run")
    else:
        wait_for(lambda: [run.id for run in portal.rows(RunRow)] == [waiting], "deleted record")


def test_the_command_runs_the_jobs_until_it_is_stopped(tmp_path: Path) -> None:
    """For servers that fork: its own process, which ends at Ctrl-C."""
    settings = {**SETTINGS, "LMS_DATABASE_URL": f"sqlite:///{tmp_path / 'lms.sqlite'}", "LMS_SECRET_KEY": "x"}
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "connector", "scheduler"],
        cwd=ROOT,
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    is_running = process.poll() is None
    process.terminate()
    process.communicate(timeout=30)

    assert line == "The connector's jobs are running. Stop them with Ctrl-C.\n"
    assert is_running


# --- two processes -------------------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Services]]:
    """The database of an LMS with one connection, whose daily sync came due a minute ago."""
    sqlite = f"sqlite:///{tmp_path / 'lms.sqlite'}"
    url = sqlite if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    app = create_app({**SETTINGS, "LMS_DATABASE_URL": url, "LMS_INSTANCE_PATH": str(tmp_path)})
    services: Services = app.extensions["connector"]
    schema.upgrade(services.database.engine)
    seed(app, learners=0)
    now = datetime.now(UTC)
    with services.database.writing() as session:
        row = connections.create(session, "1", "production", ConsentMethod.PASTE, 2)
        row.state, row.first_sync_at = ConnectionState.ACTIVE, now - timedelta(days=1)
        row.next_daily_at = now - timedelta(minutes=1)
    yield url, services
    services.database.engine.dispose()


def rows(database: Database, query: sa.Executable) -> list[Any]:
    """The values that a query gives now."""
    with database.reading() as session:
        return list(session.execute(query).scalars())


@pytest.mark.req("A23", "B1")
def test_two_processes_run_the_daily_sync_once(shared: tuple[str, Services]) -> None:
    """Each has a scheduler, and both wake up at the same time: one run, each learner and mail once."""
    url, services = shared
    command = [sys.executable, "-m", "tests.jobs.scheduler_process", url]
    with ExitStack() as stack:
        workers = [
            stack.enter_context(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True))
            for _ in range(2)
        ]
        for worker in workers:
            stack.callback(worker.kill)
            assert worker.stdout is not None
            assert worker.stdout.readline() == "running\n"
        wait_for(lambda: rows(services.database, sa.select(Connection.last_read_count))[0], "daily sync")
        # Two more ticks of both, in which a second run would start.
        threading.Event().wait(2.5)

    runs = rows(services.database, sa.select(RunRow))
    emails = rows(services.database, sa.select(User.email).where(User.external_id.is_not(None)))
    mails = rows(services.database, sa.select(OutboxMail.recipient))
    assert [(run.mode, run.trigger, run.status) for run in runs] == [("sync", "daily", "done")]
    assert sorted(emails) == sorted(mails) == [f"p{number}@example.com" for number in (1, 2, 3)]
