"""Everything remembered about one person that a decision needs."""

from dataclasses import dataclass

from connector.core.model.account import Link
from connector.core.model.employee import Facts, Person
from connector.core.model.override import Override, OverrideKind


@dataclass(frozen=True, slots=True)
class DecisionInput:
    """Everything remembered about one human that a decision needs."""

    person: Person
    link: Link | None
    facts: Facts
    overrides: tuple[Override, ...] = ()

    @property
    def is_protected(self) -> bool:
        """Whether an override keeps the sync from doing anything about them."""
        return any(one.kind is OverrideKind.PROTECT for one in self.overrides)

    @property
    def held_values(self) -> frozenset[str]:
        """The names of the values that overrides keep as they are."""
        return frozenset(one.name for one in self.overrides if one.kind is OverrideKind.HOLD)

    @property
    def separated_accounts(self) -> frozenset[str]:
        """The ids of accounts that an admin has said are not theirs (rule D2)."""
        return frozenset(one.name for one in self.overrides if one.kind is OverrideKind.SEPARATE)
