"""What the class of an LMS is written with: these names stay, wherever a later release defines them."""

from connector.core.model.account import Account, AccountState, Field, FieldType, Group, Mail
from connector.core.model.completion import Completion
from connector.core.model.employee import Value
from connector.core.ports.host import (
    Capabilities,
    Change,
    EditedAccount,
    Host,
    Invitation,
    Key,
    KeyKind,
    NewAccount,
    Outcome,
    OutcomeStatus,
    Unknown,
)
from connector.core.ports.lms import ChecklistItem, Lms, PageLink, Portal, ReportsCompletions, Viewer
from connector.core.ports.optional import (
    Effect,
    Membership,
    ReportsDeleted,
    SupportsDelete,
    SupportsEffectPreview,
    SupportsGroups,
    SupportsPages,
    SupportsWithdraw,
)
from connector.errors import HostUnavailable
from connector.hosts import Columns, InProcessHost, InProcessLms, RowRefused

__all__ = [
    "Account",
    "AccountState",
    "Capabilities",
    "Change",
    "ChecklistItem",
    "Columns",
    "Completion",
    "EditedAccount",
    "Effect",
    "Field",
    "FieldType",
    "Group",
    "Host",
    "HostUnavailable",
    "InProcessHost",
    "InProcessLms",
    "Invitation",
    "Key",
    "KeyKind",
    "Lms",
    "Mail",
    "Membership",
    "NewAccount",
    "Outcome",
    "OutcomeStatus",
    "PageLink",
    "Portal",
    "ReportsCompletions",
    "ReportsDeleted",
    "RowRefused",
    "SupportsDelete",
    "SupportsEffectPreview",
    "SupportsGroups",
    "SupportsPages",
    "SupportsWithdraw",
    "Unknown",
    "Value",
    "Viewer",
]
