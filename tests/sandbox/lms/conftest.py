"""A seeded LMS without plugins, on SQLite; the same without seed on each database; and its Northfield host."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from connector.core.ports.host import Host
from connector.sandbox.lms import BuiltInLms, create_app, db, seed
from tests.clock import Clock

LEARNERS = 6
NORTHFIELD_ID = "1"
DAYTON_ID = "2"
SEEDED_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

MakeApp = Callable[..., Flask]


@contextmanager
def running(**config: Any) -> Iterator[Flask]:
    """An LMS whose connections are closed at the end."""
    app = create_app({"TESTING": True, "LMS_PLUGINS": [], **config})
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(scope="session")
def seeded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance folder of a seeded LMS, to be copied: hashing its passwords takes a moment."""
    folder = tmp_path_factory.mktemp("seeded")
    with running(LMS_INSTANCE_PATH=str(folder), LMS_CLOCK=lambda: SEEDED_AT) as app:
        seed(app, LEARNERS)
    return folder


@pytest.fixture
def make_app(seeded_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[MakeApp]:
    """Starts a seeded LMS with what the test adds to its configuration."""
    folder = tmp_path / "instance"
    shutil.copytree(seeded_folder, folder)
    running_apps = []

    def make(**config: Any) -> Flask:
        context = running(LMS_INSTANCE_PATH=str(folder), LMS_CLOCK=clock, **config)
        running_apps.append(context)
        return context.__enter__()

    yield make
    for context in running_apps:
        context.__exit__(None, None, None)


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """A seeded LMS without plugins."""
    return make_app()


@pytest.fixture
def host(app: Flask) -> Host:
    """Northfield's user API."""
    return host_of(app, NORTHFIELD_ID)


@pytest.fixture
def any_app(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    """A seeded LMS on each database that is supported."""
    with running(LMS_INSTANCE_PATH=str(tmp_path), LMS_DATABASE_URL=database_url, LMS_CLOCK=clock) as app:
        seed(app, learners=3)
        yield app


def host_of(app: Flask, portal_id: str) -> Host:
    """A portal's user API."""
    with app.app_context():
        return BuiltInLms(db).host(portal_id)
