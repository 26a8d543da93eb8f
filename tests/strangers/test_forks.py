"""Servers that load the LMS in one process and fork: nothing of ours may be shared between the processes."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from connector import Connector
from connector.core.ports.lms import Portal
from connector.store.db.sessions import Database
from connector.store.db.vault import new_key
from tests.project.distribution import ROOT
from tests.services.portal import OneHostLms
from tests.whole import wait_for

LMS = OneHostLms({"a": Portal("a", "Top")})
REQUESTS = 100


def environment(url: str) -> dict[str, str]:
    """The settings of the smallest example, with jobs in its web workers."""
    bare = {
        name: value for name, value in os.environ.items() if not name.startswith(("CONNECTOR_", "FLASK_"))
    }
    return {
        **bare,
        "FLASK_SQLALCHEMY_DATABASE_URI": url,
        "FLASK_SECRET_KEY": "for a test",
        "CONNECTOR_ENV": "development",
        "CONNECTOR_SECRET_KEYS": new_key(),
        "CONNECTOR_SCHEDULER": "true",
    }


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def preloading_gunicorn(settings: dict[str, str], log: Path) -> Iterator[str]:
    """The address of the smallest example behind gunicorn: loaded once, then forked into three workers."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--preload",
        "--workers=3",
        f"--bind=127.0.0.1:{port}",
        "app:app",
    ]
    with log.open("w", encoding="utf-8") as output:
        server = subprocess.Popen(
            command, cwd=ROOT / "examples" / "minimal", env=settings, stdout=output, stderr=output
        )
        try:
            wait_for(lambda: answers(port), "server on the port", pause_s=0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(60)


def answers(port: int) -> bool:
    """Whether somebody listens on the port."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.req("B3")
def test_a_server_that_forks_answers_every_request(postgres_url: str, tmp_path: Path) -> None:
    """The example opens a connection while it is loaded; each worker opens its own, and has its own jobs."""
    settings = environment(postgres_url)
    upgrade = [sys.executable, "-m", "flask", "--app", "app", "connector", "db", "upgrade"]
    subprocess.run(upgrade, cwd=ROOT / "examples" / "minimal", env=settings, check=True, capture_output=True)
    engine = sa.create_engine(postgres_url)

    with preloading_gunicorn(settings, tmp_path / "log") as address:
        browser = requests.Session()
        entered = browser.get(f"{address}/sign-in")
        assert entered.status_code == 200, entered.text

        def page(number: int) -> int:
            return requests.get(
                f"{address}/settings/integrations/hr/", cookies=browser.cookies, timeout=60
            ).status_code

        with ThreadPoolExecutor(6) as visitors:
            statuses = list(visitors.map(page, range(REQUESTS)))
        wait_for(lambda: heartbeats(engine), "job in a worker")

    engine.dispose()
    assert statuses == [200] * REQUESTS, (tmp_path / "log").read_text(encoding="utf-8")


def heartbeats(engine: sa.Engine) -> int:
    """How many signs of life the jobs have left."""
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM connector_heartbeat").scalar_one())


def an_app(folder: Path, **settings: object) -> Flask:
    """An LMS with the connector and its own scheduler."""
    app = Flask("lms")
    app.config.update(
        SECRET_KEY="for a test",
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'lms.sqlite'}",
        CONNECTOR_SECRET_KEYS=new_key(),
        **settings,
    )
    Connector(app, host=LMS, db=SQLAlchemy(app))
    app.add_url_rule("/", "home", lambda: "home")
    return app


def test_an_app_that_is_only_created_starts_no_thread(tmp_path: Path) -> None:
    """A factory is called for a shell, a test and a reloader too, and a server may fork after it."""
    before = set(threading.enumerate())

    apps = [an_app(tmp_path) for _ in range(20)]

    assert set(threading.enumerate()) - before == set()
    assert all(app.extensions["connector.jobs"] for app in apps)


def test_the_jobs_begin_with_the_first_request(tmp_path: Path) -> None:
    """Any page of the LMS is one, also one that does not exist; a second one starts nothing more."""
    app = an_app(tmp_path)
    before = set(threading.enumerate())

    app.test_client().get("/missing")
    begun = schedulers(before)
    app.test_client().get("/")

    assert begun == schedulers(before) == 1
    assert app.extensions["connector.jobs"].is_running
    app.extensions["connector.jobs"].stop()
    assert not app.extensions["connector.jobs"].is_running


def schedulers(before: set[threading.Thread]) -> int:
    """How many threads of a scheduler have started since."""
    return sum(thread.name == "APScheduler" for thread in set(threading.enumerate()) - before)


def test_an_app_under_test_has_no_jobs(tmp_path: Path) -> None:
    """An LMS's own tests get no second thread that writes to their database."""
    app = an_app(tmp_path)
    app.testing = True
    before = set(threading.enumerate())

    app.test_client().get("/")

    assert schedulers(before) == 0


def test_a_child_has_connections_of_its_own(tmp_path: Path) -> None:
    """Two processes on one socket read each other's answers."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'lms.sqlite'}")
    database = Database(engine)
    with database.reading() as session:
        session.execute(sa.text("SELECT 1"))
    assert idle(engine) == 1

    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.write(writer, str(idle(engine)).encode())
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(reader, 10) == b"0"
    assert idle(engine) == 1
    os.close(reader)
    os.close(writer)
    engine.dispose()


def idle(engine: sa.Engine) -> int:
    """How many open connections wait in the pool."""
    assert isinstance(engine.pool, sa.QueuePool)
    return engine.pool.checkedin()
