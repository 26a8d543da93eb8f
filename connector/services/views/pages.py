"""What the pages show: a portal's id in, frozen views out. It never writes, and asks neither Paycor nor the LMS.

Every method reads the rows of one portal only (rule A42): with the id of another portal's run it finds nothing. Lists
are read a page at a time by key, so that page 2,000 costs as much as page 1; names and addresses are looked up for the
rows of one page only.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from connector.core.model.run import EntryOutcome, RunMode
from connector.errors import SchemaBehind
from connector.services.views.people import people_by_employee, people_by_key
from connector.services.views.rows import entry_view, finding_view, not_invited_view, run_view
from connector.services.views.views import (
    AuditView,
    ConnectionView,
    EntityView,
    EntryView,
    FindingView,
    NotInvitedView,
    Page,
    Progress,
    RunView,
)
from connector.store import audit
from connector.store.connection import connections, legal_entities
from connector.store.db import revision
from connector.store.db.sessions import Database
from connector.store.people import findings, mails
from connector.store.runs import entries, runs

#: How many rows a page has.
PAGE_SIZE = 50
#: One row more is read than a page has, to know whether there is a next page.
LIMIT = PAGE_SIZE + 1

#: Modes that decide about everybody, which is what an admin means by "the last sync".
_WHOLE = (RunMode.SYNC, RunMode.PREVIEW)
#: The outcomes of rows that the LMS did not do.
_REFUSED = (EntryOutcome.NOT_FOUND, EntryOutcome.REJECTED, EntryOutcome.RETRY, EntryOutcome.UNKNOWN)

Row = TypeVar("Row")
View = TypeVar("View")


class Views:
    """Read-only views of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def check_schema(self) -> None:
        """Raise SchemaBehind unless the database is at this release's revision; cheap once it was."""
        self._database.before_use()
        if not revision.is_current(self._database.engine):
            raise SchemaBehind(
                "The connector's tables are behind this release. The operator of the LMS has to run"
                " `flask connector db upgrade`; nothing is lost until then."
            )

    def connection(self, portal_id: str) -> ConnectionView | None:
        """The portal's connection in any state; None when it never had one."""
        with self._database.reading() as session:
            row = connections.of_portal(session, portal_id)
            if row is None:
                return None
            last_run = runs.newest_over(session, portal_id, _WHOLE)
            open_run = runs.newest_open(session, portal_id)
            entities = legal_entities.of_connection(session, row.id)
            return ConnectionView(
                state=row.state,
                environment=row.environment,
                mode=row.mode,
                attention_code=row.attention_code,
                connected_at=row.connected_at,
                connected_by=row.connected_by,
                daily_hour=row.daily_hour,
                read_interval=row.read_interval,
                next_daily_at=row.next_daily_at,
                first_sync_at=row.first_sync_at,
                legal_entities=tuple(EntityView(one.legal_entity_id, one.tenant_id) for one in entities),
                last_run=run_view(last_run) if last_run else None,
                open_run=run_view(open_run) if open_run else None,
            )

    def last_failed_run(self, portal_id: str) -> RunView | None:
        """The portal's newest run that failed or was killed; None when there is none."""
        with self._database.reading() as session:
            row = runs.newest_failed(session, portal_id)
        return run_view(row) if row else None

    def run(self, portal_id: str, run_id: int) -> RunView | None:
        """One run; None when there is none, or when it is another portal's."""
        with self._database.reading() as session:
            row = runs.of_portal(session, portal_id, run_id)
        return run_view(row) if row else None

    def runs(self, portal_id: str, before: int | None = None) -> Page[RunView]:
        """The portal's runs, newest first; `before` is the last id of the page before."""
        with self._database.reading() as session:
            return page_of(runs.page(session, portal_id, before, LIMIT), lambda row: row.id, run_view)

    def progress(self, portal_id: str, run_id: int) -> Progress | None:
        """How far a run is, cheap enough to be called every second; None as for `run`."""
        run = self.run(portal_id, run_id)
        return None if run is None else Progress(run.status, run.phase, run.done, run.total, run.report)

    def entries(
        self,
        portal_id: str,
        run_id: int,
        kind: str | None = None,
        after: int | None = None,
        *,
        refused: bool = False,
        waiting: bool = False,
        left: bool = False,
    ) -> Page[EntryView]:
        """The rows of a run's plan, in plan order: all, or those of one kind.

        `refused` shows only those that the LMS did not do, `waiting` those that are neither begun nor released, `left`
        those that an undo has left as they are.
        """
        outcomes = (
            (_REFUSED if refused else ())
            + (entries.WAITING if waiting else ())
            + ((EntryOutcome.LEFT,) if left else ())
        )
        with self._database.reading() as session:
            rows = entries.page(session, portal_id, run_id, after, LIMIT, kind=kind, outcomes=outcomes)
            people = people_by_employee(session, portal_id, [row.employee_id for row in rows[:PAGE_SIZE]])
        return page_of(rows, lambda row: row.id, lambda row: entry_view(row, people.get(row.employee_id)))

    def findings(
        self,
        portal_id: str,
        code: str | None = None,
        after: int | None = None,
        *,
        skips: Sequence[str] = (),
    ) -> Page[FindingView]:
        """The findings of the last decisions, oldest first; of one code, or all.

        With `skips` they are those of these codes for which a person is skipped.
        """
        with self._database.reading() as session:
            rows = findings.page(session, portal_id, after, LIMIT, code=code, skips=skips)
            people = people_by_employee(session, portal_id, [row.employee_id for row in rows[:PAGE_SIZE]])
        return page_of(rows, lambda row: row.id, lambda row: finding_view(row, people.get(row.employee_id)))

    def finding_counts(self, portal_id: str) -> list[tuple[str, int]]:
        """How many findings there are of each code, the most frequent first."""
        with self._database.reading() as session:
            return findings.counts(session, portal_id)

    def not_invited(self, portal_id: str, after: int | None = None) -> Page[NotInvitedView]:
        """Learners with access whose mail was not sent, or may not have arrived (D13), in the order of their links."""
        with self._database.reading() as session:
            rows = mails.not_invited(session, portal_id, after, LIMIT)
            people = people_by_key(session, portal_id, [row.person_key for row in rows[:PAGE_SIZE]])
        return page_of(
            rows, lambda row: row.id, lambda row: not_invited_view(row, people.get(row.person_key))
        )

    def audit(self, portal_id: str, before: int | None = None) -> Page[AuditView]:
        """Who changed what about the portal's connection, newest first."""
        with self._database.reading() as session:
            return page_of(
                audit.page(session, portal_id, before, LIMIT),
                lambda row: row.id,
                lambda row: AuditView(row.id, row.at, row.viewer_id, row.action, row.detail or {}),
            )


def page_of(rows: Sequence[Row], key: Callable[[Row], int], view: Callable[[Row], View]) -> Page[View]:
    """A page of views from up to `LIMIT` rows; the last one only shows that there is a next page."""
    shown = rows[:PAGE_SIZE]
    return Page(tuple(view(row) for row in shown), key(shown[-1]) if len(rows) > PAGE_SIZE else None)
