"""Groups of a LearnUpon portal: memberships in, one outcome each out."""

from collections.abc import Mapping, Sequence

from connector.core.model.account import Account, AccountState, Group
from connector.core.ports.host import Outcome, OutcomeStatus
from connector.core.ports.optional import Membership
from connector.hosts import checks
from connector.hosts.learnupon.api import Api
from connector.hosts.learnupon.create import INVITED
from connector.hosts.learnupon.outcomes import each, in_waves, unclear

#: The group does not exist, by the look of its id.
NO_GROUP = "group.unknown"

_MEMBERSHIPS = ("group_memberships", "group_membership", "groups")


def groups(api: Api) -> list[Group]:
    """The groups there are, by their titles, which LearnUpon keeps unique."""
    rows = api.rows("/groups", "groups", "group")
    return [Group(str(row["id"]), str(row.get("title") or row["id"])) for row in rows if "id" in row]


def join_and_leave(
    api: Api, memberships: Sequence[Membership], current: Mapping[str, Account]
) -> Sequence[Outcome]:
    """Put learners into groups, which enrols them in the groups' courses, and take them out, which does not undo it."""
    return in_waves(
        memberships,
        lambda one: [(one.account_id, one.group_id)],
        lambda wave: each(api, wave, lambda one: _one(api, one, current.get(one.account_id))),
    )


def _one(api: Api, asked: Membership, account: Account | None) -> Outcome:
    if account is None:
        return Outcome(OutcomeStatus.NOT_FOUND, code=checks.NOT_FOUND)
    refusal = _refusal(asked, account)
    if refusal:
        return checks.rejected(account, refusal)
    if _is_member(api, account.account_id, asked.group_id) is asked.is_member:
        return Outcome(OutcomeStatus.UNCHANGED, account.account_id, account.version)
    pair = {"group_id": int(asked.group_id), "user_id": int(account.account_id)}
    method, path = ("POST", "/group_memberships") if asked.is_member else ("DELETE", "/group_memberships/0")
    written = api.write(method, path, {"GroupMembership": pair})
    if written.ok:
        return Outcome(OutcomeStatus.UPDATED, account.account_id, account.version)
    return unclear(written, account.account_id) or checks.rejected(account, written.code)


def _refusal(asked: Membership, account: Account) -> str:
    if account.state is AccountState.PENDING:
        return INVITED
    if not account.is_learner:
        return checks.NOT_A_LEARNER
    return "" if asked.group_id.isascii() and asked.group_id.isdigit() else NO_GROUP


def _is_member(api: Api, account_id: str, group_id: str) -> bool:
    rows = api.rows("/group_memberships", *_MEMBERSHIPS, user_id=account_id)
    # Rows of others are passed over: a parameter that is not known would be ignored without a word.
    return any(
        str(row.get("group_id")) == group_id and str(row.get("user_id", account_id)) == account_id
        for row in rows
    )
