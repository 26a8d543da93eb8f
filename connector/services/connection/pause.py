"""Pause: nothing runs by itself any more, everything is kept, and previews are possible; resume ends it (rule D17)."""

from connector.core.model.connection import ConnectionState
from connector.errors import Refused
from connector.store.connection import connections
from connector.wiring import Wiring


class Pausing:
    """Pauses and resumes the connection of one portal at a time."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._database = wiring.database
        self._clock = wiring.clock

    def pause(self, portal_id: str, viewer_id: str | None) -> None:
        """Let nothing run by itself from now on; a run under way is stopped where it is, and the next one settles it.

        A connection that is paused stays so. Raises Refused when it is not active.
        """
        now = self._clock()
        with self._database.writing() as session:
            connection = connections.taken_over(session, portal_id, now)
            if connection is None or not connection.state.works:
                raise Refused("Only an active connection can be paused: this one syncs nobody now.")
            connections.pause(session, connection, now, viewer_id)

    def resume(self, portal_id: str, viewer_id: str | None) -> None:
        """Let the syncs run again; the next daily one is at its usual hour. Raises Refused when it is not paused."""
        with self._database.writing() as session:
            connection = connections.locked(session, portal_id)
            if connection is None or connection.state != ConnectionState.PAUSED:
                raise Refused("This connection is not paused: there is nothing to resume.")
            connection.state = ConnectionState.ACTIVE
            if connection.next_daily_at is not None:
                connection.next_daily_at = self._wiring.next_daily_at(connection)
            connections.audit(session, portal_id, self._clock(), viewer_id, "connection.resumed")

    def is_paused(self, portal_id: str) -> bool:
        """Whether the portal has a connection that is paused."""
        with self._database.reading() as session:
            connection = connections.of_portal(session, portal_id)
            return connection is not None and connection.state == ConnectionState.PAUSED
