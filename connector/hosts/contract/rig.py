"""What the contract is tried on: a host, and what can be seen and done behind its back.

A live site gives its host alone. A test adds a window onto the LMS: its outbox, its sign-in, its admin's edits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from secrets import token_hex

from connector.core.model.account import Field, FieldType
from connector.core.ports.host import Host
from connector.core.ports.optional import SupportsEffectPreview, SupportsGroups, SupportsWithdraw


class ContractBroken(AssertionError):
    """A host does not keep a promise; the message says which, without a value of anybody's account."""


class NotOffered(Exception):
    """A promise that a host, by its own word, does not make."""

    verdict = "not offered by the host"

    def __str__(self) -> str:
        """What is missing, in a sentence's half."""
        return f"{self.verdict}: {super().__str__()}"


class NotTried(NotOffered):
    """A promise that cannot be tried from here: there is no window onto that part of the LMS."""

    verdict = "not tried, as this is missing"


class Need(StrEnum):
    """What a promise takes for granted, as it is reported where it is missing."""

    INVITATIONS = "mail on request"
    PENDING = "accounts that wait for an answer"
    QUIET = "accounts that wait without being mailed at once"
    CHANGES = "who was edited since"
    TOLD_AT = "when somebody was mailed"
    EXTERNAL_ID = "a key of ours on the account"
    STRING = "a custom field for texts"
    DATE = "a custom field for dates"
    CHOICE = "a custom field with choices"
    GROUPS = "groups that can be filled"
    EFFECT = "what its rules would do"
    WITHDRAWALS = "invitations that can be taken back"
    CLOCK = "a look at the LMS's clock"
    OUTBOX = "a look at the mail that went out"
    EDITS = "edits by somebody else"
    TYPES = "accounts that are more than learners"
    SIGN_IN = "a try at signing in"
    OWN_ACCOUNT = "an account that the connector works as"
    LOST_ANSWERS = "an answer that is lost on purpose"
    BUSY = "a host that is busy on purpose"
    MANY = "5,000 accounts made for a test"


@dataclass(frozen=True)
class Rig:
    """A host, and its LMS as its own people see it; None where that cannot be seen or done.

    `mailed` gives the ids of the accounts that mails went to, in order; `rename` and `promote` are an admin's edits of
    the first name and of the type (to something more than a learner); `now` is the LMS's clock, which `changed_since`
    and `told_at` go by. `signs_in` really tries to sign in as an account. `own_account_id` is the account that the
    host's calls are made as. `loses_answer` makes the next create of the host happen without its answer arriving;
    `is_busy` makes the LMS ask for a wait at the next create. `fields` names the keys of the custom fields to be used;
    all of them when it is empty. `domain` is a domain whose addresses the LMS takes and that belongs to nobody.
    """

    host: Host
    mailed: Callable[[], Sequence[str]] | None = None
    rename: Callable[[str, str], object] | None = None
    promote: Callable[[str], object] | None = None
    now: Callable[[], datetime] | None = None
    signs_in: Callable[[str], bool] | None = None
    own_account_id: str | None = None
    loses_answer: Callable[[], object] | None = None
    is_busy: Callable[[], object] | None = None
    many: bool = False
    fields: tuple[str, ...] = ()
    domain: str = "example.test"

    def usable(self) -> list[Field]:
        """The custom fields to be used."""
        return [one for one in self.host.fields() if not self.fields or one.key in self.fields]

    def field(self, need: Need) -> Field:
        """The first custom field of the kind that is needed. Raises NotOffered."""
        for one in self.usable():
            if _FIELDS[need](one):
                return one
        raise NotOffered(need)

    def offers(self, need: Need) -> bool:
        """Whether what a promise needs is there."""
        if need in _FIELDS:
            return any(map(_FIELDS[need], self.usable()))
        return _OFFERS[need](self)


def requires(rig: Rig, *needs: Need) -> None:
    """Raise NotOffered or NotTried for the first of these that is missing, the host's own word before all else."""
    missing = [need for need in needs if not rig.offers(need)]
    for need in missing:
        if need not in _WINDOWS:
            raise NotOffered(need)
    if missing:
        raise NotTried(missing[0])


_FIELDS: dict[Need, Callable[[Field], bool]] = {
    Need.STRING: lambda one: one.type is FieldType.STRING,
    Need.DATE: lambda one: one.type is FieldType.DATE,
    Need.CHOICE: lambda one: one.type.is_choice and bool(one.choices),
}

_OFFERS: dict[Need, Callable[[Rig], bool]] = {
    Need.INVITATIONS: lambda rig: rig.host.capabilities().invite,
    Need.PENDING: lambda rig: rig.host.capabilities().pending,
    Need.QUIET: lambda rig: not rig.host.capabilities().mails_pending,
    Need.CHANGES: lambda rig: rig.host.capabilities().changed_since,
    Need.TOLD_AT: lambda rig: rig.host.capabilities().tells_told_at,
    Need.EXTERNAL_ID: lambda rig: rig.host.capabilities().keeps_external_id,
    Need.GROUPS: lambda rig: isinstance(rig.host, SupportsGroups) and bool(rig.host.groups()),
    Need.EFFECT: lambda rig: isinstance(rig.host, SupportsEffectPreview),
    Need.WITHDRAWALS: lambda rig: isinstance(rig.host, SupportsWithdraw),
    Need.CLOCK: lambda rig: rig.now is not None,
    Need.OUTBOX: lambda rig: rig.mailed is not None,
    Need.EDITS: lambda rig: rig.rename is not None,
    Need.TYPES: lambda rig: rig.promote is not None,
    Need.SIGN_IN: lambda rig: rig.signs_in is not None,
    Need.OWN_ACCOUNT: lambda rig: rig.own_account_id is not None,
    Need.LOST_ANSWERS: lambda rig: rig.loses_answer is not None,
    Need.BUSY: lambda rig: rig.is_busy is not None,
    Need.MANY: lambda rig: rig.many,
}


#: What a test has to give, whatever the host offers.
_WINDOWS = frozenset(
    (
        Need.CLOCK,
        Need.OUTBOX,
        Need.EDITS,
        Need.TYPES,
        Need.SIGN_IN,
        Need.OWN_ACCOUNT,
        Need.LOST_ANSWERS,
        Need.BUSY,
        Need.MANY,
    )
)


@dataclass
class Names:
    """Names for one trial that nobody else has: every address and every key carries the tag."""

    domain: str = "example.test"
    tag: str = field(default_factory=lambda: token_hex(4))

    def email(self, who: str) -> str:
        """An address of a person who does not exist."""
        return f"{who}.{self.tag}@{self.domain}"

    def external_id(self, who: str) -> str:
        """A key as the connector would leave it on an account."""
        return f"{self.tag}-{who}"
