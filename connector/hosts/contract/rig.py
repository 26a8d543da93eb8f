"""What the contract is tried on: a host, and a way to see and change the LMS without it.

A live site has only its host. A test adds access to the LMS: its outbox, its sign-in, its admin's edits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from secrets import token_hex

from connector.core.model.account import Field, FieldType
from connector.core.ports.host import Host
from connector.core.ports.optional import (
    ReportsDeleted,
    SupportsEffectPreview,
    SupportsGroups,
    SupportsPages,
    SupportsWithdraw,
)


class ContractBroken(AssertionError):
    """A host breaks a promise; the message says how, without a value of any account."""


class NotOffered(Exception):
    """A promise that the host does not make, according to its capabilities."""

    verdict = "not offered by the host"

    def __str__(self) -> str:
        """What is missing, after the verdict."""
        return f"{self.verdict}: {super().__str__()}"


class NotTried(NotOffered):
    """A promise that cannot be tried from here: there is no access to that part of the LMS."""

    verdict = "not tried, as this is missing"


class Need(StrEnum):
    """What a promise needs, in the words of the report when it is missing."""

    INVITATIONS = "mail on request"
    PENDING = "pending accounts"
    QUIET = "pending accounts that are not mailed at once"
    CHANGES = "a report of edited accounts"
    LAST_MAILED_AT = "the time of the last mail"
    EXTERNAL_ID = "the connector's key on the account"
    STRING = "a custom field for texts"
    DATE = "a custom field for dates"
    CHOICE = "a custom field with choices"
    GROUPS = "groups that accounts can be added to"
    EFFECT = "a preview of what its rules would do"
    WITHDRAWALS = "invitations that can be taken back"
    PAGES = "a list of accounts in pages"
    DELETIONS = "a report of deleted accounts"
    CLOCK = "access to the LMS's clock"
    OUTBOX = "access to the mail that went out"
    EDITS = "edits by someone else"
    TYPES = "accounts that are more than learners"
    SIGN_IN = "a way to sign in"
    OWN_ACCOUNT = "the connector's own account"
    LOST_ANSWERS = "an answer that is lost on purpose"
    BUSY = "a host that is busy on purpose"
    MANY = "5,000 accounts for a test"


@dataclass(frozen=True)
class Rig:
    """A host, and its LMS as the LMS's own admin uses it; None where that is not possible.

    `mailed` gives the ids of the accounts that mails went to, in order; `rename` and `promote` are an admin's edits of
    the first name and of the type (to something more than a learner); `now` is the LMS's clock, which
    `changed_since` and `last_mailed_at` use. `signs_in` really tries to sign in as an account. `own_account_id` is the
    account that the host's calls are made as. `loses_answer` makes the next create happen without an answer;
    `is_busy` makes the LMS ask for a wait at the next create. `fields` are the keys of the custom fields to use, all
    when empty. `domain` is a domain that the LMS accepts and whose addresses reach nobody. `behind` is the whole host
    where `host` lets through only some of its calls.
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
    behind: Host | None = None

    @property
    def whole_host(self) -> Host:
        """The host with all of its parts; a promise may only read with it."""
        return self.behind or self.host

    def usable(self) -> list[Field]:
        """The custom fields to use."""
        return [one for one in self.host.fields() if not self.fields or one.key in self.fields]

    def field(self, need: Need) -> Field:
        """The first custom field of the needed kind. Raises NotOffered."""
        for one in self.usable():
            if _FIELDS[need](one):
                return one
        raise NotOffered(need)

    def offers(self, need: Need) -> bool:
        """Whether what a promise needs is available."""
        if need in _FIELDS:
            return any(map(_FIELDS[need], self.usable()))
        return _OFFERS[need](self)

    def can_try(self, need: Need) -> bool:
        """Whether a need that is missing is one of this trial, while the host itself offers it."""
        return need in _ACCESS or (need in _PARTS and isinstance(self.whole_host, _PARTS[need]))


def requires(rig: Rig, *needs: Need) -> None:
    """Raise NotOffered or NotTried for the first need that is missing; what the host does not offer comes first."""
    missing = [need for need in needs if not rig.offers(need)]
    for need in missing:
        if not rig.can_try(need):
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
    Need.LAST_MAILED_AT: lambda rig: rig.host.capabilities().reports_last_mailed_at,
    Need.EXTERNAL_ID: lambda rig: rig.host.capabilities().keeps_external_id,
    Need.GROUPS: lambda rig: isinstance(rig.host, SupportsGroups) and bool(rig.host.groups()),
    Need.EFFECT: lambda rig: isinstance(rig.host, SupportsEffectPreview),
    Need.WITHDRAWALS: lambda rig: isinstance(rig.host, SupportsWithdraw),
    Need.PAGES: lambda rig: isinstance(rig.whole_host, SupportsPages),
    Need.DELETIONS: lambda rig: isinstance(rig.host, ReportsDeleted),
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

#: The parts of a host that a trial may not use, or that need something in the LMS, such as a first group.
_PARTS: dict[Need, type[object]] = {
    Need.GROUPS: SupportsGroups,
    Need.EFFECT: SupportsEffectPreview,
    Need.WITHDRAWALS: SupportsWithdraw,
}

#: What only a test can provide, whatever the host offers.
_ACCESS = frozenset(
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
    """Names that only one trial uses: every address and every external id contains the tag."""

    domain: str = "example.test"
    tag: str = field(default_factory=lambda: token_hex(4))

    def email(self, who: str) -> str:
        """An address of a person who does not exist."""
        return f"{who}.{self.tag}@{self.domain}"

    def external_id(self, who: str) -> str:
        """An external id as the connector puts it on an account."""
        return f"{self.tag}-{who}"
