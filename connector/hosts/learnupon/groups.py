"""Groups of a LearnUpon portal: memberships in, one outcome per membership out."""

from collections.abc import Mapping, Sequence

from connector.core.model.account import Account, AccountState, Group
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.core.ports.optional import Membership
from connector.hosts import checks
from connector.hosts.learnupon.api import LearnUponApi
from connector.hosts.learnupon.outcomes import INVITED, outcome_of_each, unknown_outcome
from connector.hosts.rounds import in_rounds

_MEMBERSHIPS = ("group_memberships", "group_membership", "groups")


def groups(api: LearnUponApi) -> list[Group]:
    """All groups by title; LearnUpon keeps titles unique."""
    rows = api.rows("/groups", "groups", "group")
    return [Group(str(row["id"]), str(row.get("title") or row["id"])) for row in rows if "id" in row]


def members(
    api: LearnUponApi, memberships: Sequence[Membership], accounts: Mapping[str, Account]
) -> Sequence[Outcome]:
    """Add learners to groups, which enrols them in the groups' courses, and remove them, which does not unenrol them.

    `accounts` are the current accounts by the ids in the memberships.
    """
    return in_rounds(
        memberships,
        lambda one: [(one.account_id, one.group_id)],
        lambda some: outcome_of_each(api, some, lambda one: _write(api, one, accounts.get(one.account_id))),
    )


def _write(api: LearnUponApi, membership: Membership, account: Account | None) -> Outcome:
    if account is None:
        return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
    refusal = _refusal(membership, account)
    if refusal:
        return checks.rejected(account, refusal)
    if _is_member(api, account.account_id, membership.group_id) is membership.is_member:
        return Outcome(OutcomeStatus.UNCHANGED, account.account_id, account.version)
    pair = {"group_id": int(membership.group_id), "user_id": int(account.account_id)}
    method, path = (
        ("POST", "/group_memberships") if membership.is_member else ("DELETE", "/group_memberships/0")
    )
    reply = api.write(method, path, {"GroupMembership": pair})
    if reply.ok:
        return Outcome(OutcomeStatus.UPDATED, account.account_id, account.version)
    return unknown_outcome(reply, account.account_id) or checks.rejected(account, reply.code)


def _refusal(membership: Membership, account: Account) -> str:
    if account.state is AccountState.PENDING:
        return INVITED
    if not account.is_learner:
        return checks.NOT_A_LEARNER
    is_number = membership.group_id.isascii() and membership.group_id.isdigit()
    return "" if is_number else checks.GROUP_UNKNOWN


def _is_member(api: LearnUponApi, account_id: str, group_id: str) -> bool:
    rows = api.rows("/group_memberships", *_MEMBERSHIPS, user_id=account_id)
    # Rows of other users are skipped: LearnUpon silently ignores a parameter that it does not know.
    return any(
        str(row.get("group_id")) == group_id and str(row.get("user_id", account_id)) == account_id
        for row in rows
    )
