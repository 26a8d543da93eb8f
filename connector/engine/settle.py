"""Settle: find out what became of everything that a killed run had started. It is looked up, never sent again."""

from collections.abc import Sequence

from connector.core.model.account import Account
from connector.core.model.operation import GROUP, OperationKind
from connector.core.model.run import RunPhase
from connector.core.ports.host import Found, Host, Key, KeyKind, Outcome, OutcomeStatus, Unknown
from connector.core.ports.ledger import Entry, OwedMail
from connector.core.ports.optional import GROUPS_NOT_DONE
from connector.core.rules.values.account_values import account_values
from connector.core.rules.values.groups import changed_groups
from connector.core.rules.values.lms_texts import checked_account
from connector.engine.context import RunContext
from connector.errors import HostUnavailable


def settle(context: RunContext) -> None:
    """Record the outcomes of everything that a killed run had started."""
    context.progress(RunPhase.SETTLE)
    for entries in context.ledger.unsettled():
        context.ledger.record(entries, outcomes_by_lookup(context.host, entries))
    for mails in context.mails.unsettled():
        context.mails.record(mails, mails_by_lookup(context.host, mails))


def outcomes_by_lookup(host: Host, entries: Sequence[Entry]) -> list[Outcome]:
    """The outcomes that the accounts show: a row is done if all its values are there, otherwise it is decided again."""
    keys = [_key(entry) for entry in entries]
    found = find(host, keys)
    return [_outcome_by_lookup(entry, found.get(key, ())) for entry, key in zip(entries, keys, strict=True)]


def outcomes_if_certain(host: Host, entries: Sequence[Entry]) -> list[Outcome]:
    """The same outcomes; UNKNOWN where the LMS cannot say now, so that the other rows of a batch keep theirs.

    Such a row stays intended, and the next run looks it up.
    """
    try:
        return outcomes_by_lookup(host, entries)
    except HostUnavailable:
        return [Outcome(OutcomeStatus.UNKNOWN)] * len(entries)


def find(host: Host, keys: Sequence[Key]) -> Found:
    """All accounts that carry these keys. Raises HostUnavailable when the LMS cannot say for certain."""
    found = host.find(keys)
    if isinstance(found, Unknown):
        raise HostUnavailable(
            "The LMS cannot say for certain who has an account, so the sync stops here: on a guess, somebody could get"
            " a second one. What it has done before stays. Try again later."
        )
    return {key: [checked_account(one) for one in accounts] for key, accounts in found.items()}


def _key(entry: Entry) -> Key:
    operation = entry.operation
    if operation.account_id is None:
        return Key(KeyKind.EXTERNAL_ID, operation.person_key)
    return Key(KeyKind.ID, operation.account_id)


def _outcome_by_lookup(entry: Entry, accounts: Sequence[Account]) -> Outcome:
    kind, after = entry.operation.kind, entry.operation.after
    # Memberships are not part of an account, so it cannot show whether they were changed.
    code = GROUPS_NOT_DONE if changed_groups(entry.operation) else ""
    for account in accounts:
        if kind is OperationKind.CREATE:
            return Outcome(OutcomeStatus.CREATED, account.account_id, account.version, code)
        existing = account_values(account)
        if all(existing.get(name) == value for name, value in after.items() if not name.startswith(GROUP)):
            return Outcome(OutcomeStatus.UPDATED, account.account_id, account.version, code)
    return Outcome(OutcomeStatus.RETRY, code="interrupted")


def mails_by_lookup(host: Host, mails: Sequence[OwedMail]) -> list[Outcome]:
    """The outcomes that the accounts show: a mail is sent if its account was mailed since sending began."""
    if not host.capabilities().reports_last_mailed_at:
        return [Outcome(OutcomeStatus.UNKNOWN)] * len(mails)
    keys = [Key(KeyKind.ID, mail.account_id) for mail in mails]
    found = find(host, keys)
    return [_mail_outcome(mail, found.get(key, ())) for mail, key in zip(mails, keys, strict=True)]


def _mail_outcome(mail: OwedMail, accounts: Sequence[Account]) -> Outcome:
    for account in accounts:
        if account.last_mailed_at and mail.begun_at and account.last_mailed_at >= mail.begun_at:
            return Outcome(OutcomeStatus.SENT, account.account_id, account.version)
    return Outcome(OutcomeStatus.RETRY)
