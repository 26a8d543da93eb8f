"""What is decided about a person: a match, an operation, a finding, a decision."""

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


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision about one person: exactly one of an operation, unchanged, or skipped with its reason.

    `skipped` is the finding that explains why nothing is done, None otherwise. `findings` are further ones that do not
    stop the person. `due_at` is the next instant at which the decision may change without news from Paycor.
    `other_employee_ids` are their other employments, which get no decision of their own. `reopened_state` is the state
    of an account that an admin has let in since the connector suspended it: a later suspension is the admin's.
    """

    person_key: str
    employee_id: str
    operation: Operation | None = None
    skipped: Finding | None = None
    findings: tuple[Finding, ...] = ()
    due_at: datetime | None = None
    other_employee_ids: tuple[str, ...] = ()
    reopened_state: AccountState | None = None
