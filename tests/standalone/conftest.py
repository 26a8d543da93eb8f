"""A stand-alone connector with a host in memory."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from connector.hosts import MemoryHost
from connector.services import Services
from connector.standalone import create_app
from connector.store import schema
from connector.store.db.vault import new_key
from tests.clock import Clock
from tests.hosts.memory_rig import FIELDS


def services(app: Flask) -> Services:
    """The connector of the app."""
    extension = app.extensions["connector"]
    assert isinstance(extension, Services)
    return extension


@pytest.fixture
def site(clock: Clock) -> MemoryHost:
    """The remote LMS."""
    return MemoryHost(FIELDS, clock=clock)


@pytest.fixture
def make(tmp_path: Path, clock: Clock, site: MemoryHost) -> Callable[..., Flask]:
    """Creates the app with its tables."""

    def create(**values: Any) -> Flask:
        app = create_app(
            {
                "INSTANCE_PATH": str(tmp_path),
                "CONNECTOR_HOST": "moodle",
                "CONNECTOR_ENV": "development",
                "CONNECTOR_SECRET_KEYS": new_key(),
                "CONNECTOR_SCHEDULER": "false",
                "CONNECTOR_PORTAL_NAME": "Northfield Academy",
                **values,
            },
            new_host=lambda: site,
            clock=clock,
        )
        schema.upgrade(services(app).database.engine)
        return app

    return create
