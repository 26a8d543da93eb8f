"""The rate limit of a subscription key, kept by all who share it: asked before every call to Paycor.

In: a subscription key; out: how long to wait before the call. Nobody is refused, and a counter that cannot be reached
stops no sync. Keys are counted under a fingerprint, never under themselves. The time is that of the machine, because
the library that counts reads no other.
"""

import logging
import time
from collections.abc import Callable
from hashlib import blake2b
from typing import cast
from urllib.parse import urlsplit

from limits import RateLimitItemPerSecond
from limits.errors import ConfigurationError as UnusableStorage
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from connector.errors import ConfigurationError

log = logging.getLogger(__name__)

#: How many calls a subscription key has in a minute, over all of Paycor. Source: Paycor Public API v1, read 2026-07.
CALLS = 1000
#: That minute and a second more: calls do not arrive at Paycor exactly as far apart as they were counted.
WINDOW_S = 61
#: For how long each process counts by itself after the counter they share could not be reached.
ALONE_S = 60.0
#: Longer than this no call waits for the counter itself.
COUNTER_TIMEOUT_S = 2.0
#: What a shared counter may be, as the scheme of its URL.
SCHEMES = ("redis", "rediss", "redis+unix", "valkey", "valkeys", "valkey+unix")
#: The shortest pause: whoever waits for the same place as others does not ask without end.
SHORTEST_PAUSE_S = 0.01


class Pacing:
    """Counts the calls of each subscription key: never more than `calls` in any `window_s` seconds.

    With the `url` of a Redis or Valkey all processes that have it count together, else every process by itself.
    Raises ConfigurationError when the URL is none that can be counted at.
    """

    def __init__(self, url: str | None = None, *, calls: int = CALLS, window_s: int = WINDOW_S) -> None:
        self._item = RateLimitItemPerSecond(calls, window_s, namespace="connector")
        self._alone = MovingWindowRateLimiter(MemoryStorage())
        self._shared = MovingWindowRateLimiter(_storage(url)) if url else self._alone
        self._alone_until = 0.0

    def of(self, subscription_key: str) -> "Pace":
        """The limit of one key."""
        return Pace(self, blake2b(subscription_key.encode(), digest_size=16).hexdigest())

    def wait_s(self, name: str) -> float:
        """Count a call under `name` and give 0; at the limit count nothing and give the seconds to ask again after."""
        if time.monotonic() >= self._alone_until:
            try:
                return self._asked(self._shared, name)
            except StorageError as error:
                self._alone_until = time.monotonic() + ALONE_S
                log.warning(
                    "the counter of CONNECTOR_RATE_LIMIT_URL does not answer (%s): for %.0f seconds this process "
                    "counts its calls to Paycor by itself",
                    type(error.storage_error).__name__,
                    ALONE_S,
                )
        return self._asked(self._alone, name)

    def _asked(self, limiter: MovingWindowRateLimiter, name: str) -> float:
        if limiter.hit(self._item, name):
            return 0.0
        frees_s = limiter.get_window_stats(self._item, name).reset_time - time.time()
        # The clocks of two machines may differ: nobody waits for longer than a whole window.
        return min(max(frees_s, SHORTEST_PAUSE_S), float(self._item.get_expiry()))


class Pace:
    """The limit of one subscription key; may be shared between threads."""

    def __init__(self, pacing: Pacing, name: str) -> None:
        self._pacing = pacing
        self._name = name

    def wait_s(self) -> float:
        """0 when the call may go now, which counts it; else the seconds after which to ask again."""
        return self._pacing.wait_s(self._name)

    def wait(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Come back when the call may go."""
        while pause_s := self.wait_s():
            sleep(pause_s)


def _storage(url: str) -> Storage:
    """Where a URL says to count. The URL is not repeated in an error: it may have a password in it."""
    scheme = urlsplit(url).scheme
    if scheme not in SCHEMES:
        raise ConfigurationError(
            f"CONNECTOR_RATE_LIMIT_URL has to begin with one of {', '.join(f'{one}://' for one in SCHEMES)}, as in "
            "redis://127.0.0.1:6379/0."
        )
    patience = {"socket_timeout": COUNTER_TIMEOUT_S, "socket_connect_timeout": COUNTER_TIMEOUT_S}
    try:
        found = storage_from_string(url, wrap_exceptions=True, **patience)
    except UnusableStorage:
        raise ConfigurationError(
            f"CONNECTOR_RATE_LIMIT_URL begins with {scheme}, and the client for that is not installed: install "
            "lms-paycor-connector[redis] and use redis://, which a Valkey answers as well."
        ) from None
    except ValueError:
        raise ConfigurationError(
            "CONNECTOR_RATE_LIMIT_URL cannot be read. Give an address such as redis://127.0.0.1:6379/0."
        ) from None
    return cast(Storage, found)
