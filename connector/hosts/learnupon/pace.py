"""LearnUpon's own count of the calls that are left: headers of answers in, waits out.

Source: "API Throttling and Rate Limits" of its documentation. The numbers are not published; the headers come with
good answers only.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock

from connector.errors import HostUnavailable

MINUTE_HEADER = "X-LU-Rate-Limit-Remaining-Minute"
WEEK_HEADER = "X-LU-Rate-Limit-Remaining-Week"

MINUTE = timedelta(minutes=1)
#: The week's calls come back little by little, because the week rolls: this is when it is asked again.
WEEK_PAUSE = timedelta(hours=1)


class LearnUponPace:
    """Holds every thread's calls back when none are left for now."""

    def __init__(self, clock: Callable[[], datetime], sleep: Callable[[float], None]) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = Lock()
        self._minute_from: datetime | None = None
        self._week_from: datetime | None = None

    def wait(self) -> None:
        """Return when a call may be made. Raises HostUnavailable when the week's calls are used up."""
        with self._lock:
            minute_s = self._left_s(self._minute_from)
            week_s = self._left_s(self._week_from)
        if week_s > 0:
            raise HostUnavailable(
                "LearnUpon allows this portal 0 more calls this week. Try again in an hour, or ask its support"
                " for more.",
                week_s,
            )
        if minute_s > 0:
            self._sleep(minute_s)

    def note(self, headers: Mapping[str, str]) -> None:
        """Take in what an answer says is left; one that does not say changes nothing."""
        with self._lock:
            now = self._clock()
            minute, week = (headers.get(name, "").strip() for name in (MINUTE_HEADER, WEEK_HEADER))
            if minute:
                self._minute_from = now + MINUTE if minute == "0" else None
            if week:
                self._week_from = now + WEEK_PAUSE if week == "0" else None

    def _left_s(self, instant: datetime | None) -> float:
        return 0.0 if instant is None else (instant - self._clock()).total_seconds()
