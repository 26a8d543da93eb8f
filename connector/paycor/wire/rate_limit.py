"""The rate limit of each subscription key, shared by every process that uses the key and checked before every call.

In: a subscription key; out: the seconds to wait before the call. No call is refused, and an unreachable counter stops
no sync. The counter has a fingerprint of the key, never the key. The clock is the machine's: the `limits` library reads
no other.
"""

import logging
import time
from collections.abc import Callable
from functools import cached_property
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

#: Calls per minute of a subscription key, over all of Paycor. Source: Paycor Public API v1, read 2026-07.
CALLS = 1000
#: The minute plus one second: calls do not reach Paycor exactly as far apart as they were counted.
WINDOW_S = 61
#: How long a process counts on its own after it could not reach the shared counter.
FALLBACK_S = 60.0
#: The longest wait for the counter itself.
COUNTER_TIMEOUT_S = 2.0
#: The URL schemes of a shared counter.
SCHEMES = ("redis", "rediss", "redis+unix", "valkey", "valkeys", "valkey+unix")
#: The shortest pause, so that several waiting threads do not ask in a tight loop.
SHORTEST_PAUSE_S = 0.01


class RateLimiter:
    """Counts the calls of each subscription key and allows at most `calls` in any `window_s` seconds.

    With the `url` of a Redis or Valkey, all processes with that URL count together; without it each process counts on
    its own. Raises ConfigurationError when the URL cannot be used.
    """

    def __init__(self, url: str | None = None, *, calls: int = CALLS, window_s: int = WINDOW_S) -> None:
        self._item = RateLimitItemPerSecond(calls, window_s, namespace="connector")
        self._shared = MovingWindowRateLimiter(_storage(url)) if url else None
        self._fallback_until = 0.0

    @cached_property
    def _local(self) -> MovingWindowRateLimiter:
        """The counter of this process. It starts a thread, which an app that is only created must not do."""
        return MovingWindowRateLimiter(MemoryStorage())

    def for_key(self, subscription_key: str) -> "KeyRateLimit":
        """The rate limit of one subscription key."""
        return KeyRateLimit(self, blake2b(subscription_key.encode(), digest_size=16).hexdigest())

    def wait_s(self, name: str) -> float:
        """Count a call under `name` and return 0. At the limit, return the seconds until the next try instead."""
        if self._shared is not None and time.monotonic() >= self._fallback_until:
            try:
                return self._hit(self._shared, name)
            except StorageError as error:
                self._fallback_until = time.monotonic() + FALLBACK_S
                log.warning(
                    "the counter of CONNECTOR_RATE_LIMIT_URL does not answer (%s): for %.0f seconds this process "
                    "counts its calls to Paycor on its own",
                    type(error.storage_error).__name__,
                    FALLBACK_S,
                )
        return self._hit(self._local, name)

    def _hit(self, limiter: MovingWindowRateLimiter, name: str) -> float:
        if limiter.hit(self._item, name):
            return 0.0
        next_slot_s = limiter.get_window_stats(self._item, name).reset_time - time.time()
        # The clocks of two machines may differ: no wait is longer than a whole window.
        return min(max(next_slot_s, SHORTEST_PAUSE_S), float(self._item.get_expiry()))


class KeyRateLimit:
    """The rate limit of one subscription key. Thread-safe."""

    def __init__(self, limiter: RateLimiter, name: str) -> None:
        self._limiter = limiter
        self._name = name

    def wait_s(self) -> float:
        """Count a call and return 0 when it may go now; otherwise return the seconds until the next try."""
        return self._limiter.wait_s(self._name)

    def wait(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Return when the call may go."""
        while pause_s := self.wait_s():
            sleep(pause_s)


def _storage(url: str) -> Storage:
    """The counter at a URL. Errors do not repeat the URL: it may contain a password."""
    scheme = urlsplit(url).scheme
    if scheme not in SCHEMES:
        raise ConfigurationError(
            f"CONNECTOR_RATE_LIMIT_URL must start with one of {', '.join(f'{one}://' for one in SCHEMES)}. Example: "
            "redis://127.0.0.1:6379/0."
        )
    timeouts = {"socket_timeout": COUNTER_TIMEOUT_S, "socket_connect_timeout": COUNTER_TIMEOUT_S}
    try:
        storage = storage_from_string(url, wrap_exceptions=True, **timeouts)
    except UnusableStorage:
        raise ConfigurationError(
            f"CONNECTOR_RATE_LIMIT_URL starts with {scheme}, and the client for it is not installed. Install "
            "lms-paycor-connector[redis] and use redis://, which also works for a Valkey."
        ) from None
    except ValueError:
        raise ConfigurationError(
            "CONNECTOR_RATE_LIMIT_URL is not a valid address. Use one like redis://127.0.0.1:6379/0."
        ) from None
    return cast(Storage, storage)
