"""The limits on a plan, looked at before anything is applied."""

from dataclasses import dataclass

from connector.core.settings import Policy


@dataclass(frozen=True, slots=True)
class Held:
    """Why a plan is held: how many accesses it would end, and how many it may."""

    leavers: int
    limit: int

    @property
    def message(self) -> str:
        """What to tell the admin."""
        return (
            f"{self.leavers} people would lose access, and the limit is {self.limit}. Nothing has been changed. "
            "Look at the list, then release or discard it."
        )


def held(leavers: int, linked: int, policy: Policy) -> Held | None:
    """Whether a plan that ends `leavers` accesses of `linked` learners has to wait for an admin."""
    limit = max(policy.leaver_limit, linked * policy.leaver_limit_pct // 100)
    return Held(leavers, limit) if leavers > limit else None
