"""Accounts as the LMS knows them, their custom user data, and the link between an account and a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from connector.core.model.employee import Value


class AccountState(StrEnum):
    """Whether the account's owner can sign in to the LMS."""

    ACTIVE = "active"
    PENDING = "pending"
    SUSPENDED = "suspended"


class Mail(StrEnum):
    """The mail about a new account."""

    NONE = "none"
    WELCOME = "welcome"
    INVITATION = "invitation"


@dataclass(frozen=True, slots=True)
class Account:
    """A person as the LMS knows them.

    `external_id` is the key that the connector wrote to it, None when the connector does not own it. `version` changes
    with every edit of the account, by anyone; empty when the LMS has no versions. `last_mailed_at` is when the last
    welcome or invitation mail was handed over, None when never or unknown. `problem` is empty, or says why the account
    cannot be read (never with a value): the sync leaves its person alone.
    """

    account_id: str
    email: str
    first_name: str
    last_name: str
    state: AccountState
    is_learner: bool
    external_id: str | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)
    version: str = ""
    last_mailed_at: datetime | None = None
    problem: str = ""


class MailState(StrEnum):
    """The state of the one mail about a new account; separate from the outcome of the account itself."""

    NONE = "none"
    HELD = "held"
    OWED = "owed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


class LinkOrigin(StrEnum):
    """How a link was made."""

    #: The connector created the account.
    CREATED = "created"
    #: The account was already in the LMS.
    FOUND = "found"
    #: An admin linked them.
    BY_HAND = "by_hand"


class HolderStatus(StrEnum):
    """What Paycor says about the person who holds an account that another person needs (rule D25)."""

    EMPLOYED = "employed"
    LEFT = "left"
    #: Missing from as many complete reads as prove an absence.
    GONE = "gone"
    #: Their company is not connected any more.
    DISCONNECTED = "disconnected"

    @property
    def is_free(self) -> bool:
        """Whether an admin may hand their account over."""
        return self is not HolderStatus.EMPLOYED


@dataclass(frozen=True, slots=True)
class AccountHolder:
    """The person who holds an account: their key, one of their employments if a read has brought one, and status."""

    person_key: str
    status: HolderStatus
    employee_id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """The stored pair of a person and their account.

    `state` is what the connector last set: a suspension that it did not set is an admin's own decision. `version` is
    the account's version after the connector's last write. `groups` are those that the connector has added it to.
    `unanswered`: its invitation was not answered yet when the connector suspended it. `mail_held`: an admin decides
    when its mail goes out. `sent` has a digest of each value in the connector's last write, by the names that
    operations use.
    """

    person_key: str
    account_id: str
    state: AccountState
    version: str = ""
    groups: tuple[str, ...] = ()
    unanswered: bool = False
    mail_held: bool = False
    sent: Mapping[str, str] = field(default_factory=dict)


class FieldType(StrEnum):
    """The types of custom user data (rule A34)."""

    STRING = "string"
    DECIMAL = "decimal"
    INTEGER = "integer"
    DATE = "date"
    STRING_CHOICE = "string_choice"
    DECIMAL_CHOICE = "decimal_choice"
    INTEGER_CHOICE = "integer_choice"

    @property
    def is_choice(self) -> bool:
        """Whether only listed values are allowed."""
        return self.value.endswith("_choice")


@dataclass(frozen=True, slots=True)
class Field:
    """A custom user data field of the LMS. `choices` are the values that a choice field allows, as canonical text.

    `max_length` is the most letters of a text, 0 for no limit; `first_day` and `last_day` are the limits of a date.
    """

    key: str
    label: str
    type: FieldType = FieldType.STRING
    required: bool = False
    choices: tuple[str, ...] = ()
    max_length: int = 0
    first_day: date | None = None
    last_day: date | None = None

    def has_room_for(self, text: str) -> bool:
        """Whether a value of the right type is within the limits: an LMS may keep another one and not say so."""
        if self.type is FieldType.DATE:
            return (self.first_day or date.min) <= date.fromisoformat(text) <= (self.last_day or date.max)
        return not self.max_length or len(text) <= self.max_length


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the LMS."""

    group_id: str
    name: str
