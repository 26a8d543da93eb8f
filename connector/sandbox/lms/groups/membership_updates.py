"""Memberships set from outside: memberships in, one result for each out, in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from connector.core.ports.host import Outcome, OutcomeStatus
from connector.core.ports.optional import Membership
from connector.sandbox.lms.db.tables import Group, Portal
from connector.sandbox.lms.groups import members
from connector.sandbox.lms.people import accounts

GROUP_UNKNOWN = "group.unknown"
USER_UNKNOWN = "not_found"


@dataclass(frozen=True, slots=True)
class MembershipResult:
    """The outcome of one membership, and the (course, user) pairs that were enrolled because of it."""

    outcome: Outcome
    enrolled: tuple[tuple[int, str], ...] = ()


def update_memberships(
    session: Session, portal: Portal, changes: Sequence[Membership], instant: datetime
) -> list[MembershipResult]:
    """Apply memberships one after the other; one that a rule has made counts as made by hand from then on."""
    groups = {
        str(group_id) for group_id in session.scalars(select(Group.id).where(Group.portal_id == portal.id))
    }
    ids = sorted({one.account_id for one in changes})
    users = {row.id for row in accounts.users_with(session, portal.id, accounts.USERS.c.id, ids)}
    current = members.memberships(session, users)
    results = []
    for one in changes:
        if one.group_id not in groups:
            results.append(
                MembershipResult(Outcome(OutcomeStatus.REJECTED, one.account_id, code=GROUP_UNKNOWN))
            )
        elif one.account_id not in users:
            results.append(MembershipResult(Outcome(OutcomeStatus.NOT_FOUND, code=USER_UNKNOWN)))
        else:
            results.append(_update_membership(session, current, one, instant))
    return results


def _update_membership(
    session: Session, current: dict[tuple[int, str], bool], one: Membership, instant: datetime
) -> MembershipResult:
    pair = (int(one.group_id), one.account_id)
    is_by_hand = current.get(pair)
    if (is_by_hand is True) if one.is_member else (is_by_hand is None):
        return MembershipResult(Outcome(OutcomeStatus.UNCHANGED, one.account_id))
    enrolled: list[tuple[int, str]] = []
    if not one.is_member:
        members.leave(session, [pair])
        current.pop(pair)
    elif is_by_hand is None:
        enrolled = members.join(session, [pair], instant, by_hand=True)
        current[pair] = True
    else:
        table = members.MEMBERSHIPS
        mine = (table.c.group_id == pair[0]) & (table.c.user_id == pair[1])
        session.execute(update(table).where(mine).values(by_hand=True))
        current[pair] = True
    return MembershipResult(Outcome(OutcomeStatus.UPDATED, one.account_id), tuple(enrolled))
