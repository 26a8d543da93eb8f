"""Settle: what became of everything that a killed run had begun. It is looked up, never asked for again."""

from collections.abc import Sequence

from connector.core.model.account import Account
from connector.core.model.operation import GROUP, OperationKind
from connector.core.model.run import RunPhase
from connector.core.ports.host import Found, Host, Key, KeyKind, Outcome, OutcomeStatus, Unknown
from connector.core.ports.ledger import Entry, OwedMail
from connector.core.ports.optional import GROUPS_NOT_DONE
from connector.core.rules.decide import account_values
from connector.core.rules.values.groups import changed_groups
from connector.engine.context import RunContext
from connector.errors import HostUnavailable


def settle(parts: RunContext) -> None:
    """Find out what became of everything that a killed run had begun."""
    parts.ledger.progress(RunPhase.SETTLE)
    for entries in parts.ledger.unsettled():
        parts.ledger.record(entries, outcomes_by_lookup(parts.host, entries))
    for mails in parts.mails.unsettled():
        parts.mails.record(mails, mails_by_lookup(parts.host, mails))


def outcomes_by_lookup(host: Host, entries: Sequence[Entry]) -> list[Outcome]:
    """What the accounts show: an operation whose values are all there is done, any other has to be decided again."""
    wanted = [_key(entry) for entry in entries]
    found = find(host, wanted)
    return [_outcome_by_lookup(entry, found.get(key, ())) for entry, key in zip(entries, wanted, strict=True)]


def find(host: Host, wanted: Sequence[Key]) -> Found:
    """All accounts that carry these keys. Raises HostUnavailable when the LMS cannot say for certain."""
    found = host.find(wanted)
    if isinstance(found, Unknown):
        raise HostUnavailable(
            "The LMS cannot say for certain who has an account. Nobody is created on a guess; try again later."
        )
    return found


def _key(entry: Entry) -> Key:
    operation = entry.operation
    if operation.account_id is None:
        return Key(KeyKind.EXTERNAL_ID, operation.person_key)
    return Key(KeyKind.ID, operation.account_id)


def _outcome_by_lookup(entry: Entry, accounts: Sequence[Account]) -> Outcome:
    kind, after = entry.operation.kind, entry.operation.after
    for account in accounts:
        existing, code = account_values(account), GROUPS_NOT_DONE if changed_groups(entry.operation) else ""
        if kind is OperationKind.CREATE:
            return Outcome(OutcomeStatus.CREATED, account.account_id, account.version, code)
        if all(existing.get(name) == value for name, value in after.items() if not name.startswith(GROUP)):
            return Outcome(OutcomeStatus.UPDATED, account.account_id, account.version, code)
    return Outcome(OutcomeStatus.RETRY, code="interrupted")


def mails_by_lookup(host: Host, mails: Sequence[OwedMail]) -> list[Outcome]:
    """What the accounts show: a mail is sent if they were told since it was begun."""
    if not host.capabilities().tells_told_at:
        return [Outcome(OutcomeStatus.UNKNOWN)] * len(mails)
    found = find(host, [Key(KeyKind.ID, mail.account_id) for mail in mails])
    return [_mail_outcome(mail, found.get(Key(KeyKind.ID, mail.account_id), ())) for mail in mails]


def _mail_outcome(mail: OwedMail, accounts: Sequence[Account]) -> Outcome:
    for account in accounts:
        if account.told_at and mail.begun_at and account.told_at >= mail.begun_at:
            return Outcome(OutcomeStatus.SENT, account.account_id, account.version)
    return Outcome(OutcomeStatus.RETRY)
