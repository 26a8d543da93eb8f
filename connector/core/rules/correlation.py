"""Which account of the LMS belongs to a human at Paycor (rules D1, D2). Names never match anyone.

1. the remembered link, by person            linked; or removed, when the LMS has no such account any more
2. the external id that we left on it        linked again
3. the work email, trimmed and case-folded   unlinked: one learner, nobody else's, and nobody else's email
                                             disputed: anything less clear
                                             unmatched: no account

An account that an admin has said is not theirs belongs to nobody's candidates: disputed where there is no other.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from connector.core.model.account import Account, Link
from connector.core.model.employee import Employee, Facts
from connector.core.model.operation import Situation
from connector.core.ports.host import Found, Key, KeyKind


@dataclass(frozen=True, slots=True)
class Match:
    """The situation of one human, the account if there is exactly one, and a finding's code when it is disputed."""

    situation: Situation
    account: Account | None = None
    reason: str = ""


def keys(employee: Employee, link: Link | None) -> tuple[Key, ...]:
    """What has to be looked up at the host to correlate this human."""
    if link:
        return (Key(KeyKind.ID, link.account_id),)
    external = Key(KeyKind.EXTERNAL_ID, employee.person_key)
    email = employee.email_key
    return (external, Key(KeyKind.EMAIL, email)) if email else (external,)


def correlate(
    employee: Employee,
    link: Link | None,
    facts: Facts,
    found: Found,
    owners: Mapping[str, str],
    apart: Collection[str] = (),
) -> Match:
    """The match of one human; `owners` tells whom accounts are already linked to, `apart` which are not theirs."""
    if link:
        account = _one(found.get(Key(KeyKind.ID, link.account_id), ()))
        return (
            Match(Situation.LINKED, account)
            if account
            else Match(Situation.REMOVED, reason="account_removed")
        )
    marked = found.get(Key(KeyKind.EXTERNAL_ID, employee.person_key), ())
    if marked:
        return _marked(employee, _others(marked, apart), owners)
    email = employee.email_key
    if email is None:
        return _NOBODY
    if email in facts.shared_emails:
        return Match(Situation.DISPUTED, reason="email_shared")
    accounts = found.get(Key(KeyKind.EMAIL, email), ())
    return _by_email(employee, _others(accounts, apart), owners) if accounts else _NOBODY


_NOBODY = Match(Situation.UNMATCHED)
_KEPT_APART = Match(Situation.DISPUTED, reason="kept_apart")


def _marked(employee: Employee, marked: Sequence[Account], owners: Mapping[str, str]) -> Match:
    if not marked:
        return _KEPT_APART
    account = _one(marked)
    if account is None:
        return Match(Situation.DISPUTED, reason="several_accounts")
    if owners.get(account.account_id, employee.person_key) != employee.person_key:
        return Match(Situation.DISPUTED, reason="account_taken")
    return Match(Situation.LINKED, account)


def _by_email(employee: Employee, accounts: Sequence[Account], owners: Mapping[str, str]) -> Match:
    if not accounts:
        return _KEPT_APART
    account = _one(accounts)
    if account is None:
        return Match(Situation.DISPUTED, reason="several_accounts")
    if not account.is_learner:
        return Match(Situation.DISPUTED, reason="not_a_learner")
    if account.external_id or owners.get(account.account_id, employee.person_key) != employee.person_key:
        return Match(Situation.DISPUTED, reason="account_taken")
    return Match(Situation.UNLINKED, account)


def _others(accounts: Sequence[Account], apart: Collection[str]) -> Sequence[Account]:
    return [account for account in accounts if account.account_id not in apart]


def _one(accounts: Sequence[Account]) -> Account | None:
    return accounts[0] if len(accounts) == 1 else None
