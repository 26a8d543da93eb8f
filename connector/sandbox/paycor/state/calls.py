"""The call log: the clients' calls and the status of each answer, without anything secret or personal.

It keeps the newest 20,000 calls and a count per path; query values that could be secret or name a person
are left out.
"""

import fnmatch
import hashlib
import threading
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

#: Query parameters whose values may be kept; of all others only the name is kept.
_PLAIN = frozenset(
    {"include", "emailtype", "statusfilter", "departmentcode", "workercategory", "workcountrycode"}
)
_NEWEST = 20_000
#: The number of paths with a count of their own; further ones share one count, so that memory stays flat.
_COUNTED_PATHS = 5_000


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One call, from `began_at` to its answer `at`.

    `query` has (name, value) pairs in the order sent; a value left out is "…".
    """

    began_at: datetime
    at: datetime
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    status: int
    key: str | None


def fingerprint(secret: str | None) -> str | None:
    """Eight hex digits that are the same for two calls with the same key."""
    return hashlib.sha256(secret.encode()).hexdigest()[:8] if secret else None


def without_secrets(query: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """A query without the values that are not known to be harmless."""
    return tuple((name, value if name.lower() in _PLAIN else "…") for name, value in query)


class CallLog:
    """The calls since the last clearing."""

    def __init__(self) -> None:
        """An empty log."""
        self._lock = threading.Lock()
        self._calls: deque[LoggedCall] = deque(maxlen=_NEWEST)
        self._count: Counter[tuple[str, str]] = Counter()

    def add(self, call: LoggedCall) -> None:
        """Log a call."""
        with self._lock:
            self._calls.append(call)
            key = (call.method, call.path.lower())
            if key not in self._count and len(self._count) >= _COUNTED_PATHS:
                key = (call.method, "(other paths)")
            self._count[key] += 1

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._calls.clear()
            self._count.clear()

    def report(self, pattern: str = "*", method: str | None = None, newest: int = 1000) -> dict[str, object]:
        """Calls whose path matches a shell pattern, in any case: their number, a count per path, the newest ones."""

        def fits(call_method: str, path: str) -> bool:
            return method in (None, call_method) and fnmatch.fnmatchcase(path.lower(), pattern.lower())

        with self._lock:
            count = {f"{m} {path}": n for (m, path), n in self._count.items() if fits(m, path)}
            calls = [call for call in self._calls if fits(call.method, call.path)]
        rows = [
            {**asdict(call), "began_at": call.began_at.isoformat(), "at": call.at.isoformat()}
            for call in calls[-newest:]
        ]

        return {"count": sum(count.values()), "by_path": count, "calls": rows}
