"""What a run has done and an undo can take back: rows of the ledger in, each with what the undo has to know out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from connector.core.model.account import Link, MailState
from connector.core.model.operation import OperationKind
from connector.core.model.run import RunMode
from connector.core.ports.ledger import AppliedEntry
from connector.store.db.paging import CHUNK, page_before
from connector.store.db.sessions import Database, Session
from connector.store.people import links
from connector.store.runs.entries import DONE, SAFE_ORDER, operation_of
from connector.store.tables.people import LinkRow
from connector.store.tables.runs import EntryRow, RunRow

#: The states of a mail that was sent; a held one was sent if it was ever begun.
_SENT = (MailState.SENT.value, MailState.HELD.value)


class SqlAppliedRun:
    """What one run of a connection did and no undo has taken back; with `employee_id`, only for that employee."""

    def __init__(
        self, database: Database, connection_id: int, run_id: int, employee_id: str | None = None
    ) -> None:
        self._database = database
        self._id = connection_id
        self._run_id = run_id
        self._employee_id = employee_id

    def done(self) -> Iterator[Sequence[AppliedEntry]]:
        """Its rows, a chunk at a time, the last applied first."""
        for kind in reversed(SAFE_ORDER):
            last: int | None = None
            while rows := self._rows(kind, last):
                last = rows[-1].id
                with self._database.reading() as session:
                    yield self._entries(session, rows)

    def is_empty(self) -> bool:
        """Whether there is nothing to take back."""
        with self._database.reading() as session:
            return not session.scalar(select(select(EntryRow.id).where(*self._which).exists()))

    def person_key(self) -> str | None:
        """The person that its first row is about; None when there is no row."""
        query = select(EntryRow.person_key).where(*self._which).order_by(EntryRow.id).limit(1)
        with self._database.reading() as session:
            return session.scalar(query)

    def mails(self) -> int:
        """How many of the accounts that it created have been mailed."""
        with self._database.reading() as session:
            return mails_sent(session, self._id, *self._which)

    @property
    def _which(self) -> tuple[ColumnElement[bool], ...]:
        mine = (EntryRow.run_id == self._run_id, EntryRow.outcome.in_(DONE), ~_is_undone())
        return mine if self._employee_id is None else (*mine, EntryRow.employee_id == self._employee_id)

    def _rows(self, kind: OperationKind, before: int | None) -> Sequence[EntryRow]:
        query = select(EntryRow).where(EntryRow.kind == kind.value, *self._which)
        with self._database.reading() as session:
            return session.scalars(page_before(query, EntryRow.id, before, CHUNK)).all()

    def _entries(self, session: Session, rows: Sequence[EntryRow]) -> list[AppliedEntry]:
        account_ids = [row.account_id for row in rows if row.account_id]
        by_account = links.by_account(session, self._id, account_ids)
        keys = {row.person_key for row in rows} | {link.person_key for link in by_account.values()}
        newest = self._newest(session, keys)
        return [
            AppliedEntry(operation_of(row), link, _newest_of(newest, row, link) > row.id)
            for row in rows
            for link in [by_account.get(row.account_id or "")]
        ]

    def _newest(self, session: Session, person_keys: set[str]) -> Mapping[str, int]:
        """The id of the last row about each of these people that was carried out and not undone."""
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
    """How many of the accounts that these rows created have been mailed; a mail cannot be taken back."""
    query = (
        select(func.count())
        .select_from(EntryRow)
        .join(LinkRow, LinkRow.account_id == EntryRow.account_id)
        .where(
            LinkRow.connection_id == connection_id,
            EntryRow.kind == OperationKind.CREATE.value,
            LinkRow.mail_at.is_not(None),
            LinkRow.mail_state.in_(_SENT),
            *which,
        )
    )
    return session.scalar(query) or 0


def mails_sent_before(session: Session, run: RunRow) -> int:
    """How many people whose account an undo took back had been mailed before."""
    taken = select(EntryRow.account_id).where(EntryRow.run_id == run.id, EntryRow.outcome.in_(DONE))
    theirs = EntryRow.account_id.in_(select(taken.subquery()))
    return mails_sent(session, run.connection_id, EntryRow.run_id == run.plan_of, theirs)


def _newest_of(newest: Mapping[str, int], row: EntryRow, link: Link | None) -> int:
    keys = {row.person_key, link.person_key if link else row.person_key}
    return max(newest.get(key, 0) for key in keys)


def _is_undone() -> Any:
    """Whether an undo has taken a row back; a run has at most one row about one person."""
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
