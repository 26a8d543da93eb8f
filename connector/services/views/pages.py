"""What the pages show: a portal's id in, frozen views out. It never writes, and never asks Paycor or the LMS.

Every method is given the portal and answers from that portal's rows alone (rule A42): the id of another
portal's run finds nothing. Lists come a page at a time by key, so that page 2,000 costs what page 1 does;
nobody counts everybody. Names and addresses are looked up for the rows of the page at hand only.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from connector.core.model.account import AccountState, MailState
from connector.core.model.run import EntryOutcome, RunMode, RunStatus
from connector.errors import SchemaBehind
from connector.services.views.rows import entry_view, finding_view, person_view, run_view
from connector.services.views.views import (
    AuditView,
    ConnectionView,
    EntityView,
    EntryView,
    FindingView,
    NotInvitedView,
    Page,
    PersonView,
    Progress,
    RunView,
)
from connector.store.db import revision
from connector.store.db.sessions import Database
from connector.store.tables.connection import Audit, Connection, Entity
from connector.store.tables.people import EmployeeRow, FindingRow, LinkRow
from connector.store.tables.runs import EntryRow, RunRow

#: How many rows a page has.
PAGE_SIZE = 50

#: A run in one of these is not over.
OPEN = (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.HELD)
#: Modes that decide over everybody, which is what an admin means by "the last sync".
WHOLE = (RunMode.SYNC, RunMode.PREVIEW)
#: How the mail of a learner stands who may still be told.
UNTOLD = (MailState.HELD.value, MailState.FAILED.value, MailState.UNKNOWN.value)
#: Nobody is told of an account that is closed.
IN = LinkRow.state != AccountState.SUSPENDED.value
#: Outcomes that mean: the LMS did not do it.
REFUSED = (EntryOutcome.NOT_FOUND, EntryOutcome.REJECTED, EntryOutcome.RETRY, EntryOutcome.UNKNOWN)

Row = TypeVar("Row")
View = TypeVar("View")


class Views:
    """Read-only views of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def check_schema(self) -> None:
        """Raise SchemaBehind unless the database is at this release's revision; cheap once it was."""
        if not revision.is_current(self._database.engine):
            raise SchemaBehind(
                "The connector's tables are behind this release. Whoever runs the LMS has to run"
                " `flask connector db upgrade`; nothing is lost by waiting for it."
            )

    def connection(self, portal_id: str) -> ConnectionView | None:
        """The portal's connection, disconnected or not; None when there never was one."""
        with self._database.reading() as session:
            row = session.scalar(select(Connection).where(Connection.portal_id == portal_id))
            if row is None:
                return None
            entities = select(Entity).where(Entity.connection_id == row.id).order_by(Entity.legal_entity_id)
            return ConnectionView(
                state=row.state,
                environment=row.environment,
                mode=row.mode,
                attention_code=row.attention_code,
                connected_at=row.connected_at,
                connected_by=row.connected_by,
                daily_hour=row.daily_hour,
                next_daily_at=row.next_daily_at,
                first_sync_at=row.first_sync_at,
                legal_entities=tuple(
                    EntityView(entity.legal_entity_id, entity.tenant_id)
                    for entity in session.scalars(entities)
                ),
                last_run=_newest(session, portal_id, RunRow.mode.in_(WHOLE), RunRow.status.not_in(OPEN)),
                open_run=_newest(session, portal_id, RunRow.status.in_(OPEN)),
            )

    def run(self, portal_id: str, run_id: int) -> RunView | None:
        """One run; None when there is none, or when it is another portal's."""
        with self._database.reading() as session:
            return _newest(session, portal_id, RunRow.id == run_id)

    def runs(self, portal_id: str, before: int | None = None) -> Page[RunView]:
        """The portal's runs, newest first; `before` is the last id of the page before."""
        query = (
            select(RunRow)
            .join(Connection, Connection.id == RunRow.connection_id)
            .where(Connection.portal_id == portal_id)
            .order_by(RunRow.id.desc())
            .limit(PAGE_SIZE + 1)
        )
        if before is not None:
            query = query.where(RunRow.id < before)
        with self._database.reading() as session:
            return _page(session.scalars(query).all(), lambda row: row.id, run_view)

    def progress(self, portal_id: str, run_id: int) -> Progress | None:
        """How far a run has come, cheap enough to be asked every second; None as for `run`."""
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
        """The rows of a run's plan, in plan order.

        They are all, those of one kind, with `refused` those that the LMS did not do, with `waiting` those that nobody
        has begun or released, with `left` those that an undo has left as they are.
        """
        query = (
            select(EntryRow)
            .join(RunRow, RunRow.id == EntryRow.run_id)
            .join(Connection, Connection.id == RunRow.connection_id)
            .where(Connection.portal_id == portal_id, EntryRow.run_id == run_id)
            .order_by(EntryRow.id)
            .limit(PAGE_SIZE + 1)
        )
        if kind is not None:
            query = query.where(EntryRow.kind == kind)
        if refused:
            query = query.where(EntryRow.outcome.in_(REFUSED))
        if waiting:
            query = query.where(EntryRow.outcome == EntryOutcome.PLANNED)
        if left:
            query = query.where(EntryRow.outcome == EntryOutcome.LEFT)
        if after is not None:
            query = query.where(EntryRow.id > after)
        with self._database.reading() as session:
            rows = session.scalars(query).all()
            people = people_of(
                session, portal_id, EmployeeRow.employee_id, [row.employee_id for row in rows[:PAGE_SIZE]]
            )
            return _page(rows, lambda row: row.id, lambda row: entry_view(row, people.get(row.employee_id)))

    def findings(
        self,
        portal_id: str,
        code: str | None = None,
        after: int | None = None,
        *,
        skips: Sequence[str] = (),
    ) -> Page[FindingView]:
        """What is to be known about people as of the last decision, oldest first; of one code, or of all.

        With `skips` they are those of these codes for which nothing is done about the person.
        """
        query = (
            select(FindingRow)
            .join(Connection, Connection.id == FindingRow.connection_id)
            .where(Connection.portal_id == portal_id)
            .order_by(FindingRow.id)
            .limit(PAGE_SIZE + 1)
        )
        if code is not None:
            query = query.where(FindingRow.code == code)
        if skips:
            query = query.where(FindingRow.code.in_(skips), FindingRow.is_skip)
        if after is not None:
            query = query.where(FindingRow.id > after)
        with self._database.reading() as session:
            rows = session.scalars(query).all()
            people = people_of(
                session, portal_id, EmployeeRow.employee_id, [row.employee_id for row in rows[:PAGE_SIZE]]
            )
            return _page(rows, lambda row: row.id, lambda row: finding_view(row, people.get(row.employee_id)))

    def finding_counts(self, portal_id: str) -> list[tuple[str, int]]:
        """How many findings there are of each code, the most frequent first."""
        count = func.count()
        query = (
            select(FindingRow.code, count)
            .join(Connection, Connection.id == FindingRow.connection_id)
            .where(Connection.portal_id == portal_id)
            .group_by(FindingRow.code)
            .order_by(count.desc(), FindingRow.code)
        )
        with self._database.reading() as session:
            return [(code, heads) for code, heads in session.execute(query)]

    def untold(self, portal_id: str, after: int | None = None) -> Page[NotInvitedView]:
        """Learners who have access and have not been told, or nobody knows (D13), in the order they were linked."""
        query = (
            select(LinkRow)
            .join(Connection, Connection.id == LinkRow.connection_id)
            .where(Connection.portal_id == portal_id, LinkRow.mail_state.in_(UNTOLD), IN)
            .order_by(LinkRow.id)
            .limit(PAGE_SIZE + 1)
        )
        if after is not None:
            query = query.where(LinkRow.id > after)
        with self._database.reading() as session:
            rows = session.scalars(query).all()
            people = people_of(
                session, portal_id, EmployeeRow.person_key, [row.person_key for row in rows[:PAGE_SIZE]]
            )
            return _page(
                rows,
                lambda row: row.id,
                lambda row: NotInvitedView(
                    row.person_key,
                    row.account_id,
                    row.mail_state,
                    row.linked_at,
                    people.get(row.person_key, PersonView()),
                ),
            )

    def audit(self, portal_id: str, before: int | None = None) -> Page[AuditView]:
        """Who changed what about the portal's connection, newest first."""
        query = (
            select(Audit).where(Audit.portal_id == portal_id).order_by(Audit.id.desc()).limit(PAGE_SIZE + 1)
        )
        if before is not None:
            query = query.where(Audit.id < before)
        with self._database.reading() as session:
            return _page(
                session.scalars(query).all(),
                lambda row: row.id,
                lambda row: AuditView(row.at, row.viewer_id, row.action, row.detail or {}),
            )


def _newest(session: Session, portal_id: str, *clauses: ColumnElement[bool]) -> RunView | None:
    """The portal's newest run that meets the clauses."""
    query = (
        select(RunRow)
        .join(Connection, Connection.id == RunRow.connection_id)
        .where(Connection.portal_id == portal_id, *clauses)
        .order_by(RunRow.id.desc())
        .limit(1)
    )
    row = session.scalar(query)
    return None if row is None else run_view(row)


def _page(rows: Sequence[Row], key: Callable[[Row], int], view: Callable[[Row], View]) -> Page[View]:
    """A page of views; one row more than a page holds has been read, to know whether there is a next one."""
    kept = rows[:PAGE_SIZE]
    return Page(tuple(view(row) for row in kept), key(kept[-1]) if len(rows) > PAGE_SIZE else None)


def people_of(session: Session, portal_id: str, column: Any, keys: Iterable[str]) -> Mapping[str, PersonView]:
    """Who is behind these keys; of several employments, the first one that has a work email speaks."""
    wanted = {key for key in keys if key}
    if not wanted:
        return {}
    query = (
        select(column, EmployeeRow.record)
        .join(Connection, Connection.id == EmployeeRow.connection_id)
        .where(Connection.portal_id == portal_id, column.in_(wanted))
        .order_by(EmployeeRow.employee_id)
    )
    people: dict[str, PersonView] = {}
    for key, record in session.execute(query):
        person = person_view(record)
        if key not in people or (person.email and not people[key].email):
            people[key] = person
    return people
