"""Asking for the runs that fall due by themselves: the daily sync, stored dates, nudges, mail that waited.

Nothing is carried out here: what comes out are runs on record, and none twice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from connector.core.model.run import RunMode, RunTrigger
from connector.core.rules.mail_pace import is_quiet
from connector.store import events
from connector.store.connection import connections
from connector.store.runs import runs
from connector.store.tables.connection import Connection
from connector.wiring import Wiring


class DueRuns:
    """Puts on record what falls due, in every portal."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._database = wiring.database
        self._clock = wiring.clock

    def daily(self) -> None:
        """Ask for the daily syncs whose hour has come."""
        with self._database.reading() as session:
            due = runs.due_daily(session, self._clock())
        for portal_id in due:
            self._daily(portal_id)

    def due(self) -> Sequence[int]:
        """Ask for a run where somebody's stored date falls due; gives the runs. Forgets the records of old runs."""
        now = self._clock()
        with self._database.writing() as session:
            asked = [
                runs.waiting(session, one, RunMode.DUE_DATES)
                or runs.queue(session, one, RunMode.DUE_DATES, RunTrigger.HOURLY, now)
                for one in runs.due_people(session, now)
            ]
            runs.prune(session, now - timedelta(days=self._wiring.config.run_retention_days))
        return asked

    def nudges(self) -> None:
        """Ask for a run where Paycor has named somebody as changed; one that waits already will read them, too."""
        now = self._clock()
        with self._database.reading() as session:
            nudged = events.due(session, now)
        for connection_id in nudged:
            with self._database.writing() as session:
                runs.ensure_queued(session, connection_id, RunMode.EVENT_REFRESH, RunTrigger.EVENT, now)

    def mails(self) -> list[int]:
        """Ask for a run of its own where mail waits: for the end of the quiet hours, for the cap, or for the LMS."""
        now = self._clock()
        with self._database.writing() as session:
            waiting = [connections.of_portal(session, portal_id) for portal_id in runs.owing(session)]
            return [
                runs.waiting(session, one.id, RunMode.MAIL)
                or runs.queue(session, one.id, RunMode.MAIL, RunTrigger.HOURLY, now)
                for one in waiting
                if one is not None and not self._is_quiet(one, now)
            ]

    def _is_quiet(self, connection: Connection, now: datetime) -> bool:
        portal = self._wiring.lms.portal(connection.portal_id)
        return portal is None or is_quiet(connections.policy(connection).mail_pace, now, portal.time_zone)

    def _daily(self, portal_id: str) -> None:
        now = self._clock()
        with self._database.writing() as session:
            connection = connections.locked(session, portal_id)
            if connection is None or connection.next_daily_at is None or connection.next_daily_at > now:
                return
            connection.next_daily_at = self._wiring.next_daily_at(connection)
            runs.ensure_queued(session, connection.id, RunMode.SYNC, RunTrigger.DAILY, now)
