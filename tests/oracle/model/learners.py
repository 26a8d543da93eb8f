"""The accounts of an LMS as plain values, and what admins and learners do to them by hand."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from tests.oracle.model.values import Values, key_of


class State(StrEnum):
    """The state of an account, with the LMS's own words."""

    ACTIVE = "active"
    PENDING = "pending"
    SUSPENDED = "suspended"


class Kind(StrEnum):
    """The types of users that matter here."""

    LEARNER = "learner"
    INSTRUCTOR = "instructor"
    MANAGER = "manager"
    ADMIN = "admin"


@dataclass
class Learner:
    """One account. Of the model alone: `person` it belongs to, and the state that it had before the sync closed it."""

    address: str
    first_name: str
    last_name: str
    kind: Kind = Kind.LEARNER
    state: State = State.ACTIVE
    fields: Values = field(default_factory=dict)
    is_marked: bool = False
    person: str = ""
    closed_from: State | None = None
    is_deleted: bool = False

    @property
    def key(self) -> str:
        """The address as it is compared."""
        return key_of(self.address)

    def write(self, values: Values) -> None:
        """Set fields; None empties one."""
        for name, value in values.items():
            self.fields.pop(name, None)
            if value is not None:
                self.fields[name] = value


class Hands(Protocol):
    """What people do in the LMS by hand; the account is named by its address."""

    def add(self, address: str, first_name: str, kind: Kind) -> None:
        """An admin adds an account, without a mail."""

    def set_state(self, address: str, state: State) -> None:
        """An admin ends or restores access, or the learner answers an invitation."""

    def set_kind(self, address: str, kind: Kind) -> None:
        """An admin changes the type."""

    def edit(self, address: str, first_name: str, fields: Values) -> None:
        """An admin types another name and other values."""

    def delete(self, address: str) -> None:
        """An admin deletes the account."""


class Roster:
    """Accounts by address, and the mails that went to people: (address, what) -> how often."""

    def __init__(self, learners: list[Learner]) -> None:
        self.learners = learners
        self.mails: Counter[tuple[str, str]] = Counter()

    def present(self) -> list[Learner]:
        """The accounts that have not been deleted."""
        return [one for one in self.learners if not one.is_deleted]

    def at(self, address: str) -> Learner | None:
        """The account with this address."""
        return next((one for one in self.present() if one.key == key_of(address)), None)

    def of_person(self, person: str) -> Learner | None:
        """The account of a person, also when it was deleted."""
        return next((one for one in self.learners if one.person == person), None)

    def add(self, address: str, first_name: str, kind: Kind) -> None:
        """See `Hands`."""
        self.learners.append(Learner(address, first_name, "By Hand", kind))

    def set_state(self, address: str, state: State) -> None:
        """See `Hands`. What was closed by the sync and is opened by hand is closed by the sync no more."""
        learner = self._one(address)
        learner.state, learner.closed_from = state, None

    def set_kind(self, address: str, kind: Kind) -> None:
        """See `Hands`."""
        self._one(address).kind = kind

    def edit(self, address: str, first_name: str, fields: Values) -> None:
        """See `Hands`."""
        learner = self._one(address)
        learner.first_name = first_name
        learner.write(fields)

    def delete(self, address: str) -> None:
        """See `Hands`."""
        self._one(address).is_deleted = True

    def _one(self, address: str) -> Learner:
        learner = self.at(address)
        if learner is None:
            raise LookupError(f"The model has no account {address}.")
        return learner
