"""The connection that the LMS's own session holds in a request: given back before one of ours is taken.

Most LMSs load their user at the start of a request and keep the transaction open until its end. A page of ours would
hold a second connection beside it: five pages at once would use up a pool of five, each waiting for the others.
"""

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, scoped_session

#: Marks a session whose transaction is more than reading: it has written, or locked rows.
_BUSY = "connector.busy"


class LentConnection:
    """The LMS's session of the current request or thread."""

    def __init__(self, session: scoped_session[Any]) -> None:
        self._session = session
        for name, listener in (
            ("after_flush", _flushed),
            ("do_orm_execute", _executed),
            ("after_transaction_end", _ended),
        ):
            # Several apps of one process can share a session.
            if not event.contains(session, name, listener):
                event.listen(session, name, listener)

    def give_back(self) -> None:
        """End a transaction in which the LMS has only read; its objects stay, and are read again when they are used.

        One in which it has written, or is about to, is the LMS's to commit and stays as it is.
        """
        if not self._session.registry.has():
            return
        session: Session = self._session()
        waiting = session.new or session.dirty or session.deleted or session.info.get(_BUSY)
        if session.in_transaction() and not session.in_nested_transaction() and not waiting:
            session.rollback()


def _flushed(session: Session, _context: object) -> None:
    session.info[_BUSY] = True


def _executed(state: ORMExecuteState) -> None:
    if not state.is_select or getattr(state.statement, "_for_update_arg", None) is not None:
        state.session.info[_BUSY] = True


def _ended(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(_BUSY, None)
