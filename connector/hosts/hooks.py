"""The hooks that the developer of a Flask LMS writes: each handles one user, as the LMS's own object.

A hook uses the session it is given, never `db.session`: the batch around it is one transaction of that session.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from connector.core.model.account import Account, AccountState, Field, Group, Mail
from connector.core.model.operation import RefusalCode
from connector.core.ports.host import Change, NewAccount
from connector.errors import ConnectorError, without_text
from connector.hosts.accounts import versioned
from connector.hosts.lookup import Columns

log = logging.getLogger(__name__)

User = TypeVar("User")


class RowRefused(ValueError):
    """The LMS refuses this row; `code` says why in a word or two, without personal data.

    `values` are the values at fault: `email`, `first_name`, `last_name`, or `field:` and the key of a field. Without
    them the connector finds out by trying each value alone.
    """

    def __init__(self, code: str, *values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class UserHooks(ABC, Generic[User]):
    """The users of one portal."""

    #: The columns that users are looked up by.
    columns: Columns

    @abstractmethod
    def read(self, user: User) -> Account:
        """The user as an `Account`. If it has no `version`, one is made of the other values."""

    @abstractmethod
    def new_user(self, session: Session, row: NewAccount) -> User:
        """A learner with the values of the row; the caller adds it to the session. No mail may go out.

        Raises ValueError, best a RowRefused, when the LMS refuses it.
        """

    @abstractmethod
    def edit_user(self, session: Session, user: User, change: Change) -> None:
        """Make a sparse change: None leaves a value alone; in `fields`, None clears that field.

        An empty `external_id` removes the external id: store NULL, because several users have none.

        Raises ValueError, best a RowRefused, when the LMS refuses it.
        """

    @abstractmethod
    def send(self, session: Session, user: User, mail: Mail) -> None:
        """Send the welcome or the invitation, again if it was sent before.

        Raises RowRefused when the mail must not go out, or the OSError of the mail server.
        """

    def users(self) -> Select[User]:
        """Every user of this portal; eager loading of what `read` needs belongs here (`selectinload`)."""
        return select(self.columns.user_class)

    def fields(self) -> Sequence[Field]:
        """The custom user data fields; none unless replaced."""
        return ()

    def groups(self) -> Sequence[Group]:
        """The groups; none unless replaced."""
        return ()

    def account(self, user: User) -> Account:
        """The `Account` of a user, always with a version; one with a problem if `read` raises for this user."""
        try:
            return versioned(self.read(user))
        except (ConnectorError, DBAPIError):
            raise
        except Exception as failure:
            log.error("The hook `read` failed for one user with %s.", without_text(failure))
            return self._unreadable(user)

    def _unreadable(self, user: User) -> Account:
        """What is certain about a user when `read` fails: the keys, so that no second account is created."""
        account_id, external_id, email = (
            getattr(user, column.key)
            for column in (self.columns.id, self.columns.external_id, self.columns.email)
        )
        return Account(
            account_id=str(account_id),
            email=email or "",
            first_name="",
            last_name="",
            state=AccountState.ACTIVE,
            is_learner=False,
            external_id=external_id,
            problem=RefusalCode.HOOK.value,
        )
