"""One of several processes that share a subscription key: `python -m tests.paycor.wire.rate_limit_worker`.

It reads its orders as one JSON line from standard input, prints `ready`, waits for another line, and makes its calls.
"""

import sys
from datetime import UTC, datetime

import msgspec

from connector.paycor.auth.credentials import Credentials, MemoryTokenStore, Tokens
from connector.paycor.auth.tokens import TokenRefresher
from connector.paycor.discovery import ACTIVATED_PATH
from connector.paycor.environments import resolve_environment
from connector.paycor.wire.client import Client
from connector.paycor.wire.rate_limit import RateLimiter


class Orders(msgspec.Struct):
    """The Paycor application, how often to call, and the limit: `calls` in `window_s`, counted at `counter_url`."""

    base_url: str
    client_id: str
    client_secret: str
    subscription_key: str
    refresh_token: str
    rounds: int
    calls: int
    window_s: int
    counter_url: str | None = None


def _now() -> datetime:
    return datetime.now(UTC)


def run(orders: Orders) -> None:
    """Make the calls, one token call among them, as fast as the limit allows."""
    environment = resolve_environment("production", orders.base_url, None)
    credentials = Credentials(orders.client_id, orders.client_secret, orders.subscription_key, "")
    rate_limit = RateLimiter(orders.counter_url, calls=orders.calls, window_s=orders.window_s).for_key(
        orders.subscription_key
    )
    store = MemoryTokenStore(Tokens("", orders.refresh_token, _now()))
    refresher = TokenRefresher(store, environment, credentials, _now, wait_for_rate_limit=rate_limit.wait)
    client = Client(environment, credentials, refresher, clock=_now, rate_limit=rate_limit.wait_s)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for _ in range(orders.rounds):
        client.get(ACTIVATED_PATH)


if __name__ == "__main__":
    run(msgspec.json.decode(sys.stdin.readline(), type=Orders))
