"""What the developer of a Flask LMS writes: one user at a time, as the LMS's own objects.

A hook uses the session that it is given, never `db.session`: the batch around it is one transaction of that session.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from connector.core.model.account import Account, Field, Group, Mail
from connector.core.ports.host import Change, NewAccount
from connector.hosts.lookup import Columns
from connector.hosts.versions import versioned

User = TypeVar("User")


class RowRefused(ValueError):
    """The LMS will not have this row; `code` says why in a word or two and without personal data."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class UserHooks(ABC, Generic[User]):
    """One portal's users."""

    #: Where users are looked up.
    columns: Columns

    @abstractmethod
    def read(self, user: User) -> Account:
        """The user as a value. Without a `version` of the LMS's own, one is made of the other values."""

    @abstractmethod
    def new_user(self, session: Session, row: NewAccount) -> User:
        """A learner with what is in the row; the caller adds it to the session, and no mail may go out.

        Raises ValueError, best a RowRefused, when the LMS will not have it.
        """

    @abstractmethod
    def edit_user(self, session: Session, user: User, change: Change) -> None:
        """Make a sparse change: None leaves a value alone; in `fields`, None clears that field.

        An `external_id` that is the empty text is to be taken off: kept as NULL, because several have none.

        Raises ValueError, best a RowRefused, when the LMS will not have it.
        """

    @abstractmethod
    def send(self, session: Session, user: User, mail: Mail) -> None:
        """Send the welcome or the invitation, once more if it was sent before.

        Raises RowRefused when it must not go out, or whatever OSError the way to the mail server raises.
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
        """What `read` says, with a version in any case."""
        return versioned(self.read(user))
