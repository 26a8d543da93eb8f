"""What every write to LearnUpon shares: the order within a batch, and what becomes of a call that was not taken."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from connector.core.ports.host import Outcome, OutcomeStatus
from connector.errors import HostUnavailable
from connector.hosts.learnupon.api import Api, Written

Row = TypeVar("Row")

#: LearnUpon did not say what it did: the look-up decides.
UNANSWERED = "unanswered"
#: LearnUpon said yes, and yet the account is not as it was asked for.
NOT_KEPT = "not_kept"
#: LearnUpon takes no more calls for now.
BUSY = "busy"


def in_waves(
    rows: Sequence[Row],
    keys: Callable[[Row], Iterable[Hashable]],
    do: Callable[[Sequence[Row]], Sequence[Outcome]],
) -> list[Outcome]:
    """The outcomes of rows, in order; a row that shares a key with an earlier one waits until that one is done."""
    outcomes: dict[int, Outcome] = {}
    left = list(enumerate(rows))
    while left:
        wave: list[tuple[int, Row]] = []
        later: list[tuple[int, Row]] = []
        seen: set[Hashable] = set()
        for place, row in left:
            mine = set(keys(row))
            (later if mine & seen else wave).append((place, row))
            seen |= mine
        done = do([row for _, row in wave])
        outcomes |= {place: outcome for (place, _), outcome in zip(wave, done, strict=True)}
        left = later
    return [outcomes[place] for place in range(len(rows))]


def each(api: Api, rows: Sequence[Row], ask: Callable[[Row], Outcome]) -> list[Outcome]:
    """The outcome of every row, in order. A call that was not taken is to be tried again, and takes nobody with it.

    `ask` may only raise HostUnavailable for a row of which nothing was done.
    """

    def answer(row: Row) -> Outcome:
        try:
            return ask(row)
        except HostUnavailable as busy:
            return Outcome(OutcomeStatus.RETRY, code=BUSY, retry_after_s=busy.retry_after_s)

    return api.each(rows, answer)


def unclear(written: Written, account_id: str | None = None) -> Outcome | None:
    """The outcome of a write that nobody knows of; None when LearnUpon has said what became of it."""
    return None if written.sure else Outcome(OutcomeStatus.UNKNOWN, account_id, code=UNANSWERED)
