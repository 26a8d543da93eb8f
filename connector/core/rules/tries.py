"""When an unfinished run is tried again: the number of the try and the instant in, an instant or None out. Pure."""

from datetime import datetime, timedelta

#: The pauses before the second and every later try; they grow, so that a long outage costs few calls.
PAUSES = (
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=45),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
)
#: How many tries a run has. A first sync has more: nothing else would ever start it again.
TRIES = len(PAUSES) + 1
#: The longest pause that a server may ask for.
MAX_PAUSE = timedelta(days=1)


def next_try_at(
    attempt: int,
    now: datetime,
    *,
    next_due_at: datetime | None = None,
    is_endless: bool = False,
    asked_s: float | None = None,
) -> datetime | None:
    """When the run after try number `attempt` starts; None when the tries are used up, or the next due run is sooner.

    `asked_s` is the pause that a server asked for. With `is_endless` the last pause is used again and again.
    """
    if attempt >= TRIES and not is_endless:
        return None
    pause = PAUSES[min(attempt, len(PAUSES)) - 1]
    at = now + max(pause, min(timedelta(seconds=asked_s or 0.0), MAX_PAUSE))
    return None if next_due_at is not None and at >= next_due_at else at
