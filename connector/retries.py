"""How long one HTTP call is waited for and repeated: the same rule for Paycor and for a remote LMS."""

#: The pauses before the second and the third try, where trying again is safe.
RETRY_PAUSES_S = (1.0, 5.0)
#: How often a 429 is waited for, and how long at most each time.
MAX_WAITS = 3
MAX_WAIT_S = 120.0


class RetryBudget:
    """The pauses that are left for one call; each method gives seconds, or None when the call is not repeated."""

    def __init__(self) -> None:
        self._waits = MAX_WAITS
        self._pauses = iter(RETRY_PAUSES_S)

    def after_rate_limit(self, retry_after_s: float) -> float | None:
        """The pause after a 429 that asks for `retry_after_s`."""
        self._waits -= 1
        return retry_after_s if self._waits >= 0 and retry_after_s <= MAX_WAIT_S else None

    def after_failure(self) -> float | None:
        """The pause after a call without an answer, or with a 5xx."""
        return next(self._pauses, None)
