"""The contract of an LMS: batches in, one outcome a row out, in order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from connector.core.model.account import Account, AccountState, Field, Group, Mail
from connector.core.model.employee import Value

# --- the LMS -------------------------------------------------------------------------------------------------------


class KeyKind(StrEnum):
    """By what an account is looked up."""

    ID = "id"
    EXTERNAL_ID = "external_id"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Key:
    """One look-up. An email is compared trimmed and case-folded (`records.email_key`)."""

    kind: KeyKind
    value: str


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made, silently: no mail goes out because of it. It is always a learner (rule A6).

    `external_id` is to be kept on the account and must be unique in the portal. `state` is ACTIVE or PENDING.
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

    The empty text as `external_id` takes the key off the account: it is not ours any more.
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
    """One mail to one account: a welcome or an invitation. Asking again sends again."""

    account_id: str
    mail: Mail


class OutcomeStatus(StrEnum):
    """What became of one row of a batch."""

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
        """Whether the LMS is now as was asked."""
        return self in (
            OutcomeStatus.CREATED,
            OutcomeStatus.UPDATED,
            OutcomeStatus.UNCHANGED,
            OutcomeStatus.SENT,
            OutcomeStatus.PENDING,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row, in the order of the rows; `code` is the host's own short reason, without personal data.

    UNKNOWN (a time-out, a 500): it may or may not have happened. That is settled by `find`, never by repeating.
    """

    status: OutcomeStatus
    account_id: str | None = None
    version: str = ""
    code: str = ""
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a host can do; the sync asks for nothing else.

    `invite`: it mails a welcome or an invitation when asked to. `pending`: an account can wait for its learner's
    answer; without it such an account is made active. `mails_pending`: it mails such an account as it makes it, and
    cannot do otherwise. `changed_since`, `tells_told_at`: it answers those questions.
    `lists_fields`: it knows its custom user data; without it the fields are named in the settings.
    `keeps_external_id`: the key of ours stays on the account, so that a create that was cut off can be found.
    """

    batch_size: int = 500
    invite: bool = True
    pending: bool = True
    mails_pending: bool = False
    changed_since: bool = False
    tells_told_at: bool = False
    lists_fields: bool = True
    keeps_external_id: bool = True


class Unknown:
    """The answer of a look-up that cannot be trusted: nobody is created on a guess."""


#: What `find` answers: for every key asked, all accounts that really carry it; empty only if nobody does.
Found = Mapping[Key, Sequence[Account]]


@dataclass(frozen=True, slots=True)
class EditedAccount:
    """An account that was edited, and its version now."""

    account_id: str
    version: str


class Host(Protocol):
    """The user API of one portal of the LMS. Batches in, one Outcome a row out, in order; a row never raises.

    A whole batch that cannot be answered raises `HostUnavailable` or `HostAuthError`.
    """

    def capabilities(self) -> Capabilities:
        """What this host can do; the same answer for the length of a run."""
        ...

    def find(self, keys: Sequence[Key]) -> Found | Unknown:
        """All accounts that really carry each key; Unknown when the look-up cannot be trusted."""
        ...

    def create(self, rows: Sequence[NewAccount]) -> Sequence[Outcome]:
        """Make accounts, silently: CREATED with the account id, EXISTS when the email or external id is taken."""
        ...

    def update(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Change accounts: UPDATED or UNCHANGED with the version after it; NOT_FOUND, REJECTED."""
        ...

    def invite(self, invitations: Sequence[Invitation]) -> Sequence[Outcome]:
        """Mail accounts: SENT once the mail is handed over for good."""
        ...

    def fields(self) -> Sequence[Field]:
        """The custom user data fields there are."""
        ...

    def groups(self) -> Sequence[Group]:
        """The groups there are."""
        ...

    def changed_since(self, instant: datetime) -> Iterable[EditedAccount]:
        """Accounts edited at or after `instant`, by anybody; called only if the capability says so."""
        ...
