"""Rows of the connector's batches, made short."""

from collections.abc import Mapping, Sequence
from typing import cast

from flask import Flask
from sqlalchemy import Table, func, select, update

from connector.core.model.account import Account, AccountState, Mail
from connector.core.model.employee import Value
from connector.core.ports.host import Host, Invitation, Key, KeyKind, NewAccount, Outcome, OutcomeStatus
from connector.sandbox.lms.db.columns import Base
from connector.sandbox.lms.db.tables import OutboxMail, Portal, User, db


def new(
    name: str,
    fields: Mapping[str, Value] | None = None,
    state: AccountState = AccountState.ACTIVE,
    email: str | None = None,
    external_id: str | None = None,
) -> NewAccount:
    """A new account of a person called `name`."""
    return NewAccount(
        external_id=external_id or f"person-{name}",
        email=email or f"{name}@northfield.example",
        first_name=name.title(),
        last_name="Newman",
        state=state,
        fields=fields or {},
    )


def add(host: Host, row: NewAccount) -> str:
    """Make one account; gives its id."""
    return account_id(host.create([row])[0])


def account_id(outcome: Outcome) -> str:
    """The id in an outcome that must have one."""
    assert outcome.account_id is not None
    return outcome.account_id


def account(host: Host, user_id: str) -> Account:
    """The one account with this id."""
    (only,) = find(host, KeyKind.ID, user_id)
    return only


def find(host: Host, kind: KeyKind, value: str) -> Sequence[Account]:
    """What one look-up finds."""
    key = Key(kind, value)
    found = host.find([key])
    assert isinstance(found, Mapping)
    return found[key]


def statuses(outcomes: Sequence[Outcome]) -> list[OutcomeStatus]:
    """What became of each row."""
    return [outcome.status for outcome in outcomes]


def send_mail(host: Host, user_id: str, mail: Mail) -> None:
    """Send one mail, which must go."""
    assert [outcome.status for outcome in host.invite([Invitation(user_id, mail)])] == [OutcomeStatus.SENT]


def mails(app: Flask) -> list[OutboxMail]:
    """The outbox, oldest first."""
    with app.app_context():
        found = list(db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))
        db.session.expunge_all()
    return found


def user(app: Flask, user_id: str) -> User:
    """A user's row as it is stored."""
    with app.app_context():
        found = db.session.get_one(User, user_id)
        db.session.expunge_all()
    return found


def count(app: Flask, model: type[Base]) -> int:
    """How many rows there are."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(cast(Table, model.__table__))) or 0


def set_portal(app: Flask, slug: str, **columns: object) -> None:
    """Change a portal as its operator can."""
    with app.app_context():
        db.session.execute(update(Portal).where(Portal.slug == slug).values(**columns))
        db.session.commit()
