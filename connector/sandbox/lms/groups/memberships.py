"""Groups filled from outside: memberships in, what became of each out, in the transaction of the caller."""

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
class Filled:
    """What became of one membership, and the (course, user) pairs that were enrolled because of it."""

    outcome: Outcome
    enrolled: tuple[tuple[int, str], ...] = ()


def fill(session: Session, portal: Portal, wanted: Sequence[Membership], instant: datetime) -> list[Filled]:
    """Make memberships true one after the other; one that a rule has made is by hand from then on."""
    groups = {
        str(group_id) for group_id in session.scalars(select(Group.id).where(Group.portal_id == portal.id))
    }
    ids = sorted({one.account_id for one in wanted})
    users = {row.id for row in accounts.carriers(session, portal.id, accounts.USERS.c.id, ids)}
    there = members.memberships(session, users)
    filled = []
    for one in wanted:
        if one.group_id not in groups:
            filled.append(Filled(Outcome(OutcomeStatus.REJECTED, one.account_id, code=GROUP_UNKNOWN)))
        elif one.account_id not in users:
            filled.append(Filled(Outcome(OutcomeStatus.NOT_FOUND, code=USER_UNKNOWN)))
        else:
            filled.append(_fill(session, there, one, instant))
    return filled


def _fill(session: Session, there: dict[tuple[int, str], bool], one: Membership, instant: datetime) -> Filled:
    pair = (int(one.group_id), one.account_id)
    is_by_hand = there.get(pair)
    if (is_by_hand is True) if one.is_member else (is_by_hand is None):
        return Filled(Outcome(OutcomeStatus.UNCHANGED, one.account_id))
    enrolled: list[tuple[int, str]] = []
    if not one.is_member:
        members.leave(session, [pair])
        there.pop(pair)
    elif is_by_hand is None:
        enrolled = members.join(session, [pair], instant, by_hand=True)
        there[pair] = True
    else:
        table = members.MEMBERSHIPS
        mine = (table.c.group_id == pair[0]) & (table.c.user_id == pair[1])
        session.execute(update(table).where(mine).values(by_hand=True))
        there[pair] = True
    return Filled(Outcome(OutcomeStatus.UPDATED, one.account_id), tuple(enrolled))
