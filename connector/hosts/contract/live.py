"""The promises tried on a live site: its host in, a verdict a promise out, and nothing of the trial left behind.

Every account that is touched was made by the trial itself, at a domain whose addresses reach nobody; nobody is mailed.
Afterwards the trial's accounts are suspended, and deleted where the host offers it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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

#: The most accounts that a single promise may make; they are cleared up before the next is tried.
MOST_ACCOUNTS = 24


class Unsafe(Exception):
    """A promise would have touched what is not the trial's own: it was stopped before anything was sent."""


@dataclass
class Guarded:
    """A host that lets through only what concerns accounts of one trial. It offers the protocol and nothing besides."""

    host: Host
    names: Names
    made: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

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
        """As the host says: nothing is written."""
        return self.host.changed_since(instant)

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """As the host says: nothing is written."""
        return self.host.find(keys)

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """Only with addresses of this trial, and only so many; none that would be mailed as it is made."""
        for row in rows:
            self._expect_own(row.email)
        mails = self.capabilities().mails_pending
        if mails and any(row.state is AccountState.PENDING for row in rows):
            raise NotTried(Need.QUIET)
        self.asked |= {email_key(row.email) or "" for row in rows}
        if len(self.asked) > MOST_ACCOUNTS:
            raise Unsafe(f"A promise would make more than {MOST_ACCOUNTS} accounts.")
        outcomes = self.host.create(rows)
        for row, outcome in zip(rows, outcomes, strict=False):
            if outcome.account_id and outcome.status in (OutcomeStatus.CREATED, OutcomeStatus.PENDING):
                self.made[outcome.account_id] = row.email
        return outcomes

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Only of accounts of this trial, and of ids that nobody has."""
        strangers = [change.account_id for change in changes if change.account_id not in self.made]
        if strangers and not self._is_nobody(strangers):
            raise Unsafe("The trial would change an account that it has not made.")
        for change in changes:
            if change.email is not None:
                self._expect_own(change.email)
                self.asked.add(email_key(change.email) or "")
        return self.host.update(changes)

    def invite(self, invitations: Sequence[Invitation]) -> Sequence[Outcome]:
        """Nobody is mailed in a trial."""
        if invitations:
            raise Unsafe("The trial would send a mail.")
        return []

    def clear_up(self) -> Sequence[str]:
        """Suspend this trial's accounts, withdraw and delete where that is offered; the ids of those still active."""
        ids = sorted({*self.made, *self._found()})
        if not ids:
            return []
        self.host.update([Change(account_id, state=AccountState.SUSPENDED) for account_id in ids])
        ended = {AccountState.SUSPENDED}
        if isinstance(self.host, SupportsWithdraw):
            # Some LMSs cannot suspend whoever has not answered yet.
            self.host.withdraw(ids)
            ended.add(AccountState.PENDING)
        if isinstance(self.host, SupportsDelete):
            self.host.delete(ids)
        left = self.host.find([Key(KeyKind.ID, account_id) for account_id in ids])
        if isinstance(left, Unknown):
            return ids
        return [one.account_id for accounts in left.values() for one in accounts if one.state not in ended]

    def _found(self) -> Iterator[str]:
        """The ids of accounts that were made, though the answer did not say so."""
        found = self.host.find([Key(KeyKind.EMAIL, email) for email in sorted(self.asked)])
        if not isinstance(found, Unknown):
            for accounts in found.values():
                yield from (one.account_id for one in accounts if self._is_own(one.email))

    def _expect_own(self, email: str) -> None:
        if not self._is_own(email):
            raise Unsafe("The trial would use an address that is not its own.")

    def _is_own(self, email: str) -> bool:
        return (email_key(email) or "").endswith(f".{self.names.tag}@{self.names.domain}".casefold())

    def _is_nobody(self, account_ids: Sequence[str]) -> bool:
        found = self.host.find([Key(KeyKind.ID, account_id) for account_id in account_ids])
        return not isinstance(found, Unknown) and not any(found.values())


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one promise; `said` is why it is not done."""

    check: Promise
    verdict: Verdict
    said: str = ""


def trial(host: Host, checks: Iterable[Promise], names: Names) -> Iterator[Tried]:
    """Try each promise on a live site, and clear up after each; `names` has the tag that all their tags begin with."""
    for number, check in enumerate(checks):
        guarded = Guarded(host, Names(names.domain, f"{names.tag}{number:02d}"))
        try:
            tried = _tried(check, Rig(guarded, domain=names.domain), guarded.names)
        finally:
            left = guarded.clear_up()
        if left:
            said = f"{len(left)} accounts of the trial could not be suspended: look for {guarded.names.tag}."
            tried = Tried(check, Verdict.FAILED, f"{tried.said} {said}".strip())
        yield tried


def _tried(check: Promise, rig: Rig, names: Names) -> Tried:
    try:
        check(rig, names)
    except NotTried as missing:
        return Tried(check, Verdict.NOT_TRIED, str(missing))
    except NotOffered as missing:
        return Tried(check, Verdict.NOT_OFFERED, str(missing))
    except (ContractBroken, HostError, Unsafe) as failure:
        return Tried(check, Verdict.FAILED, str(failure))
    return Tried(check, Verdict.DONE)


def verdicts(name: str, tried: Iterable[Tried]) -> Mapping[tuple[str, str], Verdict]:
    """What became of every promise, as the table has it."""
    return {(name, one.check.name): one.verdict for one in tried}
