"""The Flask extension: `Connector().init_app(app, host=…)` gives an LMS the pages, the commands and the jobs."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click
from apscheduler.schedulers.base import BaseScheduler
from flask import Flask
from flask.cli import FlaskGroup
from flask_sqlalchemy import SQLAlchemy

from connector import config, manifest
from connector.core.ports.lms import Lms
from connector.errors import ConfigurationError
from connector.jobs import Jobs
from connector.jobs.own import OwnJobs
from connector.jobs.termination import stop_on_termination
from connector.services import Services
from connector.store.db.sessions import Database
from connector.web import blueprint
from connector.web.events import receive
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
        app; an app without one gets one. `scheduler` is the LMS's own, which the LMS starts; without it the connector
        starts one with the first request of each process, unless CONNECTOR_SCHEDULER is off, the app is under test or
        the process is a command. Raises ConfigurationError.
        """
        plugin = manifest.load()
        wiring = Wiring(config.load(app.config), Database(_engine(app, db)), host, clock)
        services = Services(wiring, wake=lambda run_id: jobs.wake(run_id) if jobs else None)
        app.extensions["connector"] = services
        app.register_blueprint(blueprint(), url_prefix=plugin.blueprint.mount)
        app.register_blueprint(receive.blueprint(), url_prefix=plugin.blueprint.mount)
        jobs = _jobs(app, services, scheduler)
        if jobs:
            app.extensions["connector.jobs"] = jobs


def _engine(app: Flask, db: SQLAlchemy | None) -> Any:
    """The engine of the LMS's own Flask-SQLAlchemy: Flask refuses a second one on the same app."""
    existing = app.extensions.get("sqlalchemy")
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
        return existing.engine


def _jobs(app: Flask, services: Services, scheduler: BaseScheduler | None) -> Jobs | OwnJobs | None:
    def scheduled(on: BaseScheduler) -> Jobs:
        jobs = Jobs(app, services, on)
        jobs.schedule(manifest.load())
        return jobs

    if scheduler is not None:
        return scheduled(scheduler)
    if not services.config.scheduler or _is_command():
        return None
    own = OwnJobs(app, scheduled)
    # A preprocessor runs before the LMS's own checks, of which one could answer the request.
    app.url_value_preprocessor(lambda endpoint, values: own.begin())
    stop_on_termination(services.wiring.stop)
    return own


def _is_command() -> bool:
    """Whether the app was loaded for a command that ends, such as `flask connector sync`, and not for a server."""
    context = click.get_current_context(silent=True)
    if context is None or not isinstance(context.find_root().command, FlaskGroup):
        return False
    return context.info_name != "run"
