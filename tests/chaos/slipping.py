"""A host that does the work and then does not say so: rows in, lost answers out; and a ledger that tells the phase."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from connector.core.ports.host import (
    Capabilities,
    Change,
    Found,
    Host,
    Invitation,
    Key,
    NewAccount,
    Outcome,
    OutcomeStatus,
    Unknown,
)
from connector.errors import HostUnavailable

#: Small, so that a run of a small company has many batches to die between.
BATCH_SIZE = 4
#: Of a hundred calls: so many are not taken, are done and not answered, are done with some rows unclear.
_LOST, _UNANSWERED, _UNCLEAR = 2, 3, 8
_UNKNOWN = Outcome(OutcomeStatus.UNKNOWN, code="timeout")


class SlippingHost:
    """A host before another; without `chance` it never slips. `tell` is called with the phase of each call.

    What is not listed here is the other's own.
    """

    def __init__(self, host: Host, chance: Random | None, tell: Callable[[str], None]) -> None:
        self._host = host
        self._chance = chance
        self._tell = tell

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def capabilities(self) -> Capabilities:
        """The other's, in small batches."""
        return replace(self._host.capabilities(), batch_size=BATCH_SIZE)

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """What the other finds, unless it cannot say for certain."""
        return Unknown() if self._roll() < _LOST else self._host.find(keys)

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """The other's accounts, with some of the answers."""
        return self._slip("apply", lambda: self._host.create(rows))

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """The other's changes, with some of the answers."""
        return self._slip("apply", lambda: self._host.update(changes))

    def invite(self, invitations: Sequence[Invitation]) -> Sequence[Outcome]:
        """The other's mails, with some of the answers."""
        return self._slip("mail", lambda: self._host.invite(invitations))

    def _slip(self, phase: str, ask: Callable[[], Sequence[Outcome]]) -> Sequence[Outcome]:
        self._tell(phase)
        rolled = self._roll()
        if rolled < _LOST:
            raise HostUnavailable("The LMS did not take it: nothing was done, try again later.")
        outcomes = list(ask())
        self._tell("record")
        if rolled < _LOST + _UNANSWERED:
            raise HostUnavailable("The LMS did not answer: whether it was done has to be looked up.")
        if self._chance and rolled < _LOST + _UNANSWERED + _UNCLEAR:
            return [self._chance.choice((one, _UNKNOWN)) for one in outcomes]
        return outcomes

    def _roll(self) -> int:
        return self._chance.randrange(100) if self._chance else 100


class TellingLedger:
    """A ledger before another: whatever phase is shown is told at once, however often."""

    def __init__(self, ledger: Any, tell: Callable[[str], None]) -> None:
        self._ledger = ledger
        self._tell = tell

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    def progress(self, phase: str, done: int = 0, total: int | None = None) -> None:
        """Told, and written by the other."""
        self._tell(phase)
        self._ledger.progress(phase, done, total)
