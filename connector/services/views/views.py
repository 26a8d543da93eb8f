"""What the pages are given: frozen values with nothing of the database in them. Instants are aware UTC."""

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
from connector.core.ports.optional import Effect

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows in order; `next_key` asks for the page after, None when this is the last."""

    rows: tuple[Row, ...] = ()
    next_key: int | None = None


@dataclass(frozen=True, slots=True)
class PersonView:
    """Whom a row is about; empty when the person is no longer known."""

    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class EntityView:
    """A legal entity that is read, and the Paycor company (tenant) it belongs to."""

    legal_entity_id: int
    tenant_id: int | None


@dataclass(frozen=True, slots=True)
class RunView:
    """One run. `report` is None while nothing has been counted; `plan_of` is the run that it applies or undoes."""

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

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself; a held run waits for an admin."""
        return self.status.is_over


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """A portal's connection. `last_run` is the last sync or preview that ended, `open_run` one that did not."""

    state: ConnectionState
    environment: str
    mode: ConsentMethod
    attention_code: str | None = None
    connected_at: datetime | None = None
    connected_by: str | None = None
    daily_hour: int = 2
    next_daily_at: datetime | None = None
    first_sync_at: datetime | None = None
    legal_entities: tuple[EntityView, ...] = ()
    last_run: RunView | None = None
    open_run: RunView | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: `done` of `total` in `phase`; `total` is None while nobody knows it."""

    status: RunStatus
    phase: RunPhase
    done: int
    total: int | None
    report: Report | None


@dataclass(frozen=True, slots=True)
class EntryView:
    """One row of a plan: what was there before, what is written, and what became of it.

    `effect` is what it would do to somebody's training, where the LMS could tell.
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
    """Something to be known about a person; with no employee id, about the connection as a whole."""

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
    """A learner who has an account and has not been told; `mail_state` says how far their mail came."""

    person_key: str
    account_id: str
    mail_state: MailState
    linked_at: datetime
    person: PersonView


@dataclass(frozen=True, slots=True)
class UndoView:
    """What an undo would come to: rows by what would be done, and by why they would be left (`core.rules.undo`).

    `mails` had gone out because of the run, and cannot be taken back.
    """

    run_id: int
    employee_id: str | None
    restored: Mapping[str, int]
    left: Mapping[str, int]
    mails: int


@dataclass(frozen=True, slots=True)
class AuditView:
    """One change of a portal's connection, and who made it; None is the connector itself."""

    at: datetime
    viewer_id: str | None
    action: str
    detail: Mapping[str, Any]
