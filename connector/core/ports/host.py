"""The contract of an LMS: batches in, one outcome per row out, in order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from connector.core.model.account import Account, AccountState, Field, Group, Mail
from connector.core.model.employee import Value


class KeyKind(StrEnum):
    """What an account is looked up by."""

    ID = "id"
    EXTERNAL_ID = "external_id"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Key:
    """One look-up. Emails are compared trimmed and case-folded (`core.model.employee.email_key`)."""

    kind: KeyKind
    value: str


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to create without sending any mail. It is always a learner's (rule A6).

    The host keeps `external_id` on the account; it is unique in the portal. `state` is ACTIVE or PENDING.
    """

    external_id: str
    email: str
    first_name: str
    last_name: str
    state: AccountState
    fields: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A sparse change of one account: None leaves a value alone; in `fields`, a None value clears that field.

    An empty `external_id` removes the key from the account: the connector no longer owns it.
    """

    account_id: str
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    external_id: str | None = None
    state: AccountState | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Invitation:
    """One mail to one account: a welcome or an invitation. Asking twice sends it twice."""

    account_id: str
    mail: Mail


class OutcomeStatus(StrEnum):
    """The outcome of one row of a batch."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SENT = "sent"
    EXISTS = "exists"
    PENDING = "pending"
    NOT_FOUND = "not_found"
    REJECTED = "rejected"
    RETRY = "retry"
    UNKNOWN = "unknown"

    @property
    def is_done(self) -> bool:
        """Whether the LMS is now as requested."""
        return self in (
            OutcomeStatus.CREATED,
            OutcomeStatus.UPDATED,
            OutcomeStatus.UNCHANGED,
            OutcomeStatus.SENT,
            OutcomeStatus.PENDING,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one row, in the order of the rows; `code` is the host's own short reason, without personal data.

    UNKNOWN (a time-out, a 500): it may or may not have happened. `find` settles that; the row is never sent again.
    REJECTED: nothing of the row was done. `refused` has the values at fault, by the names that operations use, each
    with the code of its reason, as far as the host knows them: the row is sent again without them.
    """

    status: OutcomeStatus
    account_id: str | None = None
    version: str = ""
    code: str = ""
    retry_after_s: float | None = None
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a host can do; the sync uses nothing else.

    `invite`: it mails a welcome or an invitation on request. `pending`: an account can wait for its learner's answer;
    without it, such an account is created active. `mails_pending`: it always mails such an account when it creates it.
    `changed_since`: it reports edited accounts. `reports_last_mailed_at`: `Account.last_mailed_at` is filled in.
    `lists_fields`: it knows its custom user data; without it, the settings name the fields. `keeps_external_id`: the
    external id stays on the account, so that a create that was cut off can be found.
    """

    batch_size: int = 500
    invite: bool = True
    pending: bool = True
    mails_pending: bool = False
    changed_since: bool = False
    reports_last_mailed_at: bool = False
    lists_fields: bool = True
    keeps_external_id: bool = True


class Unknown:
    """The answer of a look-up that cannot be trusted: no account is created on a guess."""


#: The answer of `find`: for every key, all accounts that really carry it; empty only if none does.
Found = Mapping[Key, Sequence[Account]]


@dataclass(frozen=True, slots=True)
class EditedAccount:
    """An account that was edited, and its current version."""

    account_id: str
    version: str


class Host(Protocol):
    """The user API of one portal of the LMS: batches in, one Outcome per row out, in order; a row never raises.

    A batch that cannot be answered as a whole raises `HostUnavailable` or `HostAuthError`.
    """

    def capabilities(self) -> Capabilities:
        """What this host can do; the answer does not change during a run."""
        ...

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """All accounts that really carry each key; Unknown if the look-up cannot be trusted."""
        ...

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """Create accounts without mail: CREATED with the account id, EXISTS if the email or external id is taken."""
        ...

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Change accounts: UPDATED or UNCHANGED with the new version; NOT_FOUND, REJECTED."""
        ...

    def invite(self, invitations: Sequence[Invitation]) -> Sequence[Outcome]:
        """Mail accounts: SENT once the mail is handed over and cannot be lost."""
        ...

    def fields(self) -> Sequence[Field]:
        """All custom user data fields."""
        ...

    def groups(self) -> Sequence[Group]:
        """All groups."""
        ...

    def changed_since(self, instant: datetime) -> Iterable[EditedAccount]:
        """Accounts that anyone edited at or after `instant`; called only if the capability says so."""
        ...
