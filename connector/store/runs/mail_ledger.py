"""The mails that new accounts are owed, on the link rows: intent before, outcome after."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, select, update

from connector.core.model.account import Mail, MailState
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.core.ports.ledger import OwedMail
from connector.store.runs.fence import Fence
from connector.store.tables.people import LinkRow
from connector.store.tables.runs import RunRow

CHUNK = 500

#: What an outcome makes of a mail; whatever is not listed has failed.
_ENDS = {
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
        """Mails whose sending was begun by a run that is over."""
        yield from self._drain(LinkRow.mail_state == MailState.SENDING.value, CHUNK)

    def owed(self, size: int) -> Iterator[Sequence[OwedMail]]:
        """Mails not begun yet."""
        yield from self._drain(LinkRow.mail_state == MailState.OWED.value, size)

    def begun_since(self, instant: datetime) -> int:
        """How many mails have been begun to be sent since an instant."""
        recent = (LinkRow.connection_id == self._id) & (LinkRow.mail_at > instant)
        with self._fence.database.reading() as session:
            return session.scalar(select(func.count()).where(recent)) or 0

    def begin(self, mails: Sequence[OwedMail]) -> None:
        """Say, durably, that these are about to be sent."""
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
        """Write what became of them, and count those that went out to this run."""
        ends = [_ENDS.get(outcome.status, MailState.FAILED).value for outcome in outcomes]
        rows = [
            {"link": mail.link_id, "end": end, "left": outcome.version}
            for mail, outcome, end in zip(mails, outcomes, ends, strict=True)
        ]
        versioned = [row for row in rows if row["left"]]
        others = [{"link": row["link"], "end": row["end"]} for row in rows if not row["left"]]
        state = update(LinkRow).where(LinkRow.id == bindparam("link")).values(mail_state=bindparam("end"))
        sent = ends.count(MailState.SENT.value)
        with self._fence.writing() as session:
            if versioned:
                session.connection().execute(state.values(version=bindparam("left")), versioned)
            if others:
                session.connection().execute(state, others)
            session.execute(update(RunRow).where(RunRow.id == self._run_id).values(mails=RunRow.mails + sent))

    def _drain(self, which: ColumnElement[bool], size: int) -> Iterator[Sequence[OwedMail]]:
        query = select(LinkRow.id, LinkRow.account_id, LinkRow.mail, LinkRow.mail_at)
        mine = query.where(LinkRow.connection_id == self._id, which).order_by(LinkRow.id).limit(size)
        last = 0
        while True:
            with self._fence.database.reading() as session:
                rows = session.execute(mine.where(LinkRow.id > last)).all()
            if not rows:
                return
            last = rows[-1].id
            yield [OwedMail(row.id, row.account_id, Mail(row.mail), row.mail_at) for row in rows]
