"""Switches finished courses to Paycor on and off, and counts them: off until an admin consents to it.

A portal's id in; a view out, or the switch set. Nothing is sent here.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field

from connector.core.model.completion import CompletionState
from connector.core.model.connection import ConnectionState
from connector.core.ports.lms import ReportsCompletions
from connector.errors import Refused
from connector.paycor.auth.permissions import COMPLETION_PERMISSIONS
from connector.paycor.certifications import Certifications
from connector.paycor.wire.failures import NotFound
from connector.services.connection.require import require_switched_on
from connector.services.connection.review import ReviewedPermission
from connector.store import audit, completions
from connector.store.connection import connections
from connector.store.tables.connection import Connection
from connector.wiring import Wiring

NOT_REPORTED = "This LMS does not report finished courses, so nothing can be sent to Paycor."


@dataclass(frozen=True, slots=True)
class CompletionsView:
    """Whether the LMS reports completions, whether they are sent, and how many are in each state."""

    offered: bool
    is_on: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def unknown(self) -> int:
        """How many an admin has to check at Paycor."""
        return self.counts.get(CompletionState.UNKNOWN, 0)


class CompletionsSwitch:
    """Switches sending on and off for one portal at a time."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._database = wiring.database
        self._clock = wiring.clock

    def permissions(self) -> tuple[ReviewedPermission, ...]:
        """The Data Access permissions that sending needs, in addition to those of the sync."""
        return tuple(ReviewedPermission(one.name, one.reason, True, None) for one in COMPLETION_PERMISSIONS)

    def view(self, portal_id: str) -> CompletionsView:
        """The switch and the counts of a portal."""
        offered = isinstance(self._wiring.lms, ReportsCompletions)
        with self._database.reading() as session:
            row = connections.of_portal(session, portal_id)
            if row is None:
                return CompletionsView(offered)
            return CompletionsView(
                offered, row.completions_from is not None, completions.counts(session, row.id)
            )

    def switch_on(self, portal_id: str, viewer_id: str | None) -> None:
        """Send courses that are finished from now on. Reads a certification at Paycor first, to prove the permission.

        Raises Refused when the LMS does not report completions or the connection is not active, and a SourceError when
        Paycor does not let us read. Only adding proves the permission to add: the first run shows it.
        """
        if not isinstance(self._wiring.lms, ReportsCompletions):
            raise Refused(NOT_REPORTED)
        with self._database.reading() as session:
            row = _active(connections.of_portal(session, portal_id))
            employee_id = completions.employee_with_account(session, row.id)
        if employee_id is not None:
            self._prove_right(row, employee_id)
        with self._database.writing() as session:
            require_switched_on(self._wiring.lms, portal_id)
            row = _active(connections.lock(session, portal_id))
            if row.completions_from is None:
                row.completions_from = self._clock()
                audit.record(session, portal_id, self._clock(), viewer_id, "completions.on")

    def switch_off(self, portal_id: str, viewer_id: str | None) -> None:
        """Send nothing more. What is at Paycor stays there; what was not sent yet waits."""
        with self._database.writing() as session:
            row = connections.lock(session, portal_id)
            if row is not None and row.completions_from is not None:
                row.completions_from = None
                audit.record(session, portal_id, self._clock(), viewer_id, "completions.off")

    def send_again(self, portal_id: str, viewer_id: str | None) -> int:
        """Let the next run send the unknown ones again, because an admin has checked Paycor; returns how many."""
        with self._database.writing() as session:
            row = _active(connections.lock(session, portal_id))
            count = completions.replan_unknown(session, row.id)
            audit.record(session, portal_id, self._clock(), viewer_id, "completions.again", count=count)
        return count

    def _prove_right(self, row: Connection, employee_id: str) -> None:
        with closing(self._wiring.writer(row)) as writer:
            try:
                Certifications(writer).ids_by_number(employee_id)
            except NotFound:
                # The employee has left Paycor's list meanwhile; the answer still proves that we may read.
                return


def _active(row: Connection | None) -> Connection:
    if row is None or row.state != ConnectionState.ACTIVE:
        raise Refused("The connection of this portal is not active. Connect to Paycor, then switch this on.")
    return row
