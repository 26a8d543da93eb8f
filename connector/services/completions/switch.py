"""The switch for completions back, and how they stand: off until an admin has given a consent of its own.

A portal's id in; views out, or the switch set. Nothing is sent here.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.core.model.completion import CompletionState
from connector.core.model.connection import ConnectionState
from connector.core.ports.lms import ReportsCompletions
from connector.errors import Refused
from connector.paycor.auth.permissions import COMPLETIONS
from connector.paycor.certifications import Certifications
from connector.paycor.wire.client import NotFound
from connector.services.connection.review import ReviewedPermission
from connector.store import completions
from connector.store.connection import connections
from connector.store.tables.connection import Connection
from connector.store.tables.people import EmployeeRow, LinkRow
from connector.wiring import Wiring


@dataclass(frozen=True, slots=True)
class CompletionsView:
    """Whether the LMS can tell completions, since when they are sent (None: off), and how many stand how."""

    offered: bool
    is_on: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def unknown(self) -> int:
        """How many an admin has to look at."""
        return self.counts.get(CompletionState.UNKNOWN, 0)


class CompletionsSwitch:
    """Switches sending on and off, one portal at a time."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._database = wiring.database
        self._clock = wiring.clock

    def rights(self) -> tuple[ReviewedPermission, ...]:
        """The Data Access rights that sending needs, besides those of the sync."""
        return tuple(ReviewedPermission(one.name, one.reason, True, None) for one in COMPLETIONS)

    def view(self, portal_id: str) -> CompletionsView:
        """How it stands."""
        offered = isinstance(self._wiring.lms, ReportsCompletions)
        with self._database.reading() as session:
            row = connections.of_portal(session, portal_id)
            if row is None:
                return CompletionsView(offered)
            return CompletionsView(
                offered, row.completions_from is not None, completions.counts(session, row.id)
            )

    def switch_on(self, portal_id: str, viewer_id: str | None) -> None:
        """Send what is finished from now on. Asks Paycor first whether the right to look is there.

        Raises Refused when the LMS cannot tell completions or nobody is connected, and a SourceError when Paycor does
        not let us look. The right to add cannot be proven without adding: the first run shows it.
        """
        if not isinstance(self._wiring.lms, ReportsCompletions):
            raise Refused(
                "This LMS does not tell which courses were finished: nothing can be sent to Paycor."
            )
        with self._database.reading() as session:
            row = _active(connections.of_portal(session, portal_id))
            somebody = _somebody(session, row.id)
        if somebody is not None:
            self._try_to_look(row, somebody)
        with self._database.writing() as session:
            row = _active(connections.locked(session, portal_id))
            if row.completions_from is None:
                row.completions_from = self._clock()
                connections.audit(session, portal_id, self._clock(), viewer_id, "completions.on")

    def switch_off(self, portal_id: str, viewer_id: str | None) -> None:
        """Send nothing more. What is at Paycor stays there; what was not sent yet waits."""
        with self._database.writing() as session:
            row = connections.locked(session, portal_id)
            if row is not None and row.completions_from is not None:
                row.completions_from = None
                connections.audit(session, portal_id, self._clock(), viewer_id, "completions.off")

    def send_again(self, portal_id: str, viewer_id: str | None) -> int:
        """Let the next run send what nobody knows about, because an admin has looked at Paycor; gives how many."""
        with self._database.writing() as session:
            row = _active(connections.locked(session, portal_id))
            count = completions.send_again(session, row.id)
            connections.audit(session, portal_id, self._clock(), viewer_id, "completions.again", count=count)
        return count

    def _try_to_look(self, row: Connection, employee_id: str) -> None:
        with closing(self._wiring.writer(row)) as writer:
            try:
                Certifications(writer).numbered(employee_id)
            except NotFound:
                # They have left Paycor's list meanwhile; that we may look is shown by the answer.
                return


def _active(row: Connection | None) -> Connection:
    if row is None or row.state != ConnectionState.ACTIVE:
        raise Refused("The connection of this portal is not active. Connect to Paycor, then switch this on.")
    return row


def _somebody(session: Session, connection_id: int) -> str | None:
    """An employee with an account, for a look at their certifications."""
    query = (
        select(EmployeeRow.employee_id)
        .join(
            LinkRow,
            (LinkRow.connection_id == EmployeeRow.connection_id)
            & (LinkRow.person_key == EmployeeRow.person_key),
        )
        .where(EmployeeRow.connection_id == connection_id)
        .order_by(EmployeeRow.employee_id)
        .limit(1)
    )
    return session.scalar(query)
