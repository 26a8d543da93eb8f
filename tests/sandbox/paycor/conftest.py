"""A sandbox of 60 people and a caller connected to it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from connector.sandbox.company import NORTHFIELD
from connector.sandbox.paycor import Sandbox, create_app, open_sandbox
from tests.clock import Clock
from tests.sandbox.paycor.caller import Caller


@pytest.fixture
def box(clock: Clock) -> Iterator[Sandbox]:
    """A sandbox of 60 people, in memory, on the clock's day."""
    box = open_sandbox(60, 1, clock.today, None, clock)
    yield box
    box.store.close()


@pytest.fixture
def pauses() -> list[float]:
    """The seconds the sandbox would have slept, in order."""
    return []


@pytest.fixture
def app(box: Sandbox, pauses: list[float]) -> Flask:
    """The sandbox as an app that never sleeps."""
    return create_app(box, pauses.append)


@pytest.fixture
def caller(box: Sandbox, app: Flask) -> Caller:
    """A caller connected to the first tenant."""
    return Caller(box, app.test_client()).connect(box.activate(NORTHFIELD))
