"""The promises tried on a live site: its host in, one verdict per promise out, and nothing of the trial left behind.

The trial changes only accounts that it created, at a domain whose addresses reach nobody, and sends no mail. Afterwards
its accounts are suspended, and deleted where the host offers it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connector.core.model.account import AccountState, Field, Group
from connector.core.model.employee import email_key
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
from connector.core.ports.optional import SupportsDelete, SupportsWithdraw
from connector.errors import HostError
from connector.hosts.contract.promise import Promise
from connector.hosts.contract.rig import ContractBroken, Names, Need, NotOffered, NotTried, Rig
from connector.hosts.contract.table import Verdict

#: The most accounts that one promise may create; they are removed before the next promise is tried.
MOST_ACCOUNTS = 24


class Unsafe(Exception):
    """A promise would have changed something that is not the trial's own; it was stopped before anything was sent."""


@dataclass
class GuardedHost:
    """A host that lets through only calls about accounts of one trial. It has the methods of `Host` and no others."""

    host: Host
    names: Names
    created: dict[str, str] = field(default_factory=dict)
    emails: set[str] = field(default_factory=set)

    def capabilities(self) -> Capabilities:
        """Those of the host."""
        return self.host.capabilities()

    def fields(self) -> Sequence[Field]:
        """Those of the host."""
        return self.host.fields()

    def groups(self) -> Sequence[Group]:
        """Those of the host."""
        return self.host.groups()

    def changed_since(self, instant: datetime) -> Iterable[EditedAccount]:
        """As the host does it: nothing is written."""
        return self.host.changed_since(instant)

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """As the host does it: nothing is written."""
        return self.host.find(keys)

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """Only with addresses of this trial, up to MOST_ACCOUNTS, and none that the LMS would mail at once."""
        for row in rows:
            self._expect_own(row.email)
        mails = self.capabilities().mails_pending
        if mails and any(row.state is AccountState.PENDING for row in rows):
            raise NotTried(Need.QUIET)
        self.emails |= {email_key(row.email) or "" for row in rows}
        if len(self.emails) > MOST_ACCOUNTS:
            raise Unsafe(f"A promise would create more than {MOST_ACCOUNTS} accounts.")
        outcomes = self.host.create(rows)
        for row, outcome in zip(rows, outcomes, strict=False):
            if outcome.account_id and outcome.status in (OutcomeStatus.CREATED, OutcomeStatus.PENDING):
                self.created[outcome.account_id] = row.email
        return outcomes

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Only for accounts of this trial, and for ids that no account has."""
        other_ids = [change.account_id for change in changes if change.account_id not in self.created]
        if other_ids and not self._are_unknown(other_ids):
            raise Unsafe("The trial would change an account that it did not create.")
        for change in changes:
            if change.email is not None:
                self._expect_own(change.email)
                self.emails.add(email_key(change.email) or "")
        return self.host.update(changes)

    def invite(self, invitations: Sequence[Invitation]) -> Sequence[Outcome]:
        """A trial sends no mail."""
        if invitations:
            raise Unsafe("The trial would send a mail.")
        return []

    def clean_up(self) -> Sequence[str]:
        """Suspend the trial's accounts, withdraw and delete where offered; gives the ids of those still active."""
        ids = sorted({*self.created, *self._found()})
        if not ids:
            return []
        self.host.update([Change(account_id, state=AccountState.SUSPENDED) for account_id in ids])
        ended = {AccountState.SUSPENDED}
        if isinstance(self.host, SupportsWithdraw):
            # Some LMSs cannot suspend a pending account.
            self.host.withdraw(ids)
            ended.add(AccountState.PENDING)
        if isinstance(self.host, SupportsDelete):
            self.host.delete(ids)
        left = self.host.find([Key(KeyKind.ID, account_id) for account_id in ids])
        if isinstance(left, Unknown):
            return ids
        return [one.account_id for accounts in left.values() for one in accounts if one.state not in ended]

    def _found(self) -> Iterator[str]:
        """The ids of accounts that were created although the outcome did not say so."""
        found = self.host.find([Key(KeyKind.EMAIL, email) for email in sorted(self.emails)])
        if not isinstance(found, Unknown):
            for accounts in found.values():
                yield from (one.account_id for one in accounts if self._is_own(one.email))

    def _expect_own(self, email: str) -> None:
        if not self._is_own(email):
            raise Unsafe("The trial would use an address that is not its own.")

    def _is_own(self, email: str) -> bool:
        return (email_key(email) or "").endswith(f".{self.names.tag}@{self.names.domain}".casefold())

    def _are_unknown(self, account_ids: Sequence[str]) -> bool:
        found = self.host.find([Key(KeyKind.ID, account_id) for account_id in account_ids])
        return not isinstance(found, Unknown) and not any(found.values())


@dataclass(frozen=True, slots=True)
class TrialResult:
    """The verdict on one promise; `reason` says why it is not done."""

    check: Promise
    verdict: Verdict
    reason: str = ""


def trial(host: Host, checks: Iterable[Promise], names: Names) -> Iterator[TrialResult]:
    """Try each promise on a live site and clean up after each; their tags begin with the tag of `names`."""
    for number, check in enumerate(checks):
        guarded = GuardedHost(host, Names(names.domain, f"{names.tag}{number:02d}"))
        try:
            result = _try(check, Rig(guarded, domain=names.domain, behind=host), guarded.names)
        finally:
            left = guarded.clean_up()
        if left:
            reason = (
                f"{len(left)} accounts of the trial could not be suspended. Find them by {guarded.names.tag}."
            )
            result = TrialResult(check, Verdict.FAILED, f"{result.reason} {reason}".strip())
        yield result


def _try(check: Promise, rig: Rig, names: Names) -> TrialResult:
    try:
        check(rig, names)
    except NotTried as missing:
        return TrialResult(check, Verdict.NOT_TRIED, str(missing))
    except NotOffered as missing:
        return TrialResult(check, Verdict.NOT_OFFERED, str(missing))
    except (ContractBroken, HostError, Unsafe) as failure:
        return TrialResult(check, Verdict.FAILED, str(failure))
    return TrialResult(check, Verdict.DONE)
