"""Installing the connector: into an LMS with its own database, into one without, and refused."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from cryptography.fernet import Fernet
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from connector import Connector, manifest
from connector.core.ports.lms import Portal
from connector.errors import ConfigurationError
from connector.services import Services
from connector.store import schema
from connector.store.db.vault import new_key
from tests.services.portal import OneHostLms

LMS = OneHostLms({"a": Portal("a", "Top")})


Maker = Callable[..., Flask]


@pytest.fixture
def an_app(tmp_path: Path) -> Iterator[Maker]:
    """Makes Flask apps by name, each with its own SQLite file; keyword arguments are settings."""
    apps = []

    def make(name: str = "lms", **settings: Any) -> Flask:
        app = Flask(name)
        app.config.update(
            SECRET_KEY="for a test",
            SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path / name}.sqlite",
            CONNECTOR_SECRET_KEYS=new_key(),
            CONNECTOR_SCHEDULER=False,
        )
        app.config.update(settings)
        apps.append(app)
        return app

    yield make
    for app in apps:
        if "connector" in app.extensions:
            services(app).database.engine.dispose()


@pytest.fixture
def app(an_app: Maker) -> Flask:
    """One of them."""
    return an_app()


def services(app: Flask) -> Services:
    """The connector of an app."""
    extension = app.extensions["connector"]
    assert isinstance(extension, Services)
    return extension


def test_it_takes_the_lmss_own_database(app: Flask) -> None:
    """The same connections, and no second Flask-SQLAlchemy."""
    db = SQLAlchemy(app)

    Connector(app, host=LMS, db=db)

    with app.app_context():
        assert services(app).database.engine.pool is db.engine.pool
    assert app.extensions["sqlalchemy"] is db


def test_it_finds_the_database_of_the_app(app: Flask) -> None:
    """An LMS need not pass a `db` that is already on the app."""
    db = SQLAlchemy(app)

    Connector().init_app(app, host=LMS)

    with app.app_context():
        assert services(app).database.engine.pool is db.engine.pool


@pytest.mark.parametrize("on_the_app", [False, True], ids=["not yet on the app", "another one on the app"])
def test_another_database_than_the_apps_is_refused(app: Flask, on_the_app: bool) -> None:
    """The message says which call is missing, instead of a failure at the first query."""
    if on_the_app:
        SQLAlchemy(app)

    with pytest.raises(ConfigurationError, match=r"Call db\.init_app\(app\) first"):
        Connector(app, host=LMS, db=SQLAlchemy())


def test_an_app_without_flask_sqlalchemy_gets_it(app: Flask) -> None:
    """On the database that the app's settings name."""
    Connector(app, host=LMS)
    schema.upgrade(services(app).database.engine)

    with app.app_context():
        assert schema.is_current(app.extensions["sqlalchemy"].engine)


def test_an_app_without_any_database_is_refused(an_app: Maker) -> None:
    """The message names both ways out."""
    with pytest.raises(ConfigurationError, match="as `db`, or set SQLALCHEMY_DATABASE_URI"):
        Connector(an_app(SQLALCHEMY_DATABASE_URI=None), host=LMS)


def test_a_second_app_of_the_process_is_another_connector(an_app: Maker) -> None:
    """The extension stores nothing of an app, so one object can serve several."""
    connector, apps = Connector(), [an_app("one"), an_app("two")]
    for app in apps:
        connector.init_app(app, host=LMS)
    schema.upgrade(services(apps[0]).database.engine)

    assert [schema.is_current(services(app).database.engine) for app in apps] == [True, False]


def test_two_apps_can_share_a_scheduler(an_app: Maker) -> None:
    """Each has its own jobs on it."""
    scheduler = BackgroundScheduler()
    for name in ("one", "two"):
        Connector(an_app(name), host=LMS, scheduler=scheduler)
    scheduler.start(paused=True)
    jobs = sorted(job.id for job in scheduler.get_jobs())
    scheduler.shutdown()

    assert jobs == sorted([f"connector.{job.key}" for job in manifest.load().jobs] * 2)


def test_the_pages_are_at_the_mount_of_the_manifest(app: Flask) -> None:
    """The menu entry of the LMS leads to them."""
    Connector(app, host=LMS)
    plugin = manifest.load()

    ours = [rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("connector.")]
    assert [rule for rule in ours if not rule.startswith(plugin.blueprint.mount)] == []
    assert plugin.blueprint.name in app.blueprints
    assert len(ours) > 10


def test_in_production_it_does_not_start_without_a_key(an_app: Maker) -> None:
    """Secrets would be stored in plain text; the message has the command that makes a key."""
    with pytest.raises(
        ConfigurationError, match="CONNECTOR_SECRET_KEYS is not set.*flask connector secret-key"
    ):
        Connector(an_app(CONNECTOR_SECRET_KEYS=None), host=LMS)


def test_the_key_can_be_made_before_the_app_can_start(tmp_path: Path) -> None:
    """The command is found without loading the app, which refuses to start."""
    (tmp_path / "refuses.py").write_text("raise RuntimeError('no key')\n", encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CONNECTOR_")}

    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "refuses", "connector", "secret-key"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    Fernet(done.stdout.strip())
    assert done.stderr == ""
