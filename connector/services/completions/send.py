"""Finished courses to Paycor: each becomes one certification there, never two.

In: what the LMS reports, and the rows of earlier reports; out: a state for each row. For every employee: read what
Paycor has, write the intent, send once, write the outcome. An unclear outcome is looked up, never sent again: no key
would make a second POST harmless at Paycor.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from itertools import islice

from connector.core.model.completion import Completion, CompletionState
from connector.core.ports.lms import ReportsCompletions
from connector.errors import Refused, SourceError
from connector.paycor.certifications import Certification, Certifications
from connector.paycor.wire.failures import NotFound
from connector.paycor.wire.writer import WriteOutcomeUnknown, WriteRejected
from connector.services.completions.switch import NOT_REPORTED
from connector.services.connection.require import require_switched_on
from connector.store import completions
from connector.store.connection import connections
from connector.store.runs.fence import Fence
from connector.store.runs.lease import LeaseHandle
from connector.store.tables.completions import CompletionRow
from connector.store.tables.connection import Connection
from connector.wiring import Wiring

CHUNK = 500
#: How far a read of the LMS reaches back before the last one: an LMS may show a finished course a little later.
OVERLAP = timedelta(hours=1)

OnProgress = Callable[[int], None]


def send_completions(
    wiring: Wiring, connection: Connection, lease: LeaseHandle, on_progress: OnProgress
) -> int:
    """Carry out a run in mode `completions`: take in what was finished, send what is open; returns calls to Paycor.

    After each employee it calls `on_progress` with how many are done. Raises Refused when sending was switched off, and
    a SourceError that ends the run; what is open then waits for the next run.
    """
    fence = Fence(wiring.database, lease, wiring.clock)
    _take_in(wiring, connection, fence)
    with closing(wiring.writer(connection)) as writer:
        certifications = Certifications(writer)
        for done, employee_id in enumerate(_employee_ids(wiring, connection.id), start=1):
            _send_employee(wiring, connection.id, _Sender(fence, certifications, employee_id))
            on_progress(done)
        return certifications.calls


def _take_in(wiring: Wiring, connection: Connection, fence: Fence) -> None:
    """Plan what the LMS has reported since the last run."""
    lms, since, began_at = wiring.lms, connection.completions_from, wiring.clock()
    require_switched_on(lms, connection.portal_id)
    if since is None:
        raise Refused("This portal sends no completions to Paycor. Switch that on first.")
    if not isinstance(lms, ReportsCompletions):
        raise Refused(NOT_REPORTED)
    for chunk in _chunks(iter(lms.completions(connection.portal_id, since))):
        with fence.writing() as session:
            completions.plan(session, connection.id, connection.portal_id, chunk)
    with fence.writing() as session:
        row = connections.by_id(session, connection.id)
        if row.completions_from == since:
            row.completions_from = max(since, began_at - OVERLAP)


def _employee_ids(wiring: Wiring, connection_id: int) -> Iterator[str]:
    last = ""
    while True:
        with wiring.database.reading() as session:
            employee_ids = completions.open_employees_after(session, connection_id, last, CHUNK)
        if not employee_ids:
            return
        yield from employee_ids
        last = employee_ids[-1]


def _send_employee(wiring: Wiring, connection_id: int, sender: "_Sender") -> None:
    with wiring.database.reading() as session:
        if connections.by_id(session, connection_id).completions_from is None:
            return
        rows = completions.open_of_employee(session, connection_id, sender.employee_id)
    ids_by_number = sender.read()
    for row in rows:
        if ids_by_number is None:
            sender.set_state(row, CompletionState.REJECTED, "not_found")
        elif row.number in ids_by_number:
            was_sent = row.state != CompletionState.PLANNED
            state = CompletionState.SENT if was_sent else CompletionState.ALREADY_THERE
            sender.set_state(row, state, certification_id=ids_by_number[row.number])
        elif row.state == CompletionState.PLANNED:
            sender.send(row)
        else:
            # An earlier run began it, and Paycor does not have it: an admin decides whether to send it again.
            sender.set_state(row, CompletionState.UNKNOWN, row.code or "interrupted")


class _Sender:
    """Sends the completions of one employee."""

    def __init__(self, fence: Fence, certifications: Certifications, employee_id: str) -> None:
        self.employee_id = employee_id
        self._fence = fence
        self._certifications = certifications

    def read(self) -> Mapping[str, str] | None:
        """Certification number -> Paycor's id, as Paycor has them; None when the employee is no longer there."""
        try:
            return self._certifications.ids_by_number(self.employee_id)
        except NotFound:
            return None

    def set_state(
        self, row: CompletionRow, state: str, code: str = "", certification_id: str | None = None
    ) -> None:
        """Write the state of a row."""
        with self._fence.writing() as session:
            completions.set_state(session, row.id, state, self._fence.clock(), code, certification_id)

    def send(self, row: CompletionRow) -> None:
        """Send one POST; the intent is written before it, the outcome after it."""
        self.set_state(row, CompletionState.INTENDED)
        certification = Certification(row.number, row.course, row.completed_on, row.expires_on, row.note)
        try:
            certification_id = self._certifications.add(row.employee_id, certification)
        except WriteOutcomeUnknown:
            self._look_up(row)
        except WriteRejected:
            self.set_state(row, CompletionState.REJECTED, "refused")
        except NotFound:
            self.set_state(row, CompletionState.REJECTED, "not_found")
        except SourceError:
            # Paycor stored nothing, because a permission or a token is missing: the next run sends it.
            self.set_state(row, CompletionState.PLANNED)
            raise
        else:
            self.set_state(row, CompletionState.SENT, certification_id=certification_id)

    def _look_up(self, row: CompletionRow) -> None:
        """Find out whether Paycor stored it after all. The state is unknown first, in case the look-up fails too."""
        self.set_state(row, CompletionState.UNKNOWN, "no_answer")
        ids_by_number = self.read() or {}
        if row.number in ids_by_number:
            self.set_state(row, CompletionState.SENT, certification_id=ids_by_number[row.number])


def _chunks(reported: Iterator[Completion]) -> Iterator[list[Completion]]:
    while chunk := list(islice(reported, CHUNK)):
        yield chunk
