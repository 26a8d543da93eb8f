"""What became of a write to LearnUpon: replies in, outcomes out."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from connector.core.ports.host import Outcome, OutcomeStatus
from connector.errors import HostUnavailable
from connector.hosts.learnupon.api import LearnUponApi, LearnUponReply

Row = TypeVar("Row")

#: LearnUpon did not say what it did: a look-up decides.
NO_ANSWER = "unanswered"
#: LearnUpon answered yes, but the account does not have what was sent.
NOT_KEPT = "not_kept"
#: LearnUpon accepts no calls for now.
BUSY = "busy"
#: The account waits for its learner to accept an invitation.
INVITED = "invited"


def outcome_of_each(api: LearnUponApi, rows: Sequence[Row], write: Callable[[Row], Outcome]) -> list[Outcome]:
    """One outcome per row, in order; RETRY for a row whose call was not accepted, without effect on the others.

    `write` may raise HostUnavailable only for a row of which nothing was done.
    """

    def outcome(row: Row) -> Outcome:
        try:
            return write(row)
        except HostUnavailable as error:
            return Outcome(OutcomeStatus.RETRY, code=BUSY, retry_after_s=error.retry_after_s)

    return api.each(rows, outcome)


def unknown_outcome(reply: LearnUponReply, account_id: str | None = None) -> Outcome | None:
    """UNKNOWN for a write without a clear answer; None when LearnUpon has said what it did."""
    return None if reply.sure else Outcome(OutcomeStatus.UNKNOWN, account_id, code=NO_ANSWER)
