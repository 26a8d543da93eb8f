"""A batch in one transaction: rows in, users of the LMS created or changed, one outcome per row out.

Each row has its own savepoint, so that a refused row does not undo the others.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from sqlalchemy.exc import DataError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from connector.core.model.account import Account, Field
from connector.core.ports.host import Change, Key, NewAccount, Outcome, OutcomeStatus
from connector.errors import ConnectorError, without_text
from connector.hosts import checks
from connector.hosts.accounts import KeyIndex, canonical, unique_keys
from connector.hosts.hooks import RowRefused, UserHooks
from connector.hosts.lookup import conditions

log = logging.getLogger(__name__)

User = TypeVar("User")

#: The LMS's models or its database refused a value.
VALUE = "value"
#: A constraint of the LMS's database was violated, such as a user name of its own that has to be unique.
CONSTRAINT = "constraint"
#: A hook raised what it must not raise; the log says where.
HOOK = "hook"


def find_users(hooks: UserHooks[User], session: Session, keys: Sequence[Key]) -> Iterator[User]:
    """All users who have one of the keys, and perhaps some who do not; a user may come twice."""
    for condition in conditions(hooks.columns, list(dict.fromkeys(map(canonical, keys)))):
        yield from session.scalars(hooks.users().where(condition))


class Batch(Generic[User]):
    """The rows of one call, worked through in order within the transaction of `session`."""

    def __init__(self, hooks: UserHooks[User], session: Session, fields: Sequence[Field]) -> None:
        self._hooks = hooks
        self._session = session
        self._fields = fields
        self._index = KeyIndex()
        self._users: dict[str, User] = {}

    def load(self, keys: Sequence[Key]) -> None:
        """Read the users who have these keys, so that no row needs a query of its own."""
        for user in find_users(self._hooks, self._session, keys):
            self._remember(user)

    def create(self, row: NewAccount) -> Outcome:
        """Create a learner, unless another user has the external id or the email."""
        keys = unique_keys(row.external_id, row.email)
        conflict = self._index.conflict(keys)
        if conflict is not None:
            return checks.exists(conflict)
        refusal = checks.create_refusal(self._fields, row)
        if refusal:
            return checks.rejected(None, refusal)
        created: list[User] = []

        def write() -> None:
            created.append(self._hooks.new_user(self._session, row))
            self._session.add(created[0])

        refusal = self._attempt(write)
        if not refusal:
            return self._done(OutcomeStatus.CREATED, created[0])
        # Another process may have created the user since the batch was read.
        self.load(keys)
        conflict = self._index.conflict(keys)
        return checks.rejected(None, refusal) if conflict is None else checks.exists(conflict)

    def update(self, change: Change) -> Outcome:
        """Change a user, unless another user has the new external id or email."""
        user = self._users.get(change.account_id)
        if user is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        before = self._hooks.account(user)
        conflict = self._index.conflict(unique_keys(change.external_id, change.email), before.account_id)
        refusal = checks.change_refusal(self._fields, before, change, conflict) or self._attempt(
            lambda: self._hooks.edit_user(self._session, user, change)
        )
        if refusal:
            return checks.rejected(before, refusal)
        if self._hooks.account(user) == before:
            return Outcome(OutcomeStatus.UNCHANGED, before.account_id, before.version)
        self._index.remove(before)
        return self._done(OutcomeStatus.UPDATED, user)

    def _attempt(self, write: Callable[[], None]) -> str:
        """Write one row within a savepoint; the code of the refusal, empty when the row was written."""
        try:
            with self._session.begin_nested():
                write()
        except RowRefused as refusal:
            return refusal.code
        except IntegrityError:
            return CONSTRAINT
        except (ValueError, DataError):
            return VALUE
        except StatementError as failure:
            if not isinstance(failure.orig, ValueError):
                raise
            return VALUE
        except ConnectorError:
            raise
        except Exception as failure:
            log.error("A hook failed for one row with %s.", without_text(failure))
            return HOOK
        return ""

    def _done(self, status: OutcomeStatus, user: User) -> Outcome:
        account = self._remember(user)
        return Outcome(status, account.account_id, account.version)

    def _remember(self, user: User) -> Account:
        account = self._hooks.account(user)
        self._index.put(account)
        self._users[account.account_id] = user
        return account
