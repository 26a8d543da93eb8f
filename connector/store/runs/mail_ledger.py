"""The mails that new accounts still get, on the link rows: intent before, outcome after."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, select, update

from connector.core.model.account import Mail, MailState
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.core.ports.ledger import OwedMail
from connector.store.db.paging import CHUNK, in_chunks
from connector.store.people.mails import IS_OWED
from connector.store.runs.fence import Fence
from connector.store.tables.people import LinkRow
from connector.store.tables.runs import RunRow

#: The state of a mail after each outcome; with any other outcome it has failed.
_STATES = {
    OutcomeStatus.SENT: MailState.SENT,
    OutcomeStatus.PENDING: MailState.SENT,
    OutcomeStatus.RETRY: MailState.OWED,
    OutcomeStatus.UNKNOWN: MailState.UNKNOWN,
}


class SqlMailLedger:
    """The mails of one connection, written by one run."""

    def __init__(self, fence: Fence, connection_id: int, run_id: int) -> None:
        self._fence = fence
        self._id = connection_id
        self._run_id = run_id

    def unsettled(self) -> Iterator[Sequence[OwedMail]]:
        """Mails that a run which is over began to send."""
        return self._mails(LinkRow.mail_state == MailState.SENDING.value, CHUNK)

    def owed(self, size: int) -> Iterator[Sequence[OwedMail]]:
        """Mails not begun yet, at most `size` at a time."""
        return self._mails(IS_OWED, size)

    def begun_since(self, instant: datetime) -> int:
        """How many mails were begun after an instant, whatever became of them."""
        recent = (LinkRow.connection_id == self._id) & (LinkRow.mail_at > instant)
        with self._fence.database.reading() as session:
            return session.scalar(select(func.count()).where(recent)) or 0

    def begin(self, mails: Sequence[OwedMail]) -> None:
        """Record, durably, that these are about to be sent."""
        ids = [mail.link_id for mail in mails]
        values = {"mail_state": MailState.SENDING.value, "mail_at": self._fence.clock()}
        with self._fence.writing() as session:
            session.execute(
                update(LinkRow)
                .where(LinkRow.id.in_(ids))
                .values(**values)
                .execution_options(synchronize_session=False)
            )

    def record(self, mails: Sequence[OwedMail], outcomes: Sequence[Outcome]) -> None:
        """Write what became of them, and add those that were sent to the run's count.

        A mail may change the account's version; where the host gave the new one, it is kept.
        """
        states = [_STATES.get(outcome.status, MailState.FAILED).value for outcome in outcomes]
        rows = [
            {"link": mail.link_id, "new_state": state, "new_version": outcome.version}
            for mail, outcome, state in zip(mails, outcomes, states, strict=True)
        ]
        versioned = [row for row in rows if row["new_version"]]
        others = [
            {"link": row["link"], "new_state": row["new_state"]} for row in rows if not row["new_version"]
        ]
        update_state = (
            update(LinkRow).where(LinkRow.id == bindparam("link")).values(mail_state=bindparam("new_state"))
        )
        sent = states.count(MailState.SENT.value)
        with self._fence.writing() as session:
            if versioned:
                session.connection().execute(update_state.values(version=bindparam("new_version")), versioned)
            if others:
                session.connection().execute(update_state, others)
            session.execute(update(RunRow).where(RunRow.id == self._run_id).values(mails=RunRow.mails + sent))

    def _mails(self, which: ColumnElement[bool], size: int) -> Iterator[Sequence[OwedMail]]:
        columns = (LinkRow.id, LinkRow.account_id, LinkRow.mail, LinkRow.mail_at)
        mine = (LinkRow.connection_id == self._id) & LinkRow.is_parked.is_(False)
        query = select(*columns).where(mine, which)
        for rows in in_chunks(self._fence.database, query, LinkRow.id, size):
            yield [OwedMail(row.id, row.account_id, Mail(row.mail), row.mail_at) for row in rows]
