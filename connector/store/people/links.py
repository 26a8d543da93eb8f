"""Links as rows: what follows for the pair of a human and an account when an operation is done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from connector.core.model.account import AccountState, LinkOrigin, Mail, MailState
from connector.core.model.operation import Decision, Operation, OperationKind
from connector.core.ports.host import Outcome
from connector.core.ports.optional import GROUPS_NOT_DONE
from connector.core.rules.values.groups import changed_groups
from connector.store.db.base import insert_rows
from connector.store.tables.people import LinkRow


def write_links(
    session: Session,
    connection_id: int,
    done: Sequence[tuple[Operation, Outcome]],
    now: datetime,
    *,
    sso: bool,
) -> None:
    """Remember new pairs, and on the others the state and version that was left behind; forget what was undone."""
    forgotten = [operation.person_key for operation, _ in done if operation.kind is OperationKind.UNLINK]
    if forgotten:
        mine = (LinkRow.connection_id == connection_id) & LinkRow.person_key.in_(forgotten)
        session.execute(delete(LinkRow).where(mine))
        done = [pair for pair in done if pair[0].kind is not OperationKind.UNLINK]
    keys = [operation.person_key for operation, _ in done]
    query = select(LinkRow.person_key).where(
        LinkRow.connection_id == connection_id, LinkRow.person_key.in_(keys)
    )
    linked = set(session.scalars(query)) if keys else set()
    fresh = [_new(connection_id, *pair, now, sso=sso) for pair in done if pair[0].person_key not in linked]
    if fresh:
        insert_rows(session, LinkRow, fresh)
    known = [_changed(*pair) for pair in done if pair[0].person_key in linked]
    _update(session, connection_id, known)


def link_by_hand(
    session: Session, connection_id: int, person_key: str, account_id: str, now: datetime
) -> None:
    """Remember a pair that an admin has decided, in the place of any that the human had; nobody is mailed."""
    forget(session, connection_id, person_key)
    values = {"state": AccountState.ACTIVE.value, "origin": LinkOrigin.BY_HAND, "linked_at": now}
    session.add(LinkRow(connection_id=connection_id, person_key=person_key, account_id=account_id, **values))


def forget(session: Session, connection_id: int, person_key: str) -> None:
    """Let a human have no account any more, as far as is remembered."""
    mine = (LinkRow.connection_id == connection_id) & (LinkRow.person_key == person_key)
    session.execute(delete(LinkRow).where(mine))


def hold_mails(session: Session, connection_id: int, undone: Sequence[Operation]) -> None:
    """Let nobody be mailed whom an undo has suspended: an admin may tell them later (rule D13).

    Whoever had not answered their invitation, which is good for nothing now, has not been told either.
    """
    suspended = [one for one in undone if one.kind is OperationKind.SUSPEND]
    waiting = [one for one in suspended if one.before.get("state") == AccountState.PENDING.value]
    for operations, state in ((suspended, MailState.OWED), (waiting, MailState.SENT)):
        keys = [one.person_key for one in operations]
        mine = (LinkRow.connection_id == connection_id) & LinkRow.person_key.in_(keys)
        session.execute(
            update(LinkRow)
            .where(mine, LinkRow.mail_state == state.value)
            .values(mail_state=MailState.HELD.value)
            .execution_options(synchronize_session=False)
        )


def learn_states(session: Session, connection_id: int, decisions: Sequence[Decision]) -> None:
    """Remember that an account which the connector had suspended was let in by somebody."""
    seen = [{"key": one.person_key, "is": one.seen.value} for one in decisions if one.seen]
    if seen:
        mine = (LinkRow.connection_id == connection_id) & (LinkRow.person_key == bindparam("key"))
        session.connection().execute(update(LinkRow).where(mine).values(state=bindparam("is")), seen)


def _new(
    connection_id: int, operation: Operation, outcome: Outcome, now: datetime, *, sso: bool
) -> dict[str, Any]:
    created = operation.kind is OperationKind.CREATE
    mail, mail_state = operation.mail, MailState.OWED
    if mail is Mail.NONE:
        # Somebody created silently can be told later (rule D13); where learners sign in elsewhere there is no mail.
        told_later = created and not sso
        mail = Mail.WELCOME if told_later else Mail.NONE
        mail_state = MailState.HELD if told_later else MailState.NONE
    return {
        "connection_id": connection_id,
        "person_key": operation.person_key,
        "account_id": outcome.account_id or operation.account_id,
        "state": operation.after.get("state") or AccountState.ACTIVE.value,
        "version": outcome.version,
        "mail": mail.value,
        "mail_state": mail_state.value,
        "origin": LinkOrigin.CREATED if created else LinkOrigin.FOUND,
        "linked_at": now,
        "unanswered": _is_unanswered(operation),
    }


def _is_unanswered(operation: Operation) -> bool:
    return operation.before.get("state") == AccountState.PENDING.value


def _changed(operation: Operation, outcome: Outcome) -> dict[str, Any]:
    return {
        "key": operation.person_key,
        "left": outcome.version,
        "set": operation.after.get("state"),
        "waited": _is_unanswered(operation),
    }


def _update(session: Session, connection_id: int, known: Sequence[dict[str, Any]]) -> None:
    mine = (LinkRow.connection_id == connection_id) & (LinkRow.person_key == bindparam("key"))
    with_state = [row for row in known if row["set"]]
    others = [{"key": row["key"], "left": row["left"]} for row in known if not row["set"]]
    if others:
        session.connection().execute(update(LinkRow).where(mine).values(version=bindparam("left")), others)
    if with_state:
        left: dict[str, Any] = {
            "version": bindparam("left"),
            "state": bindparam("set"),
            "unanswered": bindparam("waited"),
        }
        session.connection().execute(update(LinkRow).where(mine).values(**left), with_state)


def write_groups(session: Session, connection_id: int, done: Sequence[tuple[Operation, Outcome]]) -> None:
    """Remember the groups that accounts were put into and taken out of (rule X24); nearly nobody has any."""
    changed = {
        operation.person_key: moves
        for operation, outcome in done
        if outcome.code != GROUPS_NOT_DONE and (moves := changed_groups(operation))
    }
    if not changed:
        return
    mine = (LinkRow.connection_id == connection_id) & LinkRow.person_key.in_(changed)
    for link in session.scalars(select(LinkRow).where(mine).execution_options(populate_existing=True)):
        moves = changed[link.person_key]
        kept = {group_id for group_id in link.groups or () if group_id not in moves}
        link.groups = sorted(kept | {group_id for group_id, joins in moves.items() if joins})
