"""A host in a dict: accounts in, accounts and outcomes out. It keeps every promise of the protocol and nothing else.

Tests and benchmarks run against it; on request it fails as real hosts do.
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
from connector.hosts.keys import KeyIndex, wanted


class Failure(StrEnum):
    """How a call goes wrong."""

    #: Nothing is done and nothing is answered.
    UNAVAILABLE = "unavailable"
    #: Everything is done, but nothing is answered.
    UNANSWERED = "unanswered"
    #: It is done, but the answer does not say so.
    UNKNOWN = "unknown"
    #: It is not done, and the answer says so.
    REFUSED = "refused"
    #: It is not done, and may be asked for again.
    RETRY = "retry"


Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure of the next call of a name: `find`, `create`, `update`, `invite` or `members`.

    `row` is the number of the one row that it strikes, from 0; None means every row.
    """

    call: str
    failure: Failure
    row: int | None = None


_ANSWERS = {
    Failure.UNKNOWN: Outcome(OutcomeStatus.UNKNOWN, code="timeout"),
    Failure.REFUSED: Outcome(OutcomeStatus.REJECTED, code="refused"),
    Failure.RETRY: Outcome(OutcomeStatus.RETRY, code="busy", retry_after_s=1.0),
}


class MemoryHost:
    """One portal. `mails` holds every mail that went out, in order; each of `faults` strikes one call only.

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
        self._capabilities = capabilities or Capabilities(changed_since=True, tells_told_at=True)
        self._index = KeyIndex()
        self._changed_at: dict[str, datetime] = {}
        self._edits = 0
        self._made = 0
        for account in accounts:
            self._put(account)

    def capabilities(self) -> Capabilities:
        """Everything, unless it was made with less."""
        return self._capabilities

    def fields(self) -> Sequence[Field]:
        """The custom user data fields it was made with."""
        return self._fields

    def groups(self) -> Sequence[Group]:
        """The groups it was made with."""
        return self._groups

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """All accounts that carry a key, in the order of their ids."""
        fault = self._fault("find")
        if fault is not None and fault.failure is Failure.UNKNOWN:
            return Unknown()
        return {key: [self.accounts[found] for found in self._index.carriers(key)] for key in keys}

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """New learners, without a mail."""
        return self._each("create", rows, self._create)

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Sparse changes, one after the other."""
        return self._each("update", changes, self._update)

    def invite(self, invitations: Sequence[Invitation]) -> Sequence[Outcome]:
        """One mail each, however often it is asked for."""
        return self._each("invite", invitations, self._invite)

    def withdraw(self, account_ids: Sequence[str]) -> Sequence[Outcome]:
        """The invitations of pending accounts are good for nothing from now on."""
        return [self._withdraw(account_id) for account_id in account_ids]

    def changed_since(self, instant: datetime) -> Iterator[EditedAccount]:
        """Accounts edited at or after `instant`, in the order of their edits."""
        for account_id, changed_at in list(self._changed_at.items()):
            if changed_at >= instant:
                yield EditedAccount(account_id, self.accounts[account_id].version)

    def members(self, memberships: Sequence[Membership]) -> Sequence[Outcome]:
        """Groups filled and emptied, one after the other; `memberships` holds who is in which."""
        return self._each("members", memberships, self._member)

    def edit(self, account_id: str, **values: object) -> Account:
        """Change an account as somebody in the LMS would, with any attribute of `Account`."""
        return self._put(replace(self.accounts[account_id], **values))  # type: ignore[arg-type]

    def delete(self, account_ids: Sequence[str]) -> Sequence[Outcome]:
        """Remove accounts for good; admins stay."""
        return [self._delete(account_id) for account_id in account_ids]

    def _each(self, call: str, rows: Sequence[Row], answer: Callable[[Row], Outcome]) -> Sequence[Outcome]:
        """One outcome a row, in order, with the next fault of this call where it strikes."""
        fault = self._fault(call)
        outcomes = []
        for number, row in enumerate(rows):
            if fault is not None and fault.row in (None, number) and fault.failure in _ANSWERS:
                if fault.failure is Failure.UNKNOWN:
                    answer(row)
                outcomes.append(_ANSWERS[fault.failure])
            else:
                outcomes.append(answer(row))
        if fault is not None and fault.failure is Failure.UNANSWERED:
            raise HostUnavailable(f"The LMS did not answer {call}: whether it was done has to be looked up.")
        return outcomes

    def _fault(self, call: str) -> Fault | None:
        """The next fault of this call, which is then over."""
        fault = next((fault for fault in self.faults if fault.call == call), None)
        if fault is None:
            return None
        self.faults.remove(fault)
        if fault.failure is Failure.UNAVAILABLE:
            raise HostUnavailable(f"The LMS did not take {call}: nothing was done, try again later.")
        return fault

    def _create(self, row: NewAccount) -> Outcome:
        taken = self._index.taken(wanted(row.external_id, row.email))
        if taken is not None:
            return checks.exists(taken)
        refusal = checks.create_refusal(self._fields, row)
        if refusal:
            return checks.rejected(None, refusal)
        fields = {key: value for key, value in row.fields.items() if value is not None}
        made = self._put(
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
        return Outcome(OutcomeStatus.CREATED, made.account_id, made.version)

    def _update(self, change: Change) -> Outcome:
        before = self.accounts.get(change.account_id)
        if before is None:
            return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
        taken = self._index.taken(wanted(change.external_id, change.email), before.account_id)
        refusal = checks.change_refusal(self._fields, before, change, taken)
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
        told = self._put(replace(account, told_at=self._clock()))
        return Outcome(OutcomeStatus.SENT, told.account_id, told.version)

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
        self._index.drop(self.accounts.pop(account_id))
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
        self._made += 1
        while str(self._made) in self.accounts:
            self._made += 1
        return str(self._made)

    def _put(self, account: Account) -> Account:
        """Store an account under a new version."""
        if account.account_id in self.accounts:
            self._index.drop(self.accounts[account.account_id])
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
    given = {
        name: value
        for name in ("email", "first_name", "last_name", "external_id", "state")
        if (value := getattr(change, name)) is not None
    }
    if "external_id" in given:
        given["external_id"] = given["external_id"] or None
    return replace(
        account, **given, fields={key: value for key, value in fields.items() if value is not None}
    )
