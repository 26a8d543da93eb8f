"""The jobs run somewhere, as far as an installation can tell from inside."""

import pytest

from connector.store import heartbeat


@pytest.fixture(autouse=True)
def jobs_have_run(request: pytest.FixtureRequest) -> None:
    """A tick has just begun, wherever a test has the whole system."""
    if "whole" in request.fixturenames:
        services = request.getfixturevalue("whole").services
        with services.database.writing() as session:
            heartbeat.beat(session, services.clock())
