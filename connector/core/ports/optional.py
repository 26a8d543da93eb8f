"""Optional parts of a host: the sync uses one if the host class has its method."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from connector.core.ports.host import Change, NewAccount, Outcome

#: The code of an outcome whose row is done except for its groups: the person is decided again.
GROUPS_NOT_DONE = "groups"


@dataclass(frozen=True, slots=True)
class Membership:
    """One account that should be in one group, or should not."""

    account_id: str
    group_id: str
    is_member: bool


@runtime_checkable
class SupportsGroups(Protocol):
    """A host whose groups the connector may fill (rule X24)."""

    def members(self, memberships: Sequence[Membership]) -> Sequence[Outcome]:
        """Add accounts to groups and remove them: UPDATED, or UNCHANGED if the membership is already as requested."""
        ...


@dataclass(frozen=True, slots=True)
class Effect:
    """What one row would do to a person's training: the names of groups and courses, gained and lost."""

    groups_gained: tuple[str, ...] = ()
    groups_lost: tuple[str, ...] = ()
    courses_gained: tuple[str, ...] = ()
    courses_lost: tuple[str, ...] = ()


@runtime_checkable
class SupportsEffectPreview(Protocol):
    """A host that can say in advance what its own rules would do with a row (rule X3)."""

    def effect(self, rows: Sequence[NewAccount | Change]) -> Sequence[Effect]:
        """One effect per row, in order; nothing is changed, and no mail is sent."""
        ...


@runtime_checkable
class SupportsWithdraw(Protocol):
    """A host that can withdraw an unanswered invitation (rule X6)."""

    def withdraw(self, account_ids: Sequence[str]) -> Sequence[Outcome]:
        """Invalidate the invitations of pending accounts: UPDATED, or UNCHANGED for any other account."""
        ...


@runtime_checkable
class SupportsDelete(Protocol):
    """A host that can remove accounts for good. No sync uses it: a trial of the host cleans up with it."""

    def delete(self, account_ids: Sequence[str]) -> Sequence[Outcome]:
        """Remove accounts: UPDATED, NOT_FOUND if already gone, REJECTED for accounts that are not a learner's."""
        ...


@runtime_checkable
class SupportsPages(Protocol):
    """A host whose LMS lists accounts in pages. No sync uses it: a trial of the host looks at the second page."""

    def pages(self, size: int) -> tuple[Sequence[str], Sequence[str]]:
        """The account ids of the first page of `size` accounts and of the page after it, as the LMS answers them."""
        ...


@runtime_checkable
class ReportsDeleted(Protocol):
    """A host that says at little cost which accounts are gone; of any other host the accounts themselves are read."""

    def deleted(self, account_ids: Sequence[str]) -> Sequence[str]:
        """Those of these accounts that do not exist any more; an account that `find` would find is never among them."""
        ...
