"""What a host may have besides the `Host` protocol: having the method is offering it, and the sync asks for it then."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from connector.core.ports.host import Change, NewAccount, Outcome

#: The code of an outcome whose row was done but for its groups: whoever it is about is decided again.
GROUPS_NOT_DONE = "groups"


@dataclass(frozen=True, slots=True)
class Membership:
    """One account in one group, or out of it."""

    account_id: str
    group_id: str
    is_member: bool


@runtime_checkable
class SupportsGroups(Protocol):
    """A host whose groups the connector may fill (rule X24)."""

    def members(self, memberships: Sequence[Membership]) -> Sequence[Outcome]:
        """Put accounts into groups and take them out; who is there, or gone, already is UNCHANGED."""
        ...


@dataclass(frozen=True, slots=True)
class Effect:
    """What one row would do to somebody's training: the names of groups and courses, gained and lost."""

    groups_gained: tuple[str, ...] = ()
    groups_lost: tuple[str, ...] = ()
    courses_gained: tuple[str, ...] = ()
    courses_lost: tuple[str, ...] = ()


@runtime_checkable
class SupportsEffectPreview(Protocol):
    """A host that can say beforehand what its own rules would make of a row (rule X3)."""

    def effect(self, rows: Sequence[NewAccount | Change]) -> Sequence[Effect]:
        """One effect a row, in order; nothing is changed, and nobody is mailed."""
        ...


@runtime_checkable
class SupportsWithdraw(Protocol):
    """A host that can take an unanswered invitation back (rule X6)."""

    def withdraw(self, account_ids: Sequence[str]) -> Sequence[Outcome]:
        """Make the invitations of pending accounts good for nothing: UPDATED, or UNCHANGED for any other account."""
        ...


@runtime_checkable
class SupportsDelete(Protocol):
    """A host that can remove accounts for good. No sync asks for it: a trial of the host clears up after itself."""

    def delete(self, account_ids: Sequence[str]) -> Sequence[Outcome]:
        """Remove accounts: UPDATED, NOT_FOUND when they are gone, REJECTED for whoever is more than a learner."""
        ...
