"""`core.ports.host.Host` for one portal of the built-in LMS, in this process.

A batch is one transaction of a session of its own, never the request's, so that it does not commit what a page has
half done. Writers of one portal take turns, so that what a batch has looked up stays true until it is written.
`Outcome.code` is a key of `checks.REASONS` or `custom_fields.REASONS`, or one of: not_found, not_a_learner, state,
sso, suspended, mail, collision.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Engine, Row, select
from sqlalchemy.orm import Session

from connector.core.model.account import Account, AccountState, Field, Group, Mail
from connector.core.ports.host import (
    Capabilities,
    Change,
    EditedAccount,
    Found,
    Invitation,
    Key,
    KeyKind,
    NewAccount,
    Outcome,
    OutcomeStatus,
)
from connector.core.ports.optional import Effect, Membership
from connector.sandbox.lms.config import Settings
from connector.sandbox.lms.db.tables import Group as GroupRow
from connector.sandbox.lms.db.tables import PasswordMailKind, Portal, User, UserType
from connector.sandbox.lms.groups import effects, rules
from connector.sandbox.lms.groups.membership_updates import update_memberships
from connector.sandbox.lms.mail import queue
from connector.sandbox.lms.people import accounts, checks
from connector.sandbox.lms.people.accounts import USERS
from connector.sandbox.lms.people.custom_fields import CustomFields
from connector.sandbox.lms.people.invitations import Recipient, send, send_course_links, withdraw
from connector.sandbox.lms.people.portals import custom_fields, lock_portal

BATCH_SIZE = 500
Item = TypeVar("Item")
_KIND_OF_MAIL = {Mail.WELCOME: PasswordMailKind.WELCOME, Mail.INVITATION: PasswordMailKind.INVITATION}
_COLUMN = {
    KeyKind.ID: USERS.c.id,
    KeyKind.EXTERNAL_ID: USERS.c.external_id,
    KeyKind.EMAIL: USERS.c.email_key,
}


class BuiltInHost:
    """The user API of one portal."""

    def __init__(self, engine: Engine, settings: Settings, portal_id: int) -> None:
        self._engine = engine
        self._settings = settings
        self._portal_id = portal_id

    def capabilities(self) -> Capabilities:
        """The abilities of this LMS."""
        return Capabilities(
            batch_size=BATCH_SIZE, invite=True, changed_since=True, reports_last_mailed_at=True
        )

    def find(self, keys: Sequence[Key]) -> Found:
        """Every account that has a key, by key, with one look-up for each kind of key and 500 keys."""
        found: dict[Key, list[Account]] = {}
        with Session(self._engine) as session:
            fields = custom_fields(session, self._portal_id)
            for kind, column in _COLUMN.items():
                keys_of_kind = [key for key in keys if key.kind is kind]
                values = sorted({_compared(key) for key in keys_of_kind})
                by_value: dict[str, list[Account]] = {}
                for part in _parts(values):
                    for row in accounts.users_with(session, self._portal_id, column, part):
                        by_value.setdefault(row._mapping[column], []).append(_account(row, fields))
                found.update({key: by_value.get(_compared(key), []) for key in keys_of_kind})
        return found

    def deleted(self, account_ids: Sequence[str]) -> Sequence[str]:
        """Those of these accounts that the portal does not have any more; only ids are read."""
        existing = set[str]()
        with Session(self._engine) as session:
            for part in _parts(account_ids):
                mine = (USERS.c.portal_id == self._portal_id) & USERS.c.id.in_([one for one in part if one])
                existing.update(session.scalars(select(USERS.c.id).where(mine)).all())
        return [one for one in account_ids if one not in existing]

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """Create learners, without a mail; the portal's dynamic rules apply in the same transaction."""
        outcomes: list[Outcome] = []
        for part in _parts(rows):
            with self._writing() as (session, portal):
                instant = self._settings.clock()
                written = accounts.create(
                    session, portal.id, custom_fields(session, self._portal_id), part, instant
                )
                self._apply_rules(session, portal, written.rows, instant)
            outcomes += written.outcomes
        return outcomes

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Change the named fields of accounts; the portal's dynamic rules apply in the same transaction."""
        outcomes: list[Outcome] = []
        for part in _parts(changes):
            with self._writing() as (session, portal):
                instant = self._settings.clock()
                written = accounts.change(
                    session, portal.id, custom_fields(session, self._portal_id), part, instant
                )
                self._apply_rules(session, portal, written.rows, instant)
            outcomes += written.outcomes
        queue.drain(self._engine, self._settings)
        return outcomes

    def invite(self, invitations: Sequence[Invitation]) -> Sequence[Outcome]:
        """Mail these accounts; the mails leave after the commit, so that none is about a rolled-back change."""
        outcomes: list[Outcome] = []
        for part in _parts(invitations):
            with self._writing() as (session, portal):
                outcomes += self._invite(session, portal, part)
        queue.drain(self._engine, self._settings)
        return outcomes

    def withdraw(self, account_ids: Sequence[str]) -> Sequence[Outcome]:
        """End the links in the invitations of pending accounts; all other accounts stay as they are."""
        outcomes: list[Outcome] = []
        for part in _parts(account_ids):
            with self._writing() as (session, portal):
                users = {row.id: row for row in accounts.users_with(session, portal.id, USERS.c.id, part)}
                waiting = [row.id for row in users.values() if row.state is AccountState.PENDING]
                withdraw(session, waiting, self._settings.clock())
            outcomes += [_withdrawn(users.get(account_id)) for account_id in part]
        return outcomes

    def fields(self) -> Sequence[Field]:
        """The portal's custom user data fields, in the order of their labels."""
        with Session(self._engine) as session:
            return custom_fields(session, self._portal_id).as_fields()

    def groups(self) -> Sequence[Group]:
        """The portal's groups, by name."""
        with Session(self._engine) as session:
            rows = session.scalars(
                select(GroupRow).where(GroupRow.portal_id == self._portal_id).order_by(GroupRow.name)
            )
            return [Group(str(row.id), row.name) for row in rows]

    def members(self, memberships: Sequence[Membership]) -> Sequence[Outcome]:
        """Put users into groups by hand, which no rule undoes, or take them out; their courses change with it."""
        with self._writing() as (session, portal):
            instant = self._settings.clock()
            outcomes = update_memberships(session, portal, memberships, instant)
            enrolled = [pair for one in outcomes for pair in one.enrolled]
            if enrolled:
                send_course_links(session, portal, enrolled, instant, self._settings.base_url)
        queue.drain(self._engine, self._settings)
        return [one.outcome for one in outcomes]

    def effect(self, rows: Sequence[NewAccount | Change]) -> Sequence[Effect]:
        """What the portal's rules would do with these rows."""
        with Session(self._engine) as session:
            portal = session.get_one(Portal, self._portal_id)
            fields = custom_fields(session, self._portal_id)
            return effects.effects(session, portal, fields, rows, self._settings.clock())

    def changed_since(self, instant: datetime) -> Iterable[EditedAccount]:
        """Accounts that anyone edited at or after `instant`, oldest edit first."""
        statement = (
            select(User.id, User.version)
            .where(User.portal_id == self._portal_id, User.updated_at >= instant)
            .order_by(User.updated_at)
            .execution_options(yield_per=1000)
        )
        with Session(self._engine) as session:
            for user_id, version in session.execute(statement):
                yield EditedAccount(user_id, str(version))

    def _invite(self, session: Session, portal: Portal, part: Sequence[Invitation]) -> list[Outcome]:
        ids = {item.account_id for item in part}
        users = {row.id: row for row in accounts.users_with(session, portal.id, USERS.c.id, ids)}
        refusals = [_refused(item, users.get(item.account_id), portal) for item in part]
        recipients = {
            item.account_id: _recipient(users[item.account_id], _KIND_OF_MAIL[item.mail])
            for item, refusal in zip(part, refusals, strict=True)
            if not refusal
        }
        instant = self._settings.clock()
        send(session, portal, list(recipients.values()), instant, self._settings.base_url)
        return [
            _invited(item, users.get(item.account_id), refusal)
            for item, refusal in zip(part, refusals, strict=True)
        ]

    def _apply_rules(
        self, session: Session, portal: Portal, rows: Sequence[accounts.Values], instant: datetime
    ) -> None:
        """Change the groups, courses and course links of changed users, as the portal's rules say."""
        users = [
            rules.RuleUser(row["id"], row["email_key"], row["created_at"], row["custom"]) for row in rows
        ]
        enrolled = rules.refresh(session, portal, users, instant)
        if enrolled:
            send_course_links(session, portal, enrolled, instant, self._settings.base_url)

    @contextmanager
    def _writing(self) -> Iterator[tuple[Session, Portal]]:
        """One transaction, during which no other batch writes to this portal."""
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session, lock_portal(session, self._portal_id)


def _account(row: Row[Any], fields: CustomFields) -> Account:
    """A row of `lms_user` as the connector's `Account`."""
    mailed = [instant for instant in (row.welcomed_at, row.invited_at) if instant]
    return Account(
        account_id=row.id,
        email=row.email,
        first_name=row.first_name,
        last_name=row.last_name,
        state=row.state,
        is_learner=row.type is UserType.LEARNER,
        external_id=row.external_id,
        fields=fields.shown(row.custom),
        version=str(row.version),
        last_mailed_at=max(mailed, default=None),
    )


def _refused(invitation: Invitation, user: Row[Any] | None, portal: Portal) -> str:
    """The code of why this mail is not sent; empty when it is."""
    if user is None:
        return "not_found"
    if portal.sso:
        return "sso"
    if user.state is AccountState.SUSPENDED:
        return "suspended"
    return "" if invitation.mail in _KIND_OF_MAIL else "mail"


def _invited(invitation: Invitation, user: Row[Any] | None, refusal: str) -> Outcome:
    if user is None:
        return Outcome(OutcomeStatus.NOT_FOUND, code=refusal)
    status = OutcomeStatus.REJECTED if refusal else OutcomeStatus.SENT
    return Outcome(status, user.id, version=str(user.version), code=refusal)


def _withdrawn(user: Row[Any] | None) -> Outcome:
    if user is None:
        return Outcome(OutcomeStatus.NOT_FOUND, code="not_found")
    waits = user.state is AccountState.PENDING
    status = OutcomeStatus.UPDATED if waits else OutcomeStatus.UNCHANGED
    return Outcome(status, user.id, version=str(user.version))


def _recipient(user: Row[Any], kind: PasswordMailKind) -> Recipient:
    name = f"{user.first_name} {user.last_name}".strip() or user.email
    return Recipient(user.id, user.email, name, kind)


def _compared(key: Key) -> str:
    return checks.key_of(key.value) if key.kind is KeyKind.EMAIL else key.value


def _parts(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The items in batches of at most BATCH_SIZE."""
    for start in range(0, len(items), BATCH_SIZE):
        yield items[start : start + BATCH_SIZE]
