"""The servers for the browser: the sandbox Paycor as a process, the built-in LMS served on a port of its own."""

from collections.abc import Iterator

import pytest

from connector.sandbox.demo.servers import DemoServers, running_servers
from connector.sandbox.lms import seed
from connector.services import Services
from connector.store import schema

PEOPLE = 60


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServers]:
    """Sixty people at Paycor, two portals in the LMS, nothing connected yet; the jobs run."""
    with running_servers(tmp_path_factory.mktemp("stage"), people=PEOPLE, port=0, scheduler=True) as made:
        services: Services = made.app.extensions["connector"]
        with made.app.app_context():
            schema.upgrade(services.database.engine)
            seed(made.app, learners=3)
        yield made
