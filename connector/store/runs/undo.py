"""What a run has done, gone back over: rows of the ledger in, what has to be known to take them back out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from connector.core.model.account import AccountState, Link, MailState
from connector.core.model.operation import OperationKind
from connector.core.model.run import RunMode
from connector.core.ports.ledger import AppliedEntry
from connector.store.db.sessions import Database
from connector.store.runs.entries import CHUNK, DONE, SAFE_ORDER, operation_of
from connector.store.tables.people import LinkRow
from connector.store.tables.runs import EntryRow, RunRow

#: How a mail stands that went out; one that is held went out if it was ever begun.
_GONE_OUT = (MailState.SENT.value, MailState.HELD.value)


class SqlAppliedRun:
    """What one run of a connection has done and has not been taken back yet; with `employee_id`, to them alone."""

    def __init__(
        self, database: Database, connection_id: int, run_id: int, employee_id: str | None = None
    ) -> None:
        self._database = database
        self._id = connection_id
        self._run_id = run_id
        self._employee_id = employee_id

    def done(self) -> Iterator[Sequence[AppliedEntry]]:
        """Its rows, a chunk at a time, the last that was applied first."""
        for kind in reversed(SAFE_ORDER):
            last: int | None = None
            while rows := self._rows(kind, last):
                last = rows[-1].id
                with self._database.reading() as session:
                    yield self._known(session, rows)

    def is_empty(self) -> bool:
        """Whether there is nothing to take back."""
        with self._database.reading() as session:
            return not session.scalar(select(select(EntryRow.id).where(*self._which).exists()))

    def person_key(self) -> str | None:
        """The human that its first row is about; None when there is none."""
        query = select(EntryRow.person_key).where(*self._which).order_by(EntryRow.id).limit(1)
        with self._database.reading() as session:
            return session.scalar(query)

    def mails(self) -> int:
        """How many of the accounts that it made have been mailed."""
        with self._database.reading() as session:
            return mails_sent(session, self._id, *self._which)

    @property
    def _which(self) -> tuple[ColumnElement[bool], ...]:
        mine = (EntryRow.run_id == self._run_id, EntryRow.outcome.in_(DONE), ~_is_undone())
        return mine if self._employee_id is None else (*mine, EntryRow.employee_id == self._employee_id)

    def _rows(self, kind: OperationKind, before: int | None) -> Sequence[EntryRow]:
        query = select(EntryRow).where(EntryRow.kind == kind.value, *self._which)
        if before is not None:
            query = query.where(EntryRow.id < before)
        with self._database.reading() as session:
            return session.scalars(query.order_by(EntryRow.id.desc()).limit(CHUNK)).all()

    def _known(self, session: Session, rows: Sequence[EntryRow]) -> list[AppliedEntry]:
        links = self._links(session, [row.account_id for row in rows if row.account_id])
        keys = {row.person_key for row in rows} | {link.person_key for link in links.values()}
        newest = self._newest(session, keys)
        found = [(row, links.get(row.account_id or "")) for row in rows]
        return [
            AppliedEntry(operation_of(row), link, _newest_of(newest, row, link) > row.id)
            for row, link in found
        ]

    def _links(self, session: Session, account_ids: Sequence[str]) -> Mapping[str, Link]:
        query = select(LinkRow).where(LinkRow.connection_id == self._id, LinkRow.account_id.in_(account_ids))
        return {
            row.account_id: Link(
                row.person_key, row.account_id, AccountState(row.state), row.version, tuple(row.groups or ())
            )
            for row in session.scalars(query)
        }

    def _newest(self, session: Session, person_keys: set[str]) -> Mapping[str, int]:
        """The id of the last row about each of these humans that was carried out and has not been undone."""
        query = (
            select(EntryRow.person_key, func.max(EntryRow.id))
            .join(RunRow, RunRow.id == EntryRow.run_id)
            .where(
                RunRow.connection_id == self._id,
                RunRow.mode != RunMode.UNDO,
                EntryRow.person_key.in_(person_keys),
                EntryRow.outcome.in_(DONE),
                ~_is_undone(),
            )
            .group_by(EntryRow.person_key)
        )
        return {row[0]: row[1] for row in session.execute(query)}


def mails_sent(session: Session, connection_id: int, *which: ColumnElement[bool]) -> int:
    """How many of the accounts that these rows have made have been mailed; a mail cannot be taken back."""
    query = (
        select(func.count())
        .select_from(EntryRow)
        .join(LinkRow, LinkRow.account_id == EntryRow.account_id)
        .where(
            LinkRow.connection_id == connection_id,
            EntryRow.kind == OperationKind.CREATE.value,
            LinkRow.mail_at.is_not(None),
            LinkRow.mail_state.in_(_GONE_OUT),
            *which,
        )
    )
    return session.scalar(query) or 0


def mailed_before(session: Session, run: RunRow) -> int:
    """How many mails had gone out to those whose account an undo has taken back."""
    taken = select(EntryRow.account_id).where(EntryRow.run_id == run.id, EntryRow.outcome.in_(DONE))
    theirs = EntryRow.account_id.in_(select(taken.subquery()))
    return mails_sent(session, run.connection_id, EntryRow.run_id == run.plan_of, theirs)


def _newest_of(newest: Mapping[str, int], row: EntryRow, link: Link | None) -> int:
    keys = {row.person_key, link.person_key if link else row.person_key}
    return max(newest.get(key, 0) for key in keys)


def _is_undone() -> Any:
    """Whether a row has been taken back; a run has at most one row about one human."""
    undo, row = aliased(RunRow), aliased(EntryRow)
    return (
        select(row.id)
        .join(undo, undo.id == row.run_id)
        .where(
            undo.plan_of == EntryRow.run_id,
            undo.mode == RunMode.UNDO,
            row.person_key == EntryRow.person_key,
            row.outcome.in_(DONE),
        )
        .exists()
    )
