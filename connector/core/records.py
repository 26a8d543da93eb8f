"""The nouns of a sync, as frozen values: what Paycor says, what the LMS says, and what ties them together.

Every value of an attribute or of a custom field is its canonical text: a date is `YYYY-MM-DD`, a boolean `Yes` or
`No`, a number in plain digits. `None` means "known to be empty"; a key that is absent means "not known".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from unicodedata import normalize

#: Canonical text, or None for "known to be empty".
Value = str | None


class Status(StrEnum):
    """What an employment status means for access (rule D4)."""

    CURRENT = "current"
    ON_LEAVE = "on_leave"
    SEPARATED = "separated"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Employee:
    """One employment as Paycor knows it: a human has one for each legal entity they work in.

    `attributes` holds the mapped attributes that came (attribute key -> canonical text). `has_position` tells that the
    block with the manager came: without it an empty `manager_id` is not known to be empty. `problem` is empty, or says
    in a few words (never with the value) why the record cannot be relied on; nothing is done about such a person.
    """

    employee_id: str
    person_id: str | None
    legal_entity_id: int
    first_name: str = ""
    last_name: str = ""
    email: str | None = None
    status: Status = Status.AMBIGUOUS
    status_text: str | None = None
    hire_date: date | None = None
    rehire_date: date | None = None
    termination_date: date | None = None
    manager_id: str | None = None
    work_state: str | None = None
    has_work_address: bool = False
    has_position: bool = False
    attributes: Mapping[str, Value] = field(default_factory=dict)
    problem: str = ""

    @property
    def person_key(self) -> str:
        """What is remembered of a human is kept under this key: the person id, else the employee id."""
        return self.person_id or self.employee_id

    @property
    def email_key(self) -> str | None:
        """The work email in the form in which two are compared (rule D1), or None."""
        return email_key(self.email)


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


class OverrideKind(StrEnum):
    """What an override keeps the sync from: touching the person at all, one of their values, or one account (D2)."""

    PROTECT = "protect"
    HOLD = "hold"
    SEPARATE = "separate"


@dataclass(frozen=True, slots=True)
class Override:
    """An exception that an admin has made for one human, through the last day `until` (rule X16).

    `name` is the value that is held: first_name, last_name, email or `field:<key>`; or the id of the account that they
    are kept apart from. It is empty when they are protected.
    """

    kind: OverrideKind
    until: date
    name: str = ""


class Situation(StrEnum):
    """How a human at Paycor and the accounts of the LMS stand to each other."""

    LINKED = "linked"
    UNLINKED = "unlinked"
    DISPUTED = "disputed"
    UNMATCHED = "unmatched"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Person:
    """One human: every employment that carries the same person id, in the order of their employee ids.

    `absent_reads` holds, for an employment that was missing, how many complete reads in a row it was missing from.
    """

    key: str
    employees: tuple[Employee, ...]
    absent_reads: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of a person only in view of everybody else.

    `shared_emails` are those of their work emails, as `email_key`, that another current human has too (rule D2).
    `reports` counts current direct reports (rule B12). `managers` are the records of their employments' managers, as
    far as they were read. `manager_loop` means that a chain of managers comes back to them.
    """

    shared_emails: frozenset[str] = frozenset()
    reports: int = 0
    managers: tuple[Employee, ...] = ()
    manager_loop: bool = False


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


class Kind(StrEnum):
    """What an operation does, named by the event it answers."""

    CREATE = "create"
    LINK = "link"
    UPDATE = "update"
    SUSPEND = "suspend"
    REACTIVATE = "reactivate"
    UNLINK = "unlink"


@dataclass(frozen=True, slots=True)
class Operation:
    """One change to one account, with what was there before.

    `before` and `after` hold the changed values alone, by name: first_name, last_name, email, external_id, state,
    `field:<key>` for custom user data, and `group:<id>` for groups ("member", or None). `before` is empty for a create.
    """

    kind: Kind
    person_key: str
    employee_id: str
    account_id: str | None
    before: Mapping[str, Value]
    after: Mapping[str, Value]
    mail: Mail = Mail.NONE


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about one employee, or about the whole run, that a person should know; a value, never raised.

    `subject` names the attribute, field or permission it is about; `detail` is a value shown on the pages only, and
    `hint` what may have been meant by it.
    """

    code: str
    employee_id: str = ""
    subject: str = ""
    detail: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided about one human: exactly one of an operation, unchanged, or skipped with its reason.

    `skipped` is the finding that explains why nothing is done, None otherwise. `findings` are further ones that do
    not stop the person. `due_at` is the next instant at which the answer may differ with nothing new from Paycor.
    `further` are the ids of their other employments, for which nothing is done by themselves. `seen` is the state of an
    account that somebody has let in after the connector had suspended it: from then on a suspension is theirs.
    """

    person_key: str
    employee_id: str
    operation: Operation | None = None
    skipped: Finding | None = None
    findings: tuple[Finding, ...] = ()
    due_at: datetime | None = None
    further: tuple[str, ...] = ()
    seen: AccountState | None = None


def email_key(email: str | None) -> str | None:
    """The form in which two addresses are compared: trimmed, case-folded, NFC; None when there is none.

    It is its own form: folding is done on decomposed text, because what it makes may compose anew.
    """
    if email is None:
        return None
    if email.isascii():
        # The same, in a quarter of the time; nearly all addresses are.
        return email.strip().lower() or None
    return normalize("NFC", normalize("NFD", email.strip()).casefold()) or None
