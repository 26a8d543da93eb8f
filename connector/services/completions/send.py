"""Completions back: finished courses become certifications at Paycor, never one of them twice.

In: what the LMS tells, and the rows of what was told before; out: a state for each row. For every employee: look what
Paycor has, write down what is intended, send it once, write down what became of it. Whatever is unclear is looked for,
never repeated: Paycor has no key that would make a second POST harmless.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from itertools import islice

from connector.core.model.completion import Completion, CompletionState
from connector.core.ports.lms import ReportsCompletions
from connector.errors import Refused, SourceError
from connector.paycor.certifications import Certificate, Certifications
from connector.paycor.wire.client import NotFound
from connector.paycor.wire.writer import Rejected, Unclear
from connector.store import completions
from connector.store.runs.fence import Fence
from connector.store.runs.lease import LeaseHandle
from connector.store.tables.completions import CompletionRow
from connector.store.tables.connection import Connection
from connector.wiring import Wiring

CHUNK = 500
#: How far a look at the LMS reaches back before the end of the last one: what is recorded may be seen a little later.
OVERLAP = timedelta(hours=1)

Show = Callable[[int], None]


class Certifying:
    """Carries out a run in mode `completions`."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._database = wiring.database
        self._clock = wiring.clock

    def run(self, connection: Connection, held: LeaseHandle, show: Show) -> int:
        """Take in what was finished and send what is open; gives how many calls went to Paycor.

        `show` is told after each employee how many there were. Raises Refused when sending was switched off, and what
        ends a read of Paycor; what is open then waits for the next run.
        """
        fence = Fence(self._database, held, self._clock)
        self._take_in(connection, fence)
        with closing(self._wiring.writer(connection)) as writer:
            certifications = Certifications(writer)
            for done, employee_id in enumerate(self._employees(connection.id), start=1):
                self._serve(_Sending(fence, certifications, employee_id), connection.id)
                show(done)
            return certifications.calls

    def _take_in(self, connection: Connection, fence: Fence) -> None:
        lms, since, began_at = self._wiring.lms, connection.completions_from, self._clock()
        if since is None:
            raise Refused("This portal sends no completions to Paycor. Switch that on first.")
        if not isinstance(lms, ReportsCompletions):
            raise Refused(
                "This LMS does not tell which courses were finished: nothing can be sent to Paycor."
            )
        for chunk in _chunks(iter(lms.completions(connection.portal_id, since))):
            with fence.writing() as session:
                completions.plan(session, connection.id, connection.portal_id, chunk)
        with fence.writing() as session:
            row = session.get_one(Connection, connection.id, populate_existing=True)
            if row.completions_from == since:
                row.completions_from = max(since, began_at - OVERLAP)

    def _employees(self, connection_id: int) -> Iterator[str]:
        last = ""
        while True:
            with self._database.reading() as session:
                found = completions.employees_after(session, connection_id, last, CHUNK)
            if not found:
                return
            yield from found
            last = found[-1]

    def _serve(self, sending: "_Sending", connection_id: int) -> None:
        with self._database.reading() as session:
            if session.get_one(Connection, connection_id).completions_from is None:
                return
            rows = completions.of_employee(session, connection_id, sending.employee_id)
        there = sending.look(rows[0])
        for row in rows:
            if there is None:
                sending.settle(row, CompletionState.REJECTED, "not_found")
            elif row.number in there:
                state = (
                    CompletionState.ALREADY_THERE
                    if row.state == CompletionState.PLANNED
                    else CompletionState.SENT
                )
                sending.settle(row, state, certification_id=there[row.number])
            elif row.state == CompletionState.PLANNED:
                sending.send(row)
            else:
                # Begun by an earlier run and not to be found: an admin decides whether it is sent again.
                sending.settle(row, CompletionState.UNKNOWN, row.code or "interrupted")


class _Sending:
    """What is done for one employee."""

    def __init__(self, fence: Fence, certifications: Certifications, employee_id: str) -> None:
        self.employee_id = employee_id
        self._fence = fence
        self._certifications = certifications

    def look(self, row: CompletionRow) -> Mapping[str, str] | None:
        """What Paycor has, by number; None for an employee who is not there any more."""
        try:
            return self._certifications.numbered(row.employee_id)
        except NotFound:
            return None

    def settle(
        self, row: CompletionRow, state: str, code: str = "", certification_id: str | None = None
    ) -> None:
        """Write what became of a row."""
        with self._fence.writing() as session:
            completions.settle(session, row.id, state, self._fence.clock(), code, certification_id)

    def send(self, row: CompletionRow) -> None:
        """One POST, with its intent before and its outcome after."""
        self.settle(row, CompletionState.INTENDED)
        certificate = Certificate(row.number, row.course, row.completed_on, row.expires_on, row.note)
        try:
            made = self._certifications.add(row.employee_id, certificate)
        except Unclear:
            self._find(row)
        except Rejected:
            self.settle(row, CompletionState.REJECTED, "refused")
        except NotFound:
            self.settle(row, CompletionState.REJECTED, "not_found")
        except SourceError:
            # Paycor let nothing in, for want of a right or a token: it is still to be sent.
            self.settle(row, CompletionState.PLANNED)
            raise
        else:
            self.settle(row, CompletionState.SENT, certification_id=made)

    def _find(self, row: CompletionRow) -> None:
        """Whether it was stored after all. It is unknown from the start, in case that the look fails, too."""
        self.settle(row, CompletionState.UNKNOWN, "no_answer")
        there = self.look(row) or {}
        if row.number in there:
            self.settle(row, CompletionState.SENT, certification_id=there[row.number])


def _chunks(told: Iterator[Completion]) -> Iterator[list[Completion]]:
    while chunk := list(islice(told, CHUNK)):
        yield chunk
