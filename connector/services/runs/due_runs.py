"""Queues the runs that are due by the clock: daily syncs, stored dates, event refreshes, mail that waited.

Nothing is carried out here. A run that is queued already is not queued twice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from connector.core.model.run import RunMode, RunTrigger
from connector.core.rules.mail_pace import is_quiet
from connector.services.runs.one_of_many import one_of_many
from connector.store import events
from connector.store import settings as stored_settings
from connector.store.connection import connections
from connector.store.runs import due, runs
from connector.store.tables.connection import Connection
from connector.wiring import Wiring


class DueRuns:
    """Queues what is due, in every portal."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._database = wiring.database
        self._clock = wiring.clock

    def queue_daily_syncs(self) -> None:
        """Queue the daily syncs whose hour has come."""
        with self._database.reading() as session:
            portal_ids = due.portals_due_daily(session, self._clock())
        for portal_id in portal_ids:
            with one_of_many(f"Queueing the daily sync of portal {portal_id}"):
                self._queue_daily_sync(portal_id)

    def queue_due_dates(self) -> Sequence[int]:
        """Queue a run where a stored date is due, and return the ids. Deletes the records of old runs, too."""
        now = self._clock()
        with self._database.writing() as session:
            run_ids = [
                runs.ensure_queued(session, connection_id, RunMode.DUE_DATES, RunTrigger.HOURLY, now)
                for connection_id in due.connections_with_due_dates(session, now)
            ]
            runs.delete_ended_before(session, now - timedelta(days=self._wiring.config.run_retention_days))
        return run_ids

    def queue_event_refreshes(self) -> None:
        """Queue a run where Paycor has named changed employees; one that is queued already will read them, too."""
        now = self._clock()
        with self._database.reading() as session:
            connection_ids = events.due_connections(session, now)
        for connection_id in connection_ids:
            with self._database.writing() as session:
                runs.ensure_queued(session, connection_id, RunMode.EVENT_REFRESH, RunTrigger.EVENT, now)

    def queue_mails(self) -> list[int]:
        """Queue a run where mail waits - for the quiet hours to end, for the hourly limit or for the LMS."""
        now = self._clock()
        with self._database.reading() as session:
            owing = due.connections_with_owed_mail(session)
        run_ids = []
        for connection in owing:
            with one_of_many(f"Queueing the mails of connection {connection.id}"):
                if not self._is_quiet(connection, now):
                    with self._database.writing() as session:
                        run_ids.append(
                            runs.ensure_queued(session, connection.id, RunMode.MAIL, RunTrigger.HOURLY, now)
                        )
        return run_ids

    def _is_quiet(self, connection: Connection, now: datetime) -> bool:
        portal = self._wiring.lms.portal(connection.portal_id)
        return portal is None or is_quiet(stored_settings.policy(connection).mail_pace, now, portal.time_zone)

    def _queue_daily_sync(self, portal_id: str) -> None:
        now = self._clock()
        with self._database.writing() as session:
            connection = connections.lock(session, portal_id)
            if connection is None or connection.next_daily_at is None or connection.next_daily_at > now:
                return
            connection.next_daily_at = self._wiring.next_daily_at(connection)
            runs.ensure_queued(session, connection.id, RunMode.SYNC, RunTrigger.DAILY, now)
