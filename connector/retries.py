"""How long one HTTP call is waited for and repeated: the same rule for Paycor and for a remote LMS."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

#: The pauses before the second and the third try, where trying again is safe.
RETRY_PAUSES_S = (1.0, 5.0)
#: How long each 429 is waited for at least, whatever the server asks for: it may say 0. A fourth ends the call.
MIN_WAITS_S = (1.0, 5.0, 15.0)
#: How long one 429 is waited for at most.
MAX_WAIT_S = 120.0
#: The longest pause that is believed.
DAY_S = 86_400.0


def pause_asked_s(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """The seconds that a Retry-After header asks to wait, 0 to a day; None when there is none that can be read.

    A date is measured against the answer's own Date, which is the server's clock, and only without one against `now`.
    """
    header = headers.get("Retry-After", "").strip()
    if header.isascii() and header.isdigit():
        return min(float(header), DAY_S)
    until, sent_at = _date(header), _date(headers.get("Date", "")) or now
    return (
        None if until is None or sent_at is None else min(max(0.0, (until - sent_at).total_seconds()), DAY_S)
    )


def _date(header: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(header)
    except (TypeError, ValueError, OverflowError):
        return None
    return date.replace(tzinfo=date.tzinfo or UTC)


class RetryBudget:
    """The pauses that are left for one call; each method gives seconds, or None when the call is not repeated."""

    def __init__(self) -> None:
        self._min_waits = iter(MIN_WAITS_S)
        self._pauses = iter(RETRY_PAUSES_S)

    def after_rate_limit(self, retry_after_s: float) -> float | None:
        """The pause after a 429 that asks for `retry_after_s`."""
        min_wait_s = next(self._min_waits, None)
        return None if min_wait_s is None or retry_after_s > MAX_WAIT_S else max(min_wait_s, retry_after_s)

    def after_failure(self, retry_after_s: float | None = None) -> float | None:
        """The pause after a call without a usable answer; a 5xx may ask for a longer one, of two minutes at most."""
        pause_s = next(self._pauses, None)
        return None if pause_s is None else max(pause_s, min(retry_after_s or 0.0, MAX_WAIT_S))
