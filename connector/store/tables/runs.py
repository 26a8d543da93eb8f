"""Tables of runs: the run, the rows of its plan, and the lease."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from connector.core.model.account import Mail
from connector.core.model.operation import OperationKind
from connector.core.model.run import EntryOutcome, RunMode, RunPhase, RunStatus, RunTrigger
from connector.store.db.base import Base, Choice, Json, RowId, UTCDateTime
from connector.store.tables.columns import connection_id


class RunRow(Base):
    """One pass, asked for, under way or over."""

    __tablename__ = "connector_run"
    __table_args__ = (Index(None, "connection_id", "id"), Index(None, "status"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    connection_id: Mapped[int] = connection_id()
    mode: Mapped[RunMode] = mapped_column(Choice(RunMode))
    #: Who asked for it.
    trigger: Mapped[RunTrigger] = mapped_column(Choice(RunTrigger))
    status: Mapped[RunStatus] = mapped_column(Choice(RunStatus))
    phase: Mapped[RunPhase] = mapped_column(Choice(RunPhase), default=RunPhase.WAITING)
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int | None] = mapped_column(Integer)
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    requested_by: Mapped[str | None] = mapped_column(String(100))
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: Of the plan; the same state gives the same digest.
    digest: Mapped[str | None] = mapped_column(String(64))
    #: The run whose stored plan is applied, or which is undone.
    plan_of: Mapped[int | None] = mapped_column(RowId)
    #: The employee that a run is about alone.
    employee_id: Mapped[str | None] = mapped_column(String(60))
    #: `core.model.limits.PlanHold`, by its field names: why the plan is held.
    held: Mapped[dict[str, Any] | None] = mapped_column(Json)
    #: What was done, by `core.model.limits.Metric`.
    tally: Mapped[dict[str, int] | None] = mapped_column(Json)
    #: How many mails went out.
    mails: Mapped[int] = mapped_column(Integer, default=0)
    #: `core.model.report.Report`, by its field names
    report: Mapped[dict[str, Any] | None] = mapped_column(Json)
    error_code: Mapped[str | None] = mapped_column(String(60))
    error_message: Mapped[str | None] = mapped_column(Text)


class EntryRow(Base):
    """One operation of a plan: intent before, outcome after."""

    __tablename__ = "connector_entry"
    __table_args__ = (
        Index(None, "run_id", "kind", "id"),
        Index(None, "run_id", "outcome", "id"),
        Index(None, "person_key"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    run_id: Mapped[int] = mapped_column(RowId, ForeignKey("connector_run.id", ondelete="CASCADE"))
    person_key: Mapped[str] = mapped_column(String(60))
    employee_id: Mapped[str] = mapped_column(String(60))
    kind: Mapped[OperationKind] = mapped_column(Choice(OperationKind))
    account_id: Mapped[str | None] = mapped_column(String(100))
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)
    mail: Mapped[Mail] = mapped_column(Choice(Mail))
    #: `core.ports.optional.Effect`, by its field names, where the host could tell it
    effect: Mapped[dict[str, Any] | None] = mapped_column(Json)
    outcome: Mapped[EntryOutcome] = mapped_column(Choice(EntryOutcome))
    outcome_code: Mapped[str] = mapped_column(String(100), default="")
    at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Lease(Base):
    """Who may run a connection now. `token` rises with every new holder, and every write of a run names its own."""

    __tablename__ = "connector_lease"

    connection_id: Mapped[int] = connection_id(primary_key=True)
    owner: Mapped[str] = mapped_column(String(300))
    token: Mapped[int] = mapped_column(Integer)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
