"""A batch in one transaction: rows in, users of the LMS created or changed, one outcome per row out.

Each row has its own savepoint, so that a refused row does not undo the others.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Generic, TypeVar

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from connector.core.model.account import Account, Field
from connector.core.model.operation import FIELD, RefusalCode
from connector.core.ports.host import Change, Key, NewAccount, Outcome, OutcomeStatus
from connector.errors import ConnectorError, without_text
from connector.hosts import checks
from connector.hosts.accounts import KeyIndex, canonical, unique_keys
from connector.hosts.hooks import RowRefused, UserHooks
from connector.hosts.lookup import conditions

log = logging.getLogger(__name__)

User = TypeVar("User")

VALUE = RefusalCode.VALUE.value
CONSTRAINT = RefusalCode.CONSTRAINT.value
HOOK = RefusalCode.HOOK.value


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
        code, refused = self._attempt(lambda: created.append(self._new(row)))
        if not code:
            return self._done(OutcomeStatus.CREATED, created[0])
        # Another process may have created the user since the batch was read.
        self.load(keys)
        conflict = self._index.conflict(keys)
        if conflict is not None:
            return checks.exists(conflict)
        if not refused:
            parts = {FIELD + key: replace(row, fields={key: value}) for key, value in row.fields.items()}
            refused = self._culprits({name: partial(self._new, part) for name, part in parts.items()})
        return replace(checks.rejected(None, code), refused=refused)

    def update(self, change: Change) -> Outcome:
        """Change a user, unless another user has the new external id or email."""
        user = self._users.get(change.account_id)
        if user is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        before = self._hooks.account(user)
        if before.problem:
            return Outcome(OutcomeStatus.REJECTED, before.account_id, code=HOOK)
        conflict = self._index.conflict(unique_keys(change.external_id, change.email), before.account_id)
        refusal = checks.change_refusal(self._fields, before, change, conflict)
        if refusal:
            return checks.rejected(before, refusal)
        code, refused = self._attempt(partial(self._edit, user, change))
        if code:
            parts = {} if refused else _single_values(change)
            refused = refused or self._culprits(
                {name: partial(self._edit, user, part) for name, part in parts.items()}
            )
            return replace(checks.rejected(before, code), refused=refused)
        if self._hooks.account(user) == before:
            return Outcome(OutcomeStatus.UNCHANGED, before.account_id, before.version)
        self._index.remove(before)
        return self._done(OutcomeStatus.UPDATED, user)

    def _new(self, row: NewAccount) -> User:
        user = self._hooks.new_user(self._session, row)
        self._session.add(user)
        self._check(user)
        return user

    def _edit(self, user: User, change: Change) -> None:
        self._hooks.edit_user(self._session, user, change)
        self._check(user)

    def _check(self, user: User) -> None:
        """Let the database and the LMS refuse the user now, while only this row can be undone."""
        self._session.flush()
        if self._hooks.account(user).problem:
            raise RowRefused(HOOK)

    def _culprits(self, writes: Mapping[str, Callable[[], object]]) -> dict[str, str]:
        """Which of several values is refused when it is written alone; nothing is kept."""
        if len(writes) < 2:
            return {}
        codes = {name: self._attempt(write, keep=False)[0] for name, write in writes.items()}
        refused = {name: code for name, code in codes.items() if code}
        return refused if len(refused) < len(writes) else {}

    def _attempt(self, write: Callable[[], object], *, keep: bool = True) -> tuple[str, dict[str, str]]:
        """Write one row within a savepoint; the code of the refusal, empty if none, and the values at fault."""
        try:
            with self._session.begin_nested() as savepoint:
                write()
                if not keep:
                    savepoint.rollback()
        except RowRefused as refusal:
            return refusal.code, dict.fromkeys(refusal.values, refusal.code)
        except Exception as failure:
            return _reason(failure), {}
        return "", {}

    def _done(self, status: OutcomeStatus, user: User) -> Outcome:
        account = self._remember(user)
        return Outcome(status, account.account_id, account.version)

    def _remember(self, user: User) -> Account:
        account = self._hooks.account(user)
        self._index.put(account)
        self._users[account.account_id] = user
        return account


def _reason(failure: Exception) -> str:
    """Why a row was not written; a failure of the database as a whole is raised again."""
    if isinstance(failure, IntegrityError):
        return CONSTRAINT
    if isinstance(failure, ValueError | DataError) or isinstance(getattr(failure, "orig", None), ValueError):
        return VALUE
    if isinstance(failure, DBAPIError | ConnectorError):
        raise failure
    log.error("A hook failed for one row with %s.", without_text(failure))
    return HOOK


def _single_values(change: Change) -> dict[str, Change]:
    """The change cut into one change for each value that can be left out, by name."""
    empty = Change(change.account_id)
    names = [name for name in ("email", "first_name", "last_name") if getattr(change, name) is not None]
    parts = {name: replace(empty, **{name: getattr(change, name)}) for name in names}
    return parts | {FIELD + key: replace(empty, fields={key: value}) for key, value in change.fields.items()}
