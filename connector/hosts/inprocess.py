"""A Flask LMS in its own process: batches of rows in, its users changed in one transaction, outcomes out.

`InProcessHost` is one portal's user API, `InProcessLms` a whole LMS with a single portal; a developer subclasses one of
them and writes the hooks of `connector.hosts.hooks`. Both need an application context.

A batch has a session of its own, so that neither the LMS's half-done work nor the connector's is committed by the
other. It comes from the LMS's own factory: the same models, binds and listeners.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, inspect
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from connector.core.model.account import AccountState
from connector.core.ports.host import (
    Capabilities,
    Change,
    EditedAccount,
    Found,
    Host,
    Invitation,
    Key,
    KeyKind,
    NewAccount,
    Outcome,
    OutcomeStatus,
    Unknown,
)
from connector.core.ports.lms import ChecklistItem, PageLink, Portal, Viewer
from connector.errors import HostContractError, HostUnavailable
from connector.hosts import checks
from connector.hosts.batch import Batch, find_users
from connector.hosts.hooks import RowRefused, User, UserHooks
from connector.hosts.keys import KeyIndex, wanted
from connector.hosts.mailing import outcome_of

Row = TypeVar("Row")

PAGE_SIZE = 500

#: The database did not say whether it has kept what was done.
COMMIT = "commit"


class InProcessHost(UserHooks[User]):
    """The user API of one portal, over the LMS's own models."""

    #: How many users are written in one transaction.
    batch_size = 500
    #: Whether `read` says when a user was last mailed: a mail that was cut off can then be looked up.
    tells_told_at = False

    def __init__(self, db: SQLAlchemy) -> None:
        self._new_session: Callable[[], Session] = db.session.session_factory

    def capabilities(self) -> Capabilities:
        """What this LMS can do, as its class says."""
        return Capabilities(
            batch_size=self.batch_size,
            changed_since=self.columns.changed_at is not None,
            tells_told_at=self.tells_told_at,
        )

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """All accounts that carry a key, in the order of their ids."""
        index = KeyIndex()
        with _failures_told("find"), self._new_session() as session:
            found = map(self.account, find_users(self, session, keys))
            accounts = {account.account_id: account for account in found}
        for account in accounts.values():
            index.put(account)
        return {key: [accounts[carrier] for carrier in index.carriers(key)] for key in keys}

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """New learners, without a mail; EXISTS where somebody has the external id or the email."""
        keys = [key for row in rows for key in wanted(row.external_id, row.email)]
        return self._write(rows, keys, Batch.create)

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Sparse changes; REJECTED where somebody else has the new external id or email."""
        keys = [
            key
            for change in changes
            for key in (Key(KeyKind.ID, change.account_id), *wanted(change.external_id, change.email))
        ]
        return self._write(changes, keys, Batch.update)

    def invite(self, invitations: Sequence[Invitation]) -> Sequence[Outcome]:
        """One mail each, every one in a transaction of its own: what went out cannot be rolled back with others."""
        return [self._invite(invitation) for invitation in invitations]

    def changed_since(self, instant: datetime) -> Iterator[EditedAccount]:
        """Accounts edited at or after `instant`, in the order of their ids, a page at a time."""
        column = self.columns.changed_at
        if column is None:
            raise HostContractError(f"{type(self).__name__}.columns has no changed_at to look for edits in.")
        identity = self.columns.id
        query = self.users().where(column >= _bound(column.type, instant)).order_by(identity).limit(PAGE_SIZE)
        page = query
        while True:
            # No session is open while the caller works: on SQLite it would keep everybody from writing.
            with _failures_told("changed_since"), self._new_session() as session:
                users = session.scalars(page).all()
                accounts = [self.account(user) for user in users]
                last = getattr(users[-1], identity.key) if users else None
            yield from (EditedAccount(account.account_id, account.version) for account in accounts)
            if len(accounts) < PAGE_SIZE:
                return
            page = query.where(identity > last)

    def _write(
        self,
        rows: Sequence[Row],
        keys: Sequence[Key],
        answer: Callable[[Batch[User], Row], Outcome],
    ) -> Sequence[Outcome]:
        """One transaction over all rows; whoever carries one of the keys is read beforehand."""
        fields = self.fields()
        with self._new_session() as session:
            with _failures_told(f"write a batch of {len(rows)}"):
                _begin(session, self.columns.user_class)
                batch = Batch(self, session, fields)
                batch.load(keys)
                outcomes = [answer(batch, row) for row in rows]
            return outcomes if _committed(session) else [_doubtful(outcome) for outcome in outcomes]

    def _invite(self, invitation: Invitation) -> Outcome:
        with _failures_told("invite"), self._new_session() as session:
            keys = [Key(KeyKind.ID, invitation.account_id)]
            user = next(find_users(self, session, keys), None)
            if user is None:
                return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
            account = self.account(user)
            if account.state is AccountState.SUSPENDED:
                return checks.rejected(account, checks.SUSPENDED)
            try:
                self.send(session, user, invitation.mail)
            except RowRefused as refusal:
                return checks.rejected(account, refusal.code)
            except OSError as failure:
                return outcome_of(failure, account.account_id)
            except DBAPIError:
                # The mail may have left before the database failed.
                return Outcome(OutcomeStatus.UNKNOWN, account.account_id, code=COMMIT)
            if not _committed(session):
                return Outcome(OutcomeStatus.UNKNOWN, account.account_id, code=COMMIT)
            return Outcome(OutcomeStatus.SENT, account.account_id, self.account(user).version)


class InProcessLms(InProcessHost[User]):
    """An LMS with one portal: what `core.ports.lms.Lms` asks, besides the user API.

    An LMS with several portals implements `core.ports.lms.Lms` itself, with `host` giving an `InProcessHost` whose
    `users` are those of the portal.
    """

    base_template = "base.html"
    portal_id = "main"
    name = "Learning"
    time_zone = "UTC"
    #: Whether learners sign in elsewhere: then nobody is mailed and nobody sets a password.
    sso = False
    #: Whether the operator has switched the integration on.
    enabled = True

    @abstractmethod
    def current_user(self) -> User | None:
        """Whoever is signed in to the LMS in this request."""

    @abstractmethod
    def is_admin(self, user: User) -> bool:
        """Whether a user may change every setting of the LMS."""

    @abstractmethod
    def mail_admins(self, portal_id: str, subject: str, text: str) -> None:
        """Tell the admins about something that needs them."""

    def viewer(self) -> Viewer | None:
        """Whoever is signed in, as the pages see them."""
        user = self.current_user()
        if user is None:
            return None
        account, portals = self.account(user), frozenset({self.portal_id})
        name = f"{account.first_name} {account.last_name}".strip()
        return Viewer(account.account_id, name, portals, portals if self.is_admin(user) else frozenset())

    def sign_in_url(self, next_url: str) -> str | None:
        """None, which answers 403: replace it with the address of the LMS's sign-in page."""
        return None

    def portal(self, portal_id: str) -> Portal | None:
        """The one portal, while the integration is switched on."""
        return next((portal for portal in self.portals() if portal.portal_id == portal_id), None)

    def portals(self) -> Iterable[Portal]:
        """The one portal, or none while the integration is switched off."""
        return [Portal(self.portal_id, self.name, self.time_zone, self.sso)] if self.enabled else []

    def host(self, portal_id: str) -> Host:
        """Itself."""
        return self

    def links(self, portal_id: str, since: datetime) -> Sequence[PageLink]:
        """None unless replaced."""
        return ()

    def checklist(self, portal_id: str) -> Sequence[ChecklistItem]:
        """Nothing unless replaced."""
        return ()


@contextmanager
def _failures_told(what: str) -> Iterator[None]:
    """Say that the database failed, or refused a value; unchained, because its own words have the row in them."""
    try:
        yield
    except DBAPIError as failure:
        raise HostUnavailable(
            f"The database of the LMS failed to {what} with {type(failure).__name__}: nothing was written. Try"
            " again later."
        ) from None
    except StatementError as failure:
        raise HostContractError(
            f"A hook of the host gave the database a value it cannot take, on the way to {what}:"
            f" {type(failure.orig).__name__}. Raise ValueError for a row that is to be refused."
        ) from None


def _begin(session: Session, user_class: type[object]) -> None:
    """Begin the transaction; on SQLite with the write lock, because its driver would commit at each savepoint."""
    connection = session.connection(bind_arguments={"mapper": inspect(user_class)})
    driver = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite" and not getattr(driver, "in_transaction", True):
        connection.exec_driver_sql("PRAGMA busy_timeout = 30000")
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _committed(session: Session) -> bool:
    """Commit; False when the database did not say whether it has."""
    try:
        session.commit()
    except DBAPIError:
        return False
    return True


def _doubtful(outcome: Outcome) -> Outcome:
    """What was done may or may not have been kept; what was refused stays refused."""
    changed = outcome.status in (OutcomeStatus.CREATED, OutcomeStatus.UPDATED)
    return replace(outcome, status=OutcomeStatus.UNKNOWN, version="", code=COMMIT) if changed else outcome


def _bound(column_type: object, instant: datetime) -> datetime:
    """The instant as the column has it: most LMSs keep UTC without a zone."""
    if isinstance(column_type, DateTime) and not column_type.timezone:
        return instant.astimezone(UTC).replace(tzinfo=None)
    return instant
