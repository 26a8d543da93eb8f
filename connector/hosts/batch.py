"""A batch in one transaction: rows in, users of the LMS made or changed, one outcome a row out.

Each row has a savepoint of its own, so that a refused row takes nobody with it.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from sqlalchemy.exc import DataError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from connector.core.model.account import Account, Field
from connector.core.ports.host import Change, Key, NewAccount, Outcome, OutcomeStatus
from connector.hosts import checks
from connector.hosts.hooks import RowRefused, UserHooks
from connector.hosts.keys import KeyIndex, canonical, wanted
from connector.hosts.lookup import conditions

User = TypeVar("User")

#: The LMS's models or its database would not have a value.
VALUE = "value"
#: A rule of the LMS's database was broken, such as a name of its own that has to be unique.
CONSTRAINT = "constraint"


def find_users(hooks: UserHooks[User], session: Session, keys: Sequence[Key]) -> Iterator[User]:
    """Everybody who carries one of the keys, some perhaps twice, with some perhaps who do not."""
    for condition in conditions(hooks.columns, list(dict.fromkeys(map(canonical, keys)))):
        yield from session.scalars(hooks.users().where(condition))


class Batch(Generic[User]):
    """The rows of one call, worked through in order within the transaction that `session` is in."""

    def __init__(self, hooks: UserHooks[User], session: Session, fields: Sequence[Field]) -> None:
        self._hooks = hooks
        self._session = session
        self._fields = fields
        self._index = KeyIndex()
        self._users: dict[str, User] = {}

    def load(self, keys: Sequence[Key]) -> None:
        """Read whoever carries one of these keys, so that no row has to ask by itself."""
        for user in find_users(self._hooks, self._session, keys):
            self._note(user)

    def create(self, row: NewAccount) -> Outcome:
        """Make a learner, unless somebody has the external id or the email."""
        keys = wanted(row.external_id, row.email)
        taken = self._index.taken(keys)
        if taken is not None:
            return checks.exists(taken)
        refusal = checks.create_refusal(self._fields, row)
        if refusal:
            return checks.rejected(None, refusal)
        made: list[User] = []

        def write() -> None:
            made.append(self._hooks.new_user(self._session, row))
            self._session.add(made[0])

        refusal = self._attempt(write)
        if not refusal:
            return self._done(OutcomeStatus.CREATED, made[0])
        # Somebody may have been quicker since the batch was read.
        self.load(keys)
        taken = self._index.taken(keys)
        return checks.rejected(None, refusal) if taken is None else checks.exists(taken)

    def update(self, change: Change) -> Outcome:
        """Change a user, unless somebody else has the new external id or email."""
        user = self._users.get(change.account_id)
        if user is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        before = self._hooks.account(user)
        taken = self._index.taken(wanted(change.external_id, change.email), before.account_id)
        refusal = checks.change_refusal(self._fields, before, change, taken) or self._attempt(
            lambda: self._hooks.edit_user(self._session, user, change)
        )
        if refusal:
            return checks.rejected(before, refusal)
        if self._hooks.account(user) == before:
            return Outcome(OutcomeStatus.UNCHANGED, before.account_id, before.version)
        self._index.drop(before)
        return self._done(OutcomeStatus.UPDATED, user)

    def _attempt(self, write: Callable[[], None]) -> str:
        """Write one row within a savepoint; the code of why it was not written, empty when it was."""
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
        return ""

    def _done(self, status: OutcomeStatus, user: User) -> Outcome:
        account = self._note(user)
        return Outcome(status, account.account_id, account.version)

    def _note(self, user: User) -> Account:
        account = self._hooks.account(user)
        self._index.put(account)
        self._users[account.account_id] = user
        return account
