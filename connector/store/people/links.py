"""Links as rows: each pairs one person with one account. Plain functions on a session; the caller commits."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, select, update

from connector.core.model.account import AccountState, Link, LinkOrigin, Mail, MailState
from connector.core.model.operation import Decision, Operation, OperationKind
from connector.core.ports.host import Outcome
from connector.core.ports.optional import GROUPS_NOT_DONE
from connector.core.rules.refusals import digests_of_sent
from connector.core.rules.values.groups import changed_groups
from connector.store.db.base import insert_rows
from connector.store.db.sessions import Session
from connector.store.tables.people import LinkRow


def by_person(session: Session, connection_id: int, person_keys: Sequence[str]) -> Mapping[str, Link]:
    """The links of these people, by person key; people without one are left out."""
    links = _read(session, connection_id, LinkRow.person_key.in_(person_keys))
    return {link.person_key: link for link in links}


def by_account(session: Session, connection_id: int, account_ids: Sequence[str]) -> Mapping[str, Link]:
    """The links of these accounts, by account id; accounts without one are left out."""
    links = _read(session, connection_id, LinkRow.account_id.in_(account_ids))
    return {link.account_id: link for link in links}


def owners(session: Session, connection_id: int, account_ids: Sequence[str]) -> Mapping[str, str]:
    """The person key that each of these accounts is linked to; accounts without a link are left out."""
    query = select(LinkRow.account_id, LinkRow.person_key).where(
        LinkRow.connection_id == connection_id, LinkRow.account_id.in_(account_ids)
    )
    return {row.account_id: row.person_key for row in session.execute(query)}


def row_of_person(session: Session, connection_id: int, person_key: str) -> LinkRow | None:
    """The row of one person's link, with everything that is stored about it; None without one."""
    return session.scalar(select(LinkRow).where(_of_person(connection_id, person_key)))


def write_links(
    session: Session,
    connection_id: int,
    done: Sequence[tuple[Operation, Outcome]],
    now: datetime,
    *,
    sso: bool,
) -> None:
    """Store new links, update the state and version of the others, and delete those that an undo has unlinked."""
    unlinked = [operation.person_key for operation, _ in done if operation.kind is OperationKind.UNLINK]
    if unlinked:
        mine = (LinkRow.connection_id == connection_id) & LinkRow.person_key.in_(unlinked)
        session.execute(delete(LinkRow).where(mine))
        done = [pair for pair in done if pair[0].kind is not OperationKind.UNLINK]
    keys = [operation.person_key for operation, _ in done]
    mine = (LinkRow.connection_id == connection_id) & LinkRow.person_key.in_(keys)
    linked = set(session.scalars(select(LinkRow.person_key).where(mine))) if keys else set()
    created = [
        _new_row(connection_id, *pair, now, sso=sso) for pair in done if pair[0].person_key not in linked
    ]
    if created:
        insert_rows(session, LinkRow, created)
    _update(session, connection_id, [pair for pair in done if pair[0].person_key in linked])


def link_by_hand(
    session: Session,
    connection_id: int,
    person_key: str,
    account_id: str,
    now: datetime,
    state: AccountState = AccountState.ACTIVE,
) -> None:
    """Store a link that an admin chose, instead of any that the person had; no mail is sent.

    With the state SUSPENDED, the next run restores access if the person is entitled to it.
    """
    forget(session, connection_id, person_key)
    values = {"state": state.value, "origin": LinkOrigin.BY_HAND, "linked_at": now}
    session.add(LinkRow(connection_id=connection_id, person_key=person_key, account_id=account_id, **values))


def forget(session: Session, connection_id: int, person_key: str) -> None:
    """Delete a person's link; the account itself is not touched."""
    session.execute(delete(LinkRow).where(_of_person(connection_id, person_key)))


def hold_mails(session: Session, connection_id: int, undone: Sequence[Operation]) -> None:
    """Hold the mails of people whose account an undo suspended; an admin can send them later (rule D13).

    An invitation that was sent and not answered is void now, so it is held as well.
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


def write_groups(session: Session, connection_id: int, done: Sequence[tuple[Operation, Outcome]]) -> None:
    """Store the groups that accounts were added to and removed from (rule X24); most operations have none."""
    changed = {
        operation.person_key: groups
        for operation, outcome in done
        if outcome.code != GROUPS_NOT_DONE and (groups := changed_groups(operation))
    }
    if not changed:
        return
    mine = (LinkRow.connection_id == connection_id) & LinkRow.person_key.in_(changed)
    for link in session.scalars(select(LinkRow).where(mine).execution_options(populate_existing=True)):
        groups = changed[link.person_key]
        kept = {group_id for group_id in link.groups or () if group_id not in groups}
        link.groups = sorted(kept | {group_id for group_id, joins in groups.items() if joins})


def update_states(session: Session, connection_id: int, decisions: Sequence[Decision]) -> None:
    """Store that an account which the connector had suspended was let in by a person."""
    reopened = [
        {"key": one.person_key, "new_state": one.reopened_state.value}
        for one in decisions
        if one.reopened_state
    ]
    if reopened:
        mine = (LinkRow.connection_id == connection_id) & (LinkRow.person_key == bindparam("key"))
        session.connection().execute(
            update(LinkRow).where(mine).values(state=bindparam("new_state")), reopened
        )


def _read(session: Session, connection_id: int, which: ColumnElement[bool]) -> Iterator[Link]:
    columns = (LinkRow.person_key, LinkRow.account_id, LinkRow.state, LinkRow.version, LinkRow.groups)
    more = (LinkRow.unanswered, LinkRow.mail_state == MailState.HELD.value, LinkRow.sent)
    query = select(*columns, *more).where(LinkRow.connection_id == connection_id, which)
    for key, account_id, state, version, groups, unanswered, held, sent in session.execute(query):
        yield Link(
            key,
            account_id,
            AccountState(state),
            version,
            tuple(groups or ()),
            unanswered,
            bool(held),
            sent or {},
        )


def _of_person(connection_id: int, person_key: str) -> ColumnElement[bool]:
    return (LinkRow.connection_id == connection_id) & (LinkRow.person_key == person_key)


def _new_row(
    connection_id: int, operation: Operation, outcome: Outcome, now: datetime, *, sso: bool
) -> dict[str, Any]:
    created = operation.kind is OperationKind.CREATE
    mail, mail_state = operation.mail, MailState.OWED
    if mail is Mail.NONE:
        # A silent new account can get its mail later (rule D13); where learners sign in by SSO there is no mail.
        can_follow = created and not sso
        mail = Mail.WELCOME if can_follow else Mail.NONE
        mail_state = MailState.HELD if can_follow else MailState.NONE
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
        "sent": digests_of_sent(operation, outcome),
    }


def _is_unanswered(operation: Operation) -> bool:
    return operation.before.get("state") == AccountState.PENDING.value


def _update(session: Session, connection_id: int, done: Sequence[tuple[Operation, Outcome]]) -> None:
    """Update the links of these people.

    What was sent earlier is forgotten: the account's version is that of this write, and proves nothing about a value
    that was not in it.
    """
    mine = (LinkRow.connection_id == connection_id) & (LinkRow.person_key == bindparam("key"))
    with_state, others = list[dict[str, Any]](), list[dict[str, Any]]()
    for operation, outcome in done:
        key = operation.person_key
        sent = digests_of_sent(operation, outcome)
        row: dict[str, Any] = {"key": key, "new_version": outcome.version, "new_sent": sent}
        if state := operation.after.get("state"):
            with_state.append(row | {"new_state": state, "waits": _is_unanswered(operation)})
        else:
            others.append(row)
    change = update(LinkRow).where(mine).values(version=bindparam("new_version"), sent=bindparam("new_sent"))
    if others:
        session.connection().execute(change, others)
    if with_state:
        change = change.values(state=bindparam("new_state"), unanswered=bindparam("waits"))
        session.connection().execute(change, with_state)
    _owe_mails(session, connection_id, [operation for operation, _ in done])


def _owe_mails(session: Session, connection_id: int, done: Sequence[Operation]) -> None:
    """Owe one more mail to the people whose operation has one, such as a second invitation (rule D28)."""
    for mail in (Mail.WELCOME, Mail.INVITATION):
        keys = [one.person_key for one in done if one.mail is mail]
        if keys:
            mine = (LinkRow.connection_id == connection_id) & LinkRow.person_key.in_(keys)
            owed = {"mail": mail.value, "mail_state": MailState.OWED.value}
            session.execute(
                update(LinkRow).where(mine).values(**owed).execution_options(synchronize_session=False)
            )
