"""What is decided about a person: a match, an operation, a finding, a decision; and what the LMS refused of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector.core.model.account import AccountState, Mail
from connector.core.model.employee import Value

#: How an operation names a custom user data field or a group: one of these, then the key or id.
FIELD, GROUP = "field:", "group:"


class MatchSituation(StrEnum):
    """How a person in Paycor relates to the accounts of the LMS."""

    LINKED = "linked"
    #: One account fits and is not linked yet.
    UNLINKED = "unlinked"
    #: It is unclear whose account it is: an admin decides.
    UNCLEAR = "disputed"
    #: There is no account.
    UNMATCHED = "unmatched"
    #: The linked account is gone from the LMS.
    REMOVED = "removed"


class OperationKind(StrEnum):
    """What an operation does, named by the event it answers."""

    CREATE = "create"
    LINK = "link"
    UPDATE = "update"
    SUSPEND = "suspend"
    REACTIVATE = "reactivate"
    UNLINK = "unlink"


@dataclass(frozen=True, slots=True)
class Operation:
    """One change to one account, with the values before it.

    `before` and `after` hold only the changed values, by name: first_name, last_name, email, external_id, state,
    `field:<key>` for custom user data, and `group:<id>` for groups ("member", or None). `before` is empty for a create.
    """

    kind: OperationKind
    person_key: str
    employee_id: str
    account_id: str | None
    before: Mapping[str, Value]
    after: Mapping[str, Value]
    mail: Mail = Mail.NONE


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that an admin or HR should know about one employee or about the whole run; a value, never raised.

    `subject` names the attribute, field or permission it is about; `detail` is a value that only the pages show, and
    `hint` is the value that was probably meant.
    """

    code: str
    employee_id: str = ""
    subject: str = ""
    detail: str = ""
    hint: str = ""


class RefusalCode(StrEnum):
    """The connector's own reasons for a refusal; a host may add its own, such as `moodle.useremailinvalid`."""

    #: There is no such custom user data field, or no longer.
    FIELD_UNKNOWN = "field.unknown"
    #: The value is not one of the field's choices; the comparison is exact and case-sensitive (rule A32).
    FIELD_CHOICE = "field.choice"
    #: The value is not of the field's type.
    FIELD_TYPE = "field.type"
    #: The field must not be empty, is shorter, or does not take a character of the value.
    FIELD_REQUIRED = "field.required"
    FIELD_LENGTH = "field.length"
    #: The text is too long for the field, or the date is not one of those that it accepts.
    FIELD_LIMIT = "field.limit"
    FIELD_TEXT = "field.text"
    #: The LMS said yes and did not keep the field.
    FIELD_DROPPED = "field.dropped"
    #: The models or the database of the LMS refused a value.
    VALUE = "value"
    #: The LMS said yes, and the account has another value since.
    KEPT_DIFFERENTLY = "kept_differently"
    #: The address is not one that the LMS accepts.
    EMAIL = "email"
    EMAIL_TAKEN = "email.taken"
    #: A name is too long for the LMS, or has a character that it does not accept.
    NAME = "name"
    EXTERNAL_ID = "external_id"
    EXTERNAL_ID_TAKEN = "external_id.taken"
    #: A sync never suspends an account that is more than a learner.
    NOT_A_LEARNER = "not_a_learner"
    #: A new account can only be active or pending.
    STATE = "state"
    #: There is no such account, or no longer.
    NOT_FOUND = "not_found"
    #: There is no such group, or no longer.
    GROUP_UNKNOWN = "group.unknown"
    #: A suspended account gets no mail.
    SUSPENDED = "suspended"
    #: A constraint of the LMS's database was violated, such as a user name of its own that has to be unique.
    CONSTRAINT = "constraint"
    #: The LMS's own code raised what it must not raise; the log says where.
    HOOK = "hook"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One value, or one whole operation if `name` is empty, that the LMS did not accept.

    `digest` identifies what was sent; it is empty for what is sent again every time. `code` is the reason, a
    `RefusalCode` or the host's own. `version` is that of the account at `at`, empty when unknown.
    """

    person_key: str
    name: str
    digest: str
    code: str
    at: datetime
    version: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision about one person: exactly one of an operation, unchanged, or skipped with its reason.

    `skipped` is the finding that explains why nothing is done, None otherwise. `findings` are further ones that do not
    stop the person. `due_at` is the next instant at which the decision may change without news from Paycor.
    `other_employee_ids` are their other employments, which get no decision of their own. `reopened_state` is the state
    of an account that an admin has let in since the connector suspended it: a later suspension is the admin's. `kept`
    are values that the LMS turned out to keep differently.
    """

    person_key: str
    employee_id: str
    operation: Operation | None = None
    skipped: Finding | None = None
    findings: tuple[Finding, ...] = ()
    due_at: datetime | None = None
    other_employee_ids: tuple[str, ...] = ()
    reopened_state: AccountState | None = None
    kept: tuple[Refusal, ...] = ()
