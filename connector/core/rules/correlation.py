"""Which account of the LMS belongs to a person in Paycor (rules D1, D2). Names never match.

1. the stored link of the person              linked; removed when the account is gone from the LMS
2. the external id that the connector wrote   linked again
3. the work email, trimmed and case-folded    unlinked: one learner's account that no one else claims by link or email
                                              unclear: any other account
                                              unmatched: no account

An account that an admin has marked as not theirs is no candidate; where there is no other, the match is unclear. So it
is where one of the accounts cannot be read (rule D22).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from connector.core.model.account import Account, Link
from connector.core.model.employee import Employee, Facts
from connector.core.model.operation import MatchSituation
from connector.core.ports.host import Found, Key, KeyKind


@dataclass(frozen=True, slots=True)
class Match:
    """The situation of one person, the account if there is exactly one, and a finding's code when it is unclear."""

    situation: MatchSituation
    account: Account | None = None
    reason: str = ""


_NO_ACCOUNT = Match(MatchSituation.UNMATCHED)
_REMOVED = Match(MatchSituation.REMOVED, reason="account_removed")
_ONLY_SEPARATED = Match(MatchSituation.UNCLEAR, reason="kept_apart")


def keys(employee: Employee, link: Link | None) -> tuple[Key, ...]:
    """The keys to look up at the host to correlate this person."""
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
    separated_accounts: Collection[str] = (),
) -> Match:
    """The match of one person.

    `owners` has the person key of each account that is linked, by account id. `separated_accounts` are the ids of
    accounts that are not this person's.
    """
    if any(one.problem for key in keys(employee, link) for one in found.get(key, ())):
        return _unclear("account_unreadable")
    if link:
        account = _only_account(found.get(Key(KeyKind.ID, link.account_id), ()))
        return Match(MatchSituation.LINKED, account) if account else _REMOVED
    marked = found.get(Key(KeyKind.EXTERNAL_ID, employee.person_key), ())
    if marked:
        return _match_by_external_id(employee, _without(marked, separated_accounts), owners)
    email = employee.email_key
    if email is None:
        return _NO_ACCOUNT
    if email in facts.shared_emails:
        return _unclear("email_shared")
    accounts = found.get(Key(KeyKind.EMAIL, email), ())
    if not accounts:
        return _NO_ACCOUNT
    return _match_by_email(employee, _without(accounts, separated_accounts), owners)


def _match_by_external_id(
    employee: Employee, accounts: Sequence[Account], owners: Mapping[str, str]
) -> Match:
    if not accounts:
        return _ONLY_SEPARATED
    account = _only_account(accounts)
    if account is None:
        return _unclear("several_accounts")
    if _is_taken(account, employee, owners):
        return _unclear("account_taken")
    return Match(MatchSituation.LINKED, account)


def _match_by_email(employee: Employee, accounts: Sequence[Account], owners: Mapping[str, str]) -> Match:
    if not accounts:
        return _ONLY_SEPARATED
    account = _only_account(accounts)
    if account is None:
        return _unclear("several_accounts")
    if not account.is_learner:
        return _unclear("not_a_learner")
    if _is_taken(account, employee, owners):
        return _unclear("account_taken")
    if account.external_id:
        return _unclear("other_key")
    return Match(MatchSituation.UNLINKED, account)


def _unclear(reason: str) -> Match:
    return Match(MatchSituation.UNCLEAR, reason=reason)


def _is_taken(account: Account, employee: Employee, owners: Mapping[str, str]) -> bool:
    """Whether the account is linked to another person."""
    return owners.get(account.account_id, employee.person_key) != employee.person_key


def _without(accounts: Sequence[Account], separated_accounts: Collection[str]) -> Sequence[Account]:
    return [account for account in accounts if account.account_id not in separated_accounts]


def _only_account(accounts: Sequence[Account]) -> Account | None:
    return accounts[0] if len(accounts) == 1 else None
