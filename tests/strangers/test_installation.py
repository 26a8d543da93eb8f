"""An app that has something of its own where the connector wants to be: it works, or one sentence says what to do."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from flask_apscheduler import APScheduler
from flask_sqlalchemy import SQLAlchemy

from connector import Connector, manifest
from connector.errors import ConfigurationError
from tests.project.distribution import ROOT
from tests.strangers.stranger import example, install, new_app


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """An LMS on SQLite; its connections are closed after the test."""
    app = new_app(f"sqlite:///{tmp_path / 'lms.sqlite'}")
    yield app
    if "sqlalchemy" in app.extensions:
        with app.app_context():
            for engine in app.extensions["sqlalchemy"].engines.values():
                engine.dispose()


def test_a_blueprint_of_the_lms_with_our_name_is_named(app: Flask) -> None:
    """Two blueprints of one name cannot be told apart; nothing of ours is left behind."""
    app.register_blueprint(Blueprint("connector", "lms"), url_prefix="/connectors")

    with pytest.raises(ConfigurationError, match=r"its own blueprint called 'connector'.*another name"):
        install(app)
    assert "connector" not in app.extensions


def test_an_extension_of_the_lms_with_our_name_is_not_overwritten(app: Flask) -> None:
    """It would stop working with an error of ours."""
    theirs = app.extensions["connector"] = object()

    with pytest.raises(ConfigurationError, match="its own extension called 'connector'"):
        install(app)
    assert app.extensions["connector"] is theirs


def test_a_second_installation_is_refused(app: Flask) -> None:
    """An app factory may call it twice by mistake."""
    install(app)

    with pytest.raises(ConfigurationError, match="already installed"):
        Connector(app, host=example().SmallLms(example().db))


def test_an_lms_without_a_default_database_is_told_which_setting_is_missing(tmp_path: Path) -> None:
    """Only bound databases: the connector would not know which of them may have its tables."""
    binds = {"users": f"sqlite:///{tmp_path / 'users.sqlite'}"}
    app = new_app("", SQLALCHEMY_DATABASE_URI=None, SQLALCHEMY_BINDS=binds)
    db = SQLAlchemy(app)

    with pytest.raises(ConfigurationError, match=r"SQLALCHEMY_BINDS\. Set SQLALCHEMY_DATABASE_URI"):
        Connector(app, host=example().SmallLms(db), db=db)


def test_flask_apschedulers_object_is_a_scheduler_too(app: Flask) -> None:
    """Most LMSs have that and not the plain one."""
    theirs = APScheduler(app=app)
    lms = example()
    lms.db.init_app(app)

    Connector(app, host=lms.SmallLms(lms.db), db=lms.db, scheduler=theirs)
    theirs.scheduler.start(paused=True)
    jobs = theirs.scheduler.get_jobs()
    theirs.scheduler.shutdown()

    assert len(jobs) == len(manifest.load().jobs)


def test_what_is_no_scheduler_is_named(app: Flask) -> None:
    """A Celery app, for example."""
    lms = example()
    lms.db.init_app(app)

    with pytest.raises(ConfigurationError, match=r"is object, which is no scheduler of APScheduler 3"):
        Connector(app, host=lms.SmallLms(lms.db), db=lms.db, scheduler=object())


def test_the_test_runner_of_the_lms_finds_the_commands(app: Flask) -> None:
    """It knows the commands of the app alone."""
    services = install(app)
    runner = app.test_cli_runner()

    listed, asked = (
        runner.invoke(args=["connector", "--help"]),
        runner.invoke(args=["connector", "db", "check"]),
    )

    assert "doctor" in listed.output
    assert (asked.exit_code, "as this release needs them" in asked.output) == (0, True), asked.output
    services.database.engine.dispose()


@pytest.mark.parametrize("command", ["routes", "shell", "run", "of-the-lms", "--help"])
def test_a_command_without_our_key_says_so_in_one_line(command: str) -> None:
    """The LMS's own commands load the app too, as when its image is built."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CONNECTOR_")}

    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", command],
        cwd=ROOT / "examples" / "minimal",
        env={**environment, "FLASK_SQLALCHEMY_DATABASE_URI": "sqlite://"},
        capture_output=True,
        text=True,
        check=False,
    )

    [line] = [line for line in done.stderr.splitlines() if line.startswith("Error: CONNECTOR")]
    assert "CONNECTOR_SECRET_KEYS is not set" in line
    assert "Traceback" not in done.stderr + done.stdout
