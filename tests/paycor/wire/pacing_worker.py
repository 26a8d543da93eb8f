"""One of several processes that share a subscription key: `python -m tests.paycor.wire.pacing_worker`.

On standard input it is given, as one JSON line, what to do; it says `ready`, waits for another line, then calls.
"""

import sys
from datetime import UTC, datetime

import msgspec

from connector.paycor.auth.credentials import Credentials, MemoryTokenStore, Tokens
from connector.paycor.auth.tokens import TokenKeeper
from connector.paycor.discovery import ACTIVATED_PATH
from connector.paycor.environments import environment
from connector.paycor.wire.client import Client
from connector.paycor.wire.pacing import Pacing


class Orders(msgspec.Struct):
    """Who to call as, how often, and the limit to keep: `calls` in `window_s`, counted at `counter_url`."""

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


def obey(orders: Orders) -> None:
    """Make the calls, one token call among them, as fast as the limit allows."""
    place = environment("production", orders.base_url, None)
    credentials = Credentials(orders.client_id, orders.client_secret, orders.subscription_key, "")
    pace = Pacing(orders.counter_url, calls=orders.calls, window_s=orders.window_s).of(
        orders.subscription_key
    )
    store = MemoryTokenStore(Tokens("", orders.refresh_token, _now()))
    keeper = TokenKeeper(store, place, credentials, _now, await_turn=pace.wait)
    client = Client(place, credentials, keeper, clock=_now, pace=pace.wait_s)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for _ in range(orders.rounds):
        client.get(ACTIVATED_PATH)


if __name__ == "__main__":
    obey(msgspec.json.decode(sys.stdin.readline(), type=Orders))
