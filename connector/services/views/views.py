"""What the pages show: frozen values without anything of the database. Instants are aware UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from connector.core.model.account import Mail, MailState
from connector.core.model.connection import ConnectionState, ConsentMethod
from connector.core.model.limits import PlanHold
from connector.core.model.operation import OperationKind
from connector.core.model.report import Report
from connector.core.model.run import EntryOutcome, RunMode, RunPhase, RunStatus, RunTrigger
from connector.core.model.settings import ReadInterval
from connector.core.ports.optional import Effect

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows in order; `next_key` asks for the page after, None when this is the last."""

    rows: tuple[Row, ...] = ()
    next_key: int | None = None


@dataclass(frozen=True, slots=True)
class PersonView:
    """The person that a row is about; empty when the mirror does not have them any more."""

    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class EntityView:
    """A legal entity that is read, and the Paycor company (tenant) it belongs to."""

    legal_entity_id: int
    tenant_id: int | None


@dataclass(frozen=True, slots=True)
class RunView:
    """One run. `report` is None until it is counted; `plan_of` is the run that this one applies or undoes.

    `replaced_by` is the newer run whose plan took the place of this one's.
    """

    run_id: int
    mode: RunMode
    trigger: RunTrigger
    status: RunStatus
    phase: RunPhase
    done: int
    total: int | None
    requested_at: datetime
    requested_by: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    digest: str | None = None
    plan_of: int | None = None
    held: PlanHold | None = None
    report: Report | None = None
    error_code: str | None = None
    error_message: str | None = None
    replaced_by: int | None = None
    #: Which try it is, when a queued one starts at the earliest, and when another one follows an unfinished one.
    attempt: int = 1
    not_before: datetime | None = None
    retry_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has ended; a held run has, and waits for an admin."""
        return self.status.is_over

    @property
    def is_ahead(self) -> bool:
        """Whether nothing of its plan was carried out: a preview, or a sync that is held as a whole."""
        was_held = self.status in (RunStatus.HELD, RunStatus.REPLACED, RunStatus.DISCARDED)
        holds_all = self.held is None or self.held.holds_all
        return self.mode == RunMode.PREVIEW or (was_held and holds_all)


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """A portal's connection. `last_run` is the last sync or preview that ended, `open_run` the one that has not."""

    state: ConnectionState
    environment: str
    mode: ConsentMethod
    attention_code: str | None = None
    connected_at: datetime | None = None
    connected_by: str | None = None
    daily_hour: int = 2
    read_interval: ReadInterval = ReadInterval.DAY
    next_daily_at: datetime | None = None
    first_sync_at: datetime | None = None
    legal_entities: tuple[EntityView, ...] = ()
    last_run: RunView | None = None
    open_run: RunView | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: `done` of `total` in `phase`; `total` is None while it is unknown."""

    status: RunStatus
    phase: RunPhase
    done: int
    total: int | None
    report: Report | None


@dataclass(frozen=True, slots=True)
class EntryView:
    """One row of a plan: the values before, the values written, and the outcome.

    `effect` is what it would do to the person's training, where the LMS can say.
    """

    entry_id: int
    employee_id: str
    kind: OperationKind
    account_id: str | None
    before: Mapping[str, str | None]
    after: Mapping[str, str | None]
    mail: Mail
    outcome: EntryOutcome
    outcome_code: str
    at: datetime | None
    person: PersonView
    effect: Effect | None = None


@dataclass(frozen=True, slots=True)
class FindingView:
    """Something to know about a person or, without an employee id, about the connection as a whole."""

    code: str
    employee_id: str
    subject: str
    detail: str
    is_skip: bool
    since: datetime
    person: PersonView
    hint: str = ""


@dataclass(frozen=True, slots=True)
class NotInvitedView:
    """A learner with an account whose mail was not sent or not answered; `mail_state` says how far it came."""

    person_key: str
    account_id: str
    mail_state: MailState
    linked_at: datetime
    person: PersonView


@dataclass(frozen=True, slots=True)
class UndoView:
    """What an undo would do: how many rows by the kind of operation, and by the reason for which rows are left.

    `mails` counts mails that the run sent, which cannot be taken back.
    """

    run_id: int
    employee_id: str | None
    restored: Mapping[str, int]
    left: Mapping[str, int]
    mails: int


@dataclass(frozen=True, slots=True)
class AuditView:
    """One change of a portal's connection, and who made it; None is the connector itself."""

    line_id: int
    at: datetime
    viewer_id: str | None
    action: str
    detail: Mapping[str, Any]
