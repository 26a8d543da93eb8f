"""LearnUpon's limit of calls a minute and a week: headers of answers in, waits out.

Source: "API Throttling and Rate Limits" of its documentation. The limits are not published; only good answers have the
headers.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock

from connector.errors import HostUnavailable

MINUTE_HEADER = "X-LU-Rate-Limit-Remaining-Minute"
WEEK_HEADER = "X-LU-Rate-Limit-Remaining-Week"

MINUTE = timedelta(minutes=1)
#: The pause when the week's calls are used up: the week rolls, so that calls become free little by little.
WEEK_PAUSE = timedelta(hours=1)


class LearnUponRateLimit:
    """Delays the calls of all threads while no call is left."""

    def __init__(self, clock: Callable[[], datetime], sleep: Callable[[float], None]) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = Lock()
        self._minute_ends: datetime | None = None
        self._week_pause_ends: datetime | None = None

    def wait(self) -> None:
        """Return when a call may be made. Raises HostUnavailable when the week's calls are used up."""
        with self._lock:
            minute_s = self._seconds_until(self._minute_ends)
            week_s = self._seconds_until(self._week_pause_ends)
        if week_s > 0:
            raise HostUnavailable(
                "LearnUpon allows this portal no more calls this week. Try again in an hour, or ask its support for"
                " more calls.",
                week_s,
            )
        if minute_s > 0:
            self._sleep(minute_s)

    def update(self, headers: Mapping[str, str]) -> None:
        """Read from an answer how many calls are left; an answer without the headers changes nothing."""
        with self._lock:
            now = self._clock()
            minute, week = (headers.get(name, "").strip() for name in (MINUTE_HEADER, WEEK_HEADER))
            if minute:
                self._minute_ends = now + MINUTE if minute == "0" else None
            if week:
                self._week_pause_ends = now + WEEK_PAUSE if week == "0" else None

    def _seconds_until(self, instant: datetime | None) -> float:
        return 0.0 if instant is None else (instant - self._clock()).total_seconds()
