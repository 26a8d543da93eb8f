"""What is stored about one person and needed for a decision."""

from dataclasses import dataclass

from connector.core.model.account import Link
from connector.core.model.employee import Facts, Person
from connector.core.model.operation import Refusal
from connector.core.model.override import Override, OverrideKind


@dataclass(frozen=True, slots=True)
class DecisionInput:
    """Everything stored about one person that a decision needs."""

    person: Person
    link: Link | None
    facts: Facts
    overrides: tuple[Override, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    @property
    def is_protected(self) -> bool:
        """Whether an override keeps the sync from changing anything about this person."""
        return any(one.kind is OverrideKind.PROTECT for one in self.overrides)

    @property
    def held_values(self) -> frozenset[str]:
        """The names of the values that overrides keep unchanged."""
        return frozenset(one.name for one in self.overrides if one.kind is OverrideKind.HOLD)

    @property
    def separated_accounts(self) -> frozenset[str]:
        """The ids of accounts that an admin has marked as not this person's (rule D2)."""
        return frozenset(one.name for one in self.overrides if one.kind is OverrideKind.SEPARATE)
