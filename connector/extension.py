"""The Flask extension: `Connector().init_app(app, host=…)` gives an LMS the pages, the commands and the jobs."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from apscheduler.schedulers.base import BaseScheduler
from flask import Flask, has_request_context, request
from flask_sqlalchemy import SQLAlchemy

from connector import config, manifest
from connector.command_line import LoadedCommands, is_command, refusing_plainly
from connector.core.ports.lms import Lms
from connector.errors import ConfigurationError
from connector.jobs import Jobs
from connector.jobs.own import OwnJobs
from connector.jobs.termination import stop_on_termination
from connector.services import Services
from connector.store.db.lent import LentConnection
from connector.store.db.sessions import Database
from connector.web import blueprint
from connector.web.events import receive
from connector.web.frame.access import NAME
from connector.wiring import Wiring


class Connector:
    """The extension. It stores nothing of an app itself: `app.extensions["connector"]` is the app's `Services`."""

    def __init__(self, app: Flask | None = None, **options: Any) -> None:
        if app is not None:
            self.init_app(app, **options)

    def init_app(
        self,
        app: Flask,
        *,
        host: Lms,
        db: SQLAlchemy | None = None,
        scheduler: BaseScheduler | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Install the connector into an LMS.

        `host` is the LMS's own class (`core.ports.lms.Lms`). `db` is its Flask-SQLAlchemy, already initialized on the
        app; an app without one gets one. `scheduler` is the LMS's own (APScheduler or Flask-APScheduler), which the LMS
        starts; without it the connector starts one with the first request of each process, unless CONNECTOR_SCHEDULER
        is off, the app is under test or the process is a command. Raises ConfigurationError.
        """
        with refusing_plainly():
            self._install(app, host, db, scheduler, clock)

    def _install(
        self,
        app: Flask,
        host: Lms,
        db: SQLAlchemy | None,
        scheduler: BaseScheduler | None,
        clock: Callable[[], datetime],
    ) -> None:
        plugin = manifest.load()
        _check_names(app)
        wiring = Wiring(config.load(app.config), _database(app, db), host, clock)
        services = Services(wiring, wake=lambda run_id: jobs.wake(run_id) if jobs else None)
        app.extensions[NAME] = services
        app.register_blueprint(blueprint(), url_prefix=plugin.blueprint.mount)
        app.register_blueprint(receive.blueprint(), url_prefix=plugin.blueprint.mount)
        app.cli.add_command(LoadedCommands(NAME, help="Keep the learners of this LMS in sync with Paycor."))
        jobs = _jobs(app, services, scheduler)
        if jobs:
            app.extensions["connector.jobs"] = jobs


def _database(app: Flask, db: SQLAlchemy | None) -> Database:
    """The engine of the LMS's own Flask-SQLAlchemy, of which a page of ours takes one connection at a time."""
    existing = _flask_sqlalchemy(app, db)
    lent = LentConnection(existing.session)

    def before_use() -> None:
        # Elsewhere the LMS may call us in the middle of its own work.
        if has_request_context() and request.blueprint in (NAME, receive.NAME):
            lent.give_back()

    with app.app_context():
        return Database(existing.engine, before_use)


def _flask_sqlalchemy(app: Flask, db: SQLAlchemy | None) -> SQLAlchemy:
    """The LMS's own: Flask refuses a second one on the same app. An app without one gets one."""
    existing: SQLAlchemy | None = app.extensions.get("sqlalchemy")
    if db is not None and existing is not db:
        raise ConfigurationError(
            "The `db` for the connector is not the one on this app. Call db.init_app(app) first, then pass the same "
            "db to the connector."
        )
    if existing is None:
        if not app.config.get("SQLALCHEMY_DATABASE_URI"):
            raise ConfigurationError(
                "The connector has no database. Pass it the LMS's own as `db`, or set SQLALCHEMY_DATABASE_URI."
            )
        existing = SQLAlchemy(engine_options={"pool_pre_ping": True})
        existing.init_app(app)
    with app.app_context():
        if None not in existing.engines:
            raise ConfigurationError(
                "The LMS's Flask-SQLAlchemy has no default database, only SQLALCHEMY_BINDS. Set "
                "SQLALCHEMY_DATABASE_URI to the one in which the connector may create its tables."
            )
    return existing


def _check_names(app: Flask) -> None:
    """Refuse an app in which our name is somebody else's, before anything of ours is in it."""
    if isinstance(app.extensions.get(NAME), Services):
        raise ConfigurationError(
            "The connector is already installed in this app: call init_app once, for one host class."
        )
    for kind, taken in (("extension", app.extensions), ("blueprint", app.blueprints)):
        for name in (NAME, receive.NAME):
            if name in taken:
                raise ConfigurationError(
                    f"The LMS has its own {kind} called {name!r}. The connector needs that name: give the other "
                    "one another name."
                )


def _jobs(app: Flask, services: Services, scheduler: BaseScheduler | None) -> Jobs | OwnJobs | None:
    def scheduled(on: BaseScheduler) -> Jobs:
        jobs = Jobs(app, services, on)
        jobs.schedule(manifest.load())
        return jobs

    if scheduler is not None:
        return scheduled(_apscheduler(scheduler))
    if not services.config.scheduler or is_command():
        return None
    own = OwnJobs(app, scheduled)
    # A preprocessor runs before the LMS's own checks, of which one could answer the request.
    app.url_value_preprocessor(lambda endpoint, values: own.begin())
    stop_on_termination(services.wiring.stop)
    return own


def _apscheduler(scheduler: Any) -> BaseScheduler:
    """The APScheduler itself; Flask-APScheduler's object has it in an attribute."""
    inner = scheduler if isinstance(scheduler, BaseScheduler) else getattr(scheduler, "scheduler", None)
    if not isinstance(inner, BaseScheduler):
        raise ConfigurationError(
            f"The `scheduler` for the connector is {type(scheduler).__name__}, which is no scheduler of APScheduler 3. "
            "Pass one that is, or none: the connector then starts its own."
        )
    return inner
