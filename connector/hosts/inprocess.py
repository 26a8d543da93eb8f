"""A Flask LMS in the same process: batches of rows in, its users changed in one transaction, outcomes out.

`InProcessHost` is the user API of one portal, `InProcessLms` a whole LMS with a single portal. A developer subclasses
one of them and writes the hooks of `connector.hosts.hooks`. Both need an application context.

A batch has its own session, so that neither the LMS nor the connector commits the other's unfinished work. The session
comes from the LMS's own factory: the same models, binds and listeners.
"""

import logging
import smtplib
import socket
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
from connector.core.model.employee import full_name
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
from connector.errors import HostContractError, HostUnavailable, without_text
from connector.hosts import checks
from connector.hosts.accounts import KeyIndex, unique_keys
from connector.hosts.batch import Batch, find_users
from connector.hosts.hooks import RowRefused, User, UserHooks
from connector.hosts.lookup import ids_that_exist

log = logging.getLogger(__name__)

Row = TypeVar("Row")

PAGE_SIZE = 500

#: The database did not say whether it committed.
COMMIT = "commit"

#: Raised before the mail was handed over: it may be sent again.
_NOT_HANDED_OVER = (ConnectionRefusedError, socket.gaierror, smtplib.SMTPConnectError, smtplib.SMTPHeloError)
#: The mail server refused the mail.
_MAIL_REFUSED = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPAuthenticationError)


class InProcessHost(UserHooks[User]):
    """The user API of one portal, over the LMS's own models."""

    #: How many users are written in one transaction.
    batch_size = 500
    #: Whether `read` says when a user was last mailed: an interrupted mail can then be looked up.
    reports_last_mailed_at = False

    def __init__(self, db: SQLAlchemy) -> None:
        self._new_session: Callable[[], Session] = db.session.session_factory

    def capabilities(self) -> Capabilities:
        """What this LMS can do, according to its class."""
        return Capabilities(
            batch_size=self.batch_size,
            changed_since=self.columns.changed_at is not None,
            reports_last_mailed_at=self.reports_last_mailed_at,
        )

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """All accounts that have each key, in the order of their ids."""
        index = KeyIndex()
        with _database_errors("find"), self._new_session() as session:
            users = map(self.account, find_users(self, session, keys))
            accounts = {account.account_id: account for account in users}
        for account in accounts.values():
            index.put(account)
        return {key: [accounts[account_id] for account_id in index.account_ids(key)] for key in keys}

    def deleted(self, account_ids: Sequence[str]) -> Sequence[str]:
        """Those of these accounts that are gone."""
        with _database_errors("find"), self._new_session() as session:
            existing = ids_that_exist(self.columns, self.users(), session, account_ids)
        return [one for one in account_ids if one not in existing]

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """Create learners without a mail; EXISTS where another account has the external id or the email."""
        keys = [key for row in rows for key in unique_keys(row.external_id, row.email)]
        return self._write(rows, keys, Batch.create)

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Make sparse changes; REJECTED where another account has the new external id or email."""
        keys = [
            key
            for change in changes
            for key in (Key(KeyKind.ID, change.account_id), *unique_keys(change.external_id, change.email))
        ]
        return self._write(changes, keys, Batch.update)

    def invite(self, invitations: Sequence[Invitation]) -> Sequence[Outcome]:
        """Send one mail each, each in its own transaction: a mail that went out cannot be rolled back with others."""
        return [self._invite(invitation) for invitation in invitations]

    def changed_since(self, instant: datetime) -> Iterator[EditedAccount]:
        """Accounts edited at or after `instant`, in the order of their ids, a page at a time."""
        column = self.columns.changed_at
        if column is None:
            raise HostContractError(
                f"{type(self).__name__}.columns has no changed_at, so edits cannot be found. Add the column."
            )
        identity = self.columns.id
        query = self.users().where(column >= _bound(column.type, instant)).order_by(identity).limit(PAGE_SIZE)
        page = query
        while True:
            # No session is open while the caller works: on SQLite it would block every writer.
            with _database_errors("changed_since"), self._new_session() as session:
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
        write_row: Callable[[Batch[User], Row], Outcome],
    ) -> Sequence[Outcome]:
        """Write all rows in one transaction; the users with one of the keys are read beforehand."""
        fields = self.fields()
        with self._new_session() as session:
            with _database_errors(f"write a batch of {len(rows)}"):
                _begin(session, self.columns.user_class)
                batch = Batch(self, session, fields)
                batch.load(keys)
                outcomes = [write_row(batch, row) for row in rows]
            return outcomes if _committed(session) else [_unknown(outcome) for outcome in outcomes]

    def _invite(self, invitation: Invitation) -> Outcome:
        with _database_errors("invite"), self._new_session() as session:
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
            except Exception as failure:
                return _mail_outcome(failure, account.account_id)
            if not _committed(session):
                return Outcome(OutcomeStatus.UNKNOWN, account.account_id, code=COMMIT)
            return Outcome(OutcomeStatus.SENT, account.account_id, self.account(user).version)


class InProcessLms(InProcessHost[User]):
    """An LMS with one portal: the user API and the rest of `core.ports.lms.Lms`.

    An LMS with several portals implements `core.ports.lms.Lms` itself; its `host` returns an `InProcessHost` whose
    `users` are those of the portal.
    """

    base_template = "base.html"
    portal_id = "main"
    name = "Learning"
    time_zone = "UTC"
    #: Whether learners use single sign-on: then no learner is mailed and no learner sets a password.
    sso = False
    #: Whether the operator has switched the integration on.
    enabled = True

    @abstractmethod
    def current_user(self) -> User | None:
        """The user who is signed in to the LMS in this request."""

    @abstractmethod
    def is_admin(self, user: User) -> bool:
        """Whether a user may change every setting of the LMS."""

    @abstractmethod
    def mail_admins(self, portal_id: str, subject: str, text: str) -> None:
        """Mail the admins about something that needs them."""

    def viewer(self) -> Viewer | None:
        """The signed-in user, as the pages need it."""
        user = self.current_user()
        if user is None:
            return None
        account, portals = self.account(user), frozenset({self.portal_id})
        name = full_name(account.first_name, account.last_name)
        return Viewer(account.account_id, name, portals, portals if self.is_admin(user) else frozenset())

    def sign_in_url(self, next_url: str) -> str | None:
        """None, so that visitors get a 403; override it with the address of the LMS's sign-in page."""
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
        """None; override it."""
        return ()

    def checklist(self, portal_id: str) -> Sequence[ChecklistItem]:
        """Empty; override it."""
        return ()


@contextmanager
def _database_errors(what: str) -> Iterator[None]:
    """Turn an error of the database into a HostError; unchained, because the original text contains the row."""
    try:
        yield
    except DBAPIError as failure:
        raise HostUnavailable(
            f"The database of the LMS failed to {what} ({type(failure).__name__}), so nothing was written. Try again"
            " later."
        ) from None
    except StatementError as failure:
        raise HostContractError(
            f"A hook of the host gave the database a value it cannot store, while trying to {what}:"
            f" {type(failure.orig).__name__}. To refuse a row, raise ValueError in the hook."
        ) from None


def _begin(session: Session, user_class: type[object]) -> None:
    """Begin the transaction; on SQLite with the write lock, because its driver would commit at each savepoint."""
    connection = session.connection(bind_arguments={"mapper": inspect(user_class)})
    driver = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite" and not getattr(driver, "in_transaction", True):
        connection.exec_driver_sql("PRAGMA busy_timeout = 30000")
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _committed(session: Session) -> bool:
    """Commit; False when the database did not say whether it committed."""
    try:
        session.commit()
    except DBAPIError:
        return False
    return True


def _unknown(outcome: Outcome) -> Outcome:
    """The outcome after a failed commit: a change may or may not have been kept; a refusal stays a refusal."""
    changed = outcome.status in (OutcomeStatus.CREATED, OutcomeStatus.UPDATED)
    return replace(outcome, status=OutcomeStatus.UNKNOWN, version="", code=COMMIT) if changed else outcome


def _bound(column_type: object, instant: datetime) -> datetime:
    """The instant in the form of the column: most LMSs keep UTC without a zone."""
    if isinstance(column_type, DateTime) and not column_type.timezone:
        return instant.astimezone(UTC).replace(tzinfo=None)
    return instant


def _mail_outcome(failure: Exception, account_id: str) -> Outcome:
    """The outcome of a mail whose hook raised: not sent, refused, or unknown, because the mail may have left before.

    smtplib raises OSErrors. A value that the database cannot store is raised again: the hook is wrong for everybody.
    """
    if isinstance(failure, DBAPIError):
        return Outcome(OutcomeStatus.UNKNOWN, account_id, code=COMMIT)
    if isinstance(failure, StatementError):
        raise failure
    if isinstance(failure, _NOT_HANDED_OVER):
        return Outcome(OutcomeStatus.RETRY, account_id, code="mail.unreachable")
    if isinstance(failure, _MAIL_REFUSED):
        return Outcome(OutcomeStatus.REJECTED, account_id, code="mail.refused")
    if not isinstance(failure, OSError):
        log.error("The mail hook failed for one person with %s.", without_text(failure))
    return Outcome(OutcomeStatus.UNKNOWN, account_id, code="mail.unknown")
