"""The hooks that the developer of a Flask LMS writes: each handles one user, as the LMS's own object.

A hook uses the session it is given, never `db.session`: the batch around it is one transaction of that session.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from connector.core.model.account import Account, Field, Group, Mail
from connector.core.ports.host import Change, NewAccount
from connector.hosts.accounts import versioned
from connector.hosts.lookup import Columns

User = TypeVar("User")


class RowRefused(ValueError):
    """The LMS refuses this row; `code` says why in a word or two, without personal data."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


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
        """The `Account` of a user, always with a version."""
        return versioned(self.read(user))
