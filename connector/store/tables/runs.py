"""Tables of runs: the run, the rows of its plan, and the lease of a connection."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from connector.core.model.account import Mail
from connector.core.model.operation import OperationKind
from connector.core.model.run import EntryOutcome, RunMode, RunPhase, RunStatus, RunTrigger
from connector.store.db.base import Base, Choice, Json, RowId, UTCDateTime, connection_id


class RunRow(Base):
    """One run: requested, under way or over."""

    __tablename__ = "connector_run"
    __table_args__ = (Index(None, "connection_id", "id"), Index(None, "status"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = connection_id()
    mode: Mapped[RunMode] = mapped_column(Choice(RunMode))
    #: What requested it.
    trigger: Mapped[RunTrigger] = mapped_column(Choice(RunTrigger))
    status: Mapped[RunStatus] = mapped_column(Choice(RunStatus))
    phase: Mapped[RunPhase] = mapped_column(Choice(RunPhase), default=RunPhase.WAITING)
    #: Progress within the phase: how many are done, and of how many if that is known.
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int | None] = mapped_column(Integer)
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    #: The admin's id in the LMS; empty for automatic runs and the command line.
    requested_by: Mapped[str | None] = mapped_column(String(100))
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: The digest of the plan; the same plan always has the same digest.
    digest: Mapped[str | None] = mapped_column(String(64))
    #: The run whose stored plan this run applies, or which it undoes.
    plan_of: Mapped[int | None] = mapped_column(RowId)
    #: The only employee that the run is about.
    employee_id: Mapped[str | None] = mapped_column(String(60))
    #: The newer run whose plan took the place of this one's, which was held.
    replaced_by: Mapped[int | None] = mapped_column(RowId)
    #: Why the plan is held: the fields of `core.model.limits.PlanHold`.
    held: Mapped[dict[str, Any] | None] = mapped_column(Json)
    #: How many changes were made, by `core.model.limits.Metric`.
    tally: Mapped[dict[str, int] | None] = mapped_column(Json)
    #: The number of mails sent.
    mails: Mapped[int] = mapped_column(Integer, default=0)
    #: The fields of `core.model.report.Report`.
    report: Mapped[dict[str, Any] | None] = mapped_column(Json)
    #: Which try it is: 1 is the first, 2 the first repetition after a failure.
    attempt: Mapped[int] = mapped_column(Integer, default=1)
    #: The earliest start of a queued run; empty: at once.
    not_before: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: When another run tries again what this one did not finish; empty when none does.
    retry_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: The error that ended the run.
    error_code: Mapped[str | None] = mapped_column(String(60))
    error_message: Mapped[str | None] = mapped_column(Text)


class EntryRow(Base):
    """One operation of a plan: the intent before the call, the outcome after."""

    __tablename__ = "connector_entry"
    __table_args__ = (
        Index(None, "run_id", "kind", "id"),
        Index(None, "run_id", "outcome", "id"),
        Index(None, "run_id", "frees"),
        Index(None, "run_id", "takes"),
        Index(None, "person_key"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    run_id: Mapped[int] = mapped_column(RowId, ForeignKey("connector_run.id", ondelete="CASCADE"))
    person_key: Mapped[str] = mapped_column(String(60))
    employee_id: Mapped[str] = mapped_column(String(60))
    kind: Mapped[OperationKind] = mapped_column(Choice(OperationKind))
    account_id: Mapped[str | None] = mapped_column(String(100))
    #: The changed values by name, before and after the operation.
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)
    mail: Mapped[Mail] = mapped_column(Choice(Mail))
    #: The address that the account loses and the one that it gets, as `core.model.employee.email_key`; else None.
    frees: Mapped[str | None] = mapped_column(String(320))
    takes: Mapped[str | None] = mapped_column(String(320))
    #: The fields of `core.ports.optional.Effect`, where the host can preview it.
    effect: Mapped[dict[str, Any] | None] = mapped_column(Json)
    outcome: Mapped[EntryOutcome] = mapped_column(Choice(EntryOutcome))
    outcome_code: Mapped[str] = mapped_column(String(100), default="")
    #: When the outcome was written.
    at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Lease(Base):
    """The process that may run a connection. `token` rises with every new holder; every write of a run checks it."""

    __tablename__ = "connector_lease"

    connection_id: Mapped[int] = connection_id(primary_key=True)
    owner: Mapped[str] = mapped_column(String(300))
    token: Mapped[int] = mapped_column(Integer)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Heartbeat(Base):
    """When the jobs last looked for something to do: one row, whichever process it was."""

    __tablename__ = "connector_heartbeat"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
