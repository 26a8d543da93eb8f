"""What is decided about a person: a match, an operation, a finding, a decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector.core.model.account import AccountState, Mail
from connector.core.model.employee import Value

#: How an operation names a custom user data field, and a group: one of these, then the key or id.
FIELD, GROUP = "field:", "group:"


class Situation(StrEnum):
    """How a human at Paycor and the accounts of the LMS stand to each other."""

    LINKED = "linked"
    UNLINKED = "unlinked"
    DISPUTED = "disputed"
    UNMATCHED = "unmatched"
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
    """One change to one account, with what was there before.

    `before` and `after` hold the changed values alone, by name: first_name, last_name, email, external_id, state,
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
