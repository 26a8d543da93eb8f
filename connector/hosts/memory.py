"""A host in memory, for tests and benchmarks: it keeps every promise of the protocol and does nothing else.

On request it fails as real hosts do.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from connector.core.model.account import Account, AccountState, Field, Group
from connector.core.ports.host import (
    Capabilities,
    Change,
    EditedAccount,
    Found,
    Invitation,
    Key,
    NewAccount,
    Outcome,
    OutcomeStatus,
    Unknown,
)
from connector.core.ports.optional import Membership
from connector.errors import HostUnavailable
from connector.hosts import checks
from connector.hosts.accounts import KeyIndex, unique_keys


class Failure(StrEnum):
    """How a call goes wrong."""

    #: Nothing is done, and there is no answer.
    UNAVAILABLE = "unavailable"
    #: Everything is done, but there is no answer.
    UNANSWERED = "unanswered"
    #: The row is done, but the answer does not say so.
    UNKNOWN = "unknown"
    #: The row is not done, and the answer says so.
    REFUSED = "refused"
    #: The row is not done, and may be sent again.
    RETRY = "retry"


Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure of the next call of a name: `find`, `create`, `update`, `invite` or `members`.

    `row` is the index of the one row that fails; None means every row.
    """

    call: str
    failure: Failure
    row: int | None = None


_OUTCOMES = {
    Failure.UNKNOWN: Outcome(OutcomeStatus.UNKNOWN, code="timeout"),
    Failure.REFUSED: Outcome(OutcomeStatus.REJECTED, code="refused"),
    Failure.RETRY: Outcome(OutcomeStatus.RETRY, code="busy", retry_after_s=1.0),
}


class MemoryHost:
    """One portal. `mails` has every mail that went out, in order; each of `faults` affects one call.

    `withdrawn` are the accounts whose invitation was taken back, in order; `memberships` are (group, account) pairs.
    """

    def __init__(
        self,
        fields: Sequence[Field] = (),
        accounts: Iterable[Account] = (),
        *,
        groups: Sequence[Group] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        capabilities: Capabilities | None = None,
    ) -> None:
        self.accounts: dict[str, Account] = {}
        self.mails: list[Invitation] = []
        self.withdrawn: list[str] = []
        self.memberships: set[tuple[str, str]] = set()
        self.faults: list[Fault] = []
        self._fields = tuple(fields)
        self._groups = tuple(groups)
        self._clock = clock
        self._capabilities = capabilities or Capabilities(changed_since=True, reports_last_mailed_at=True)
        self._index = KeyIndex()
        self._changed_at: dict[str, datetime] = {}
        self._edits = 0
        self._last_id = 0
        for account in accounts:
            self._put(account)

    def capabilities(self) -> Capabilities:
        """Everything, unless the host was created with less."""
        return self._capabilities

    def fields(self) -> Sequence[Field]:
        """The custom user data fields it was created with."""
        return self._fields

    def groups(self) -> Sequence[Group]:
        """The groups it was created with."""
        return self._groups

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """All accounts that have each key, in the order of their ids."""
        fault = self._fault("find")
        if fault is not None and fault.failure is Failure.UNKNOWN:
            return Unknown()
        return {
            key: [self.accounts[account_id] for account_id in self._index.account_ids(key)] for key in keys
        }

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """Create learners without a mail."""
        return self._each("create", rows, self._create)

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Make sparse changes, one after the other."""
        return self._each("update", changes, self._update)

    def invite(self, invitations: Sequence[Invitation]) -> Sequence[Outcome]:
        """Send one mail each, again if it was sent before."""
        return self._each("invite", invitations, self._invite)

    def withdraw(self, account_ids: Sequence[str]) -> Sequence[Outcome]:
        """Take back the invitations of pending accounts."""
        return [self._withdraw(account_id) for account_id in account_ids]

    def changed_since(self, instant: datetime) -> Iterator[EditedAccount]:
        """Accounts edited at or after `instant`, in the order of their edits."""
        for account_id, changed_at in list(self._changed_at.items()):
            if changed_at >= instant:
                yield EditedAccount(account_id, self.accounts[account_id].version)

    def members(self, memberships: Sequence[Membership]) -> Sequence[Outcome]:
        """Add accounts to groups and remove them, one after the other."""
        return self._each("members", memberships, self._member)

    def edit(self, account_id: str, **values: object) -> Account:
        """Change an account as an admin in the LMS does, with any attribute of `Account`."""
        return self._put(replace(self.accounts[account_id], **values))  # type: ignore[arg-type]

    def delete(self, account_ids: Sequence[str]) -> Sequence[Outcome]:
        """Delete accounts; admins stay."""
        return [self._delete(account_id) for account_id in account_ids]

    def _each(self, call: str, rows: Sequence[Row], write: Callable[[Row], Outcome]) -> Sequence[Outcome]:
        """One outcome per row, in order, with the next fault of this call applied."""
        fault = self._fault(call)
        outcomes = []
        for index, row in enumerate(rows):
            if fault is not None and fault.row in (None, index) and fault.failure in _OUTCOMES:
                if fault.failure is Failure.UNKNOWN:
                    write(row)
                outcomes.append(_OUTCOMES[fault.failure])
            else:
                outcomes.append(write(row))
        if fault is not None and fault.failure is Failure.UNANSWERED:
            raise HostUnavailable(
                f"The LMS did not answer {call}, so the connector looks up whether it was done."
            )
        return outcomes

    def _fault(self, call: str) -> Fault | None:
        """The next fault of this call, removed from the list."""
        fault = next((fault for fault in self.faults if fault.call == call), None)
        if fault is None:
            return None
        self.faults.remove(fault)
        if fault.failure is Failure.UNAVAILABLE:
            raise HostUnavailable(f"The LMS did not accept {call}, so nothing was done. Try again later.")
        return fault

    def _create(self, row: NewAccount) -> Outcome:
        conflict = self._index.conflict(unique_keys(row.external_id, row.email))
        if conflict is not None:
            return checks.exists(conflict)
        refusal = checks.create_refusal(self._fields, row)
        if refusal:
            return checks.rejected(None, refusal)
        fields = {key: value for key, value in row.fields.items() if value is not None}
        created = self._put(
            Account(
                account_id=self._next_id(),
                email=row.email,
                first_name=row.first_name,
                last_name=row.last_name,
                state=row.state,
                is_learner=True,
                external_id=row.external_id,
                fields=fields,
            )
        )
        return Outcome(OutcomeStatus.CREATED, created.account_id, created.version)

    def _update(self, change: Change) -> Outcome:
        before = self.accounts.get(change.account_id)
        if before is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        conflict = self._index.conflict(unique_keys(change.external_id, change.email), before.account_id)
        refusal = checks.change_refusal(self._fields, before, change, conflict)
        if refusal:
            return checks.rejected(before, refusal)
        after = _changed(before, change)
        if after == before:
            return Outcome(OutcomeStatus.UNCHANGED, before.account_id, before.version)
        return Outcome(OutcomeStatus.UPDATED, before.account_id, self._put(after).version)

    def _invite(self, invitation: Invitation) -> Outcome:
        account = self.accounts.get(invitation.account_id)
        if account is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        if account.state is AccountState.SUSPENDED:
            return checks.rejected(account, checks.SUSPENDED)
        self.mails.append(invitation)
        mailed = self._put(replace(account, last_mailed_at=self._clock()))
        return Outcome(OutcomeStatus.SENT, mailed.account_id, mailed.version)

    def _withdraw(self, account_id: str) -> Outcome:
        account = self.accounts.get(account_id)
        if account is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        if account.state is not AccountState.PENDING:
            return Outcome(OutcomeStatus.UNCHANGED, account_id, account.version)
        self.withdrawn.append(account_id)
        return Outcome(OutcomeStatus.UPDATED, account_id, account.version)

    def _delete(self, account_id: str) -> Outcome:
        account = self.accounts.get(account_id)
        if account is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        if not account.is_learner:
            return checks.rejected(account, checks.NOT_A_LEARNER)
        self._index.remove(self.accounts.pop(account_id))
        self._changed_at.pop(account_id)
        return Outcome(OutcomeStatus.UPDATED, account_id)

    def _member(self, one: Membership) -> Outcome:
        if one.account_id not in self.accounts:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        if one.group_id not in {group.group_id for group in self._groups}:
            return Outcome(OutcomeStatus.REJECTED, one.account_id, code=checks.GROUP_UNKNOWN)
        pair = (one.group_id, one.account_id)
        if (pair in self.memberships) is one.is_member:
            return Outcome(OutcomeStatus.UNCHANGED, one.account_id)
        self.memberships ^= {pair}
        return Outcome(OutcomeStatus.UPDATED, one.account_id)

    def _next_id(self) -> str:
        """An id that no account has or had."""
        self._last_id += 1
        while str(self._last_id) in self.accounts:
            self._last_id += 1
        return str(self._last_id)

    def _put(self, account: Account) -> Account:
        """Store an account under a new version."""
        if account.account_id in self.accounts:
            self._index.remove(self.accounts[account.account_id])
            self._changed_at.pop(account.account_id)
        self._edits += 1
        stored = replace(account, version=str(self._edits))
        self.accounts[stored.account_id] = stored
        self._changed_at[stored.account_id] = self._clock()
        self._index.put(stored)
        return stored


def _changed(account: Account, change: Change) -> Account:
    """The account after a sparse change."""
    fields = {**account.fields, **change.fields}
    values = {
        name: value
        for name in ("email", "first_name", "last_name", "external_id", "state")
        if (value := getattr(change, name)) is not None
    }
    if "external_id" in values:
        values["external_id"] = values["external_id"] or None
    return replace(
        account, **values, fields={key: value for key, value in fields.items() if value is not None}
    )
