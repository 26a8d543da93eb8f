"""Settle: what became of everything that a killed run had begun. It is looked up, never asked for again."""

from collections.abc import Sequence

from connector.core.decide import values
from connector.core.grouping import changed_groups
from connector.core.ledger import Entry, OwedMail
from connector.core.offers import GROUPS_LEFT
from connector.core.plan import GROUP
from connector.core.ports import Found, Host, Key, KeyKind, Outcome, OutcomeStatus, Unknown
from connector.core.records import Account, Kind
from connector.errors import HostUnavailable
from connector.steps.parts import Parts


def settle(parts: Parts) -> None:
    """Find out what became of everything that a killed run had begun."""
    parts.ledger.progress("settle")
    for entries in parts.ledger.unsettled():
        parts.ledger.record(entries, outcomes_by_look(parts.host, entries))
    for mails in parts.mails.unsettled():
        parts.mails.record(mails, mails_by_look(parts.host, mails))


def outcomes_by_look(host: Host, entries: Sequence[Entry]) -> list[Outcome]:
    """What the accounts show: an operation whose values are all there is done, any other has to be decided again."""
    wanted = [_key(entry) for entry in entries]
    found = find(host, wanted)
    return [_outcome_by_look(entry, found.get(key, ())) for entry, key in zip(entries, wanted, strict=True)]


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


def _outcome_by_look(entry: Entry, accounts: Sequence[Account]) -> Outcome:
    kind, after = entry.operation.kind, entry.operation.after
    for account in accounts:
        existing, code = values(account), GROUPS_LEFT if changed_groups(entry.operation) else ""
        if kind is Kind.CREATE:
            return Outcome(OutcomeStatus.CREATED, account.account_id, account.version, code)
        if all(existing.get(name) == value for name, value in after.items() if not name.startswith(GROUP)):
            return Outcome(OutcomeStatus.UPDATED, account.account_id, account.version, code)
    return Outcome(OutcomeStatus.RETRY, code="interrupted")


def mails_by_look(host: Host, mails: Sequence[OwedMail]) -> list[Outcome]:
    """What the accounts show: a mail is sent if they were told since it was begun."""
    if not host.capabilities().tells_told_at:
        return [Outcome(OutcomeStatus.UNKNOWN)] * len(mails)
    found = find(host, [Key(KeyKind.ID, mail.account_id) for mail in mails])
    return [_told(mail, found.get(Key(KeyKind.ID, mail.account_id), ())) for mail in mails]


def _told(mail: OwedMail, accounts: Sequence[Account]) -> Outcome:
    for account in accounts:
        if account.told_at and mail.begun_at and account.told_at >= mail.begun_at:
            return Outcome(OutcomeStatus.SENT, account.account_id, account.version)
    return Outcome(OutcomeStatus.RETRY)
