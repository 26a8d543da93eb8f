"""Whether the person who holds an account may lose it to another one (rule D25): only after they are not employed."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from connector.core.model.account import HolderStatus
from connector.core.model.employee import Person
from connector.core.model.settings import OnLeave, Scope, Settings
from connector.core.rules.access.entitlement import Access, entitlement_of


def holder_status(
    person: Person | None, connected: Collection[int], settings: Settings, now: datetime
) -> HolderStatus:
    """What Paycor says about the holder; `connected` are the legal entities that are read.

    it is empty where nothing is known about them. None is a holder that no read has brought. Leave, the scope and days
    of grace do not count: somebody on leave or left out is employed.
    """
    everywhere = person.employees if person else ()
    jobs = [one for one in everywhere if not connected or one.legal_entity_id in connected]
    if person is None or not jobs:
        return HolderStatus.DISCONNECTED
    policy = replace(settings.policy, scope=Scope(), on_leave=OnLeave.KEEP, grace_days=0)
    plain = replace(settings, policy=policy)
    each = [entitlement_of(replace(person, employees=(job,)), plain, now) for job in jobs]
    if any(one.access is not Access.END for one in each):
        return HolderStatus.EMPLOYED
    has_left = any(one.reason != "absent" for one in each)
    return HolderStatus.LEFT if has_left else HolderStatus.GONE
