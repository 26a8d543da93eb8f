"""The shared fixtures themselves, so that a fault in them does not look like a fault in the code."""

import socket
from datetime import date, timedelta

import pytest
from pytest_socket import SocketConnectBlockedError
from sqlalchemy import create_engine, text

from tests.clock import Clock


def test_the_clock_moves_only_when_a_test_moves_it(clock: Clock, today: date) -> None:
    """Two readings are equal until `advance`."""
    first, second = clock(), clock()

    assert second == first
    assert clock.advance(timedelta(days=1)).date() == today + timedelta(days=1)


def test_no_test_reaches_another_machine() -> None:
    """A connection to anything but this machine is refused before a packet leaves."""
    with (
        socket.socket() as outward,
        pytest.warns(UserWarning, match="socket.connect"),
        pytest.raises(SocketConnectBlockedError),
    ):
        outward.connect(("192.0.2.1", 80))


@pytest.mark.parametrize("_time", [1, 2])
def test_every_postgres_database_is_empty_at_first(postgres_url: str, _time: int) -> None:
    """No test finds what another one left behind."""
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        count = connection.scalar(text("select count(*) from pg_tables where schemaname = 'public'"))
        connection.execute(text("create table left_behind (id int)"))
    engine.dispose()

    assert count == 0


def test_chromium_is_the_systems_own(page: object, browser_type_launch_args: dict[str, object]) -> None:
    """A page opens, in a browser that no test tool downloaded."""
    assert page is not None
    assert str(browser_type_launch_args["executable_path"]).startswith("/usr/")
