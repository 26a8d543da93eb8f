"""Accounts as the LMS knows them, their custom user data, and the link that pairs one with a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from connector.core.model.employee import Value


class AccountState(StrEnum):
    """Whether somebody can sign in at the LMS."""

    ACTIVE = "active"
    PENDING = "pending"
    SUSPENDED = "suspended"


class Mail(StrEnum):
    """The mail that a new account is told with."""

    NONE = "none"
    WELCOME = "welcome"
    INVITATION = "invitation"


@dataclass(frozen=True, slots=True)
class Account:
    """A person as the LMS knows them.

    `external_id` is the key that the connector left on it, None when it is not ours. `version` changes with every
    edit of the account, whoever makes it; empty when the LMS keeps none. `told_at` is when the last welcome or
    invitation mail was handed over, None when never or not known.
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
    told_at: datetime | None = None


class MailState(StrEnum):
    """How far the one mail of a new account has come; kept apart from the account's own outcome."""

    NONE = "none"
    HELD = "held"
    OWED = "owed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


class LinkOrigin(StrEnum):
    """How a link came about."""

    #: The connector created the account.
    CREATED = "created"
    #: The account was found in the LMS.
    FOUND = "found"
    #: An admin linked them.
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Link:
    """The remembered pair of a human and their account.

    `state` is what the connector last set: a suspension that it did not set is somebody's own decision. `version` is
    the account's version after the connector's last write. `groups` are those that the connector has put it into.
    `unanswered` tells that its invitation had not been answered yet when the connector suspended it.
    """

    person_key: str
    account_id: str
    state: AccountState
    version: str = ""
    groups: tuple[str, ...] = ()
    unanswered: bool = False


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
    """A custom user data field of the LMS. `choices` are the allowed canonical texts of a choice field."""

    key: str
    label: str
    type: FieldType = FieldType.STRING
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the LMS."""

    group_id: str
    name: str
