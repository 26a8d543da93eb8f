"""A host that does the work and loses some of the answers, and a ledger that reports the phase of a run."""

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
#: Of a hundred calls: how many are not executed, are executed without an answer, are executed with some rows unclear.
_LOST, _UNANSWERED, _UNCLEAR = 2, 3, 8
_UNKNOWN = Outcome(OutcomeStatus.UNKNOWN, code="timeout")


class FaultyHost:
    """A wrapper of a host; without `rng` it loses no answer. `report_phase` is called with the phase of each call.

    All other methods are those of the wrapped host.
    """

    def __init__(self, host: Host, rng: Random | None, report_phase: Callable[[str], None]) -> None:
        self._host = host
        self._rng = rng
        self._report_phase = report_phase

    def __getattr__(self, name: str) -> Any:
        return getattr(self._host, name)

    def capabilities(self) -> Capabilities:
        """The wrapped host's, with small batches."""
        return replace(self._host.capabilities(), batch_size=BATCH_SIZE)

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """The accounts that the wrapped host finds, or Unknown."""
        return Unknown() if self._roll() < _LOST else self._host.find(keys)

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """Create accounts, and lose some of the answers."""
        return self._call("apply", lambda: self._host.create(rows))

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Change accounts, and lose some of the answers."""
        return self._call("apply", lambda: self._host.update(changes))

    def invite(self, invitations: Sequence[Invitation]) -> Sequence[Outcome]:
        """Send mails, and lose some of the answers."""
        return self._call("mail", lambda: self._host.invite(invitations))

    def _call(self, phase: str, ask: Callable[[], Sequence[Outcome]]) -> Sequence[Outcome]:
        self._report_phase(phase)
        rolled = self._roll()
        if rolled < _LOST:
            raise HostUnavailable("The LMS refused the call, so nothing was changed. Try again later.")
        outcomes = list(ask())
        self._report_phase("record")
        if rolled < _LOST + _UNANSWERED:
            raise HostUnavailable(
                "The LMS did not answer, so the outcome is unknown. The next run looks it up."
            )
        if self._rng and rolled < _LOST + _UNANSWERED + _UNCLEAR:
            return [self._rng.choice((one, _UNKNOWN)) for one in outcomes]
        return outcomes

    def _roll(self) -> int:
        return self._rng.randrange(100) if self._rng else 100


class PhaseReportingLedger:
    """A wrapper of a ledger that reports every phase at once."""

    def __init__(self, ledger: Any, report_phase: Callable[[str], None]) -> None:
        self._ledger = ledger
        self._report_phase = report_phase

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    def progress(self, phase: str, done: int = 0, total: int | None = None) -> None:
        """Report the phase, and write it to the wrapped ledger."""
        self._report_phase(phase)
        self._ledger.progress(phase, done, total)
