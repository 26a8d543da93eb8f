"""A workbench for the engine: real tables, a host in memory, and a list of employees as the source."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import Engine, select

from connector.core.model import attributes
from connector.core.model.employee import Employee
from connector.core.model.operation import Finding
from connector.core.model.report import Report
from connector.core.model.run import RunMode, RunStatus, RunTrigger
from connector.core.model.settings import Settings
from connector.core.ports.source import Source, SourcePage
from connector.engine import sync
from connector.engine.context import RunContext, RunEnding, RunResult
from connector.errors import SourceUnavailable
from connector.store.db.base import Base
from connector.store.db.sessions import Database
from connector.store.mirror.mirror import SqlMirror
from connector.store.runs import lease, plans, runs
from connector.store.runs.fence import Fence
from connector.store.runs.ledger import SqlLedger
from connector.store.runs.mail_ledger import SqlMailLedger
from connector.store.runs.reports import count_report
from connector.store.runs.undo import SqlAppliedRun
from connector.store.tables.connection import Connection
from connector.store.tables.people import EmployeeRow, FindingRow, LinkRow
from connector.store.tables.runs import EntryRow, RunRow


@dataclass
class Feed:
    """A source of these employees; it fails after `breaks_after` pages and adds `without_id` records with no id."""

    employees: Sequence[Employee]
    page_size: int = 3
    breaks_after: int | None = None
    without_id: int = 0
    version: int = 1
    calls: int = 0

    def pages(self) -> Iterator[SourcePage]:
        """The employees in their order, then a page of the records without id."""
        for number, start in enumerate(range(0, len(self.employees), self.page_size)):
            if number == self.breaks_after:
                raise SourceUnavailable("Paycor did not answer: try again later.")
            self.calls += 1
            yield self._page(self.employees[start : start + self.page_size])
        if self.without_id:
            yield self._page([Employee("", None, 1)] * self.without_id)

    def one(self, employee_id: str) -> SourcePage | None:
        """A page with the employee with that id; None if there is none."""
        records = [one for one in self.employees if one.employee_id == employee_id]
        return self._page(records) if records else None

    def decode(self, page: SourcePage, index: int) -> Employee:
        """The employee that was put in."""
        return msgspec.json.decode(page.records[index], type=Employee)

    def findings(self) -> Sequence[Finding]:
        """None about the connection."""
        return ()

    def _page(self, employees: Sequence[Employee]) -> SourcePage:
        raws = [msgspec.json.encode(employee) for employee in employees]
        key = bytes([self.version])
        return SourcePage(1, [blake2b(raw, digest_size=16, key=key).digest() for raw in raws], raws)


@dataclass
class Desk:
    """One connected portal; a test may change its host, settings, clock and employees between runs."""

    engine: Engine
    host: Any
    clock: Callable[[], datetime]
    settings: Settings
    connection_id: int = field(init=False)
    run_id: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        Base.metadata.create_all(self.engine)
        self.database = Database(self.engine)
        with self.database.writing() as session:
            row = Connection(
                portal_id="p", environment="production", mode="paste", state="active", policy={}, daily_hour=2
            )
            session.add(row)
            session.flush()
            self.connection_id = row.id

    def sync(self, employees: Iterable[Employee], **feed: Any) -> Report:
        """Run a sync over these employees; returns its report."""
        return self._report("sync", sync.run, self.feed(employees, feed))

    def apply(self, run_id: int, which: Callable[[EntryRow], bool] | None = None) -> Report:
        """Run an apply of rows of an earlier run's stored plan."""
        return self._report("apply", lambda context: self._apply(context, run_id, which), None)

    def undo(self, run_id: int, employee_id: str | None = None) -> Report:
        """Run an undo of an earlier run, for everyone or for one employee."""
        past = SqlAppliedRun(self.database, self.connection_id, run_id, employee_id)
        return self._report("undo", lambda context: sync.undo(context, past), None, plan_of=run_id)

    def preview(self, employees: Iterable[Employee], **feed: Any) -> Report:
        """Run a preview over these employees; returns its report."""
        return self._report("preview", sync.preview, self.feed(employees, feed))

    def run_due_dates(self) -> Report:
        """Run on stored dates, without reading."""
        return self._report("due_dates", sync.run, None)

    @contextmanager
    def run_context(
        self,
        mode: str,
        source: Source | None,
        *,
        plan_of: int | None = None,
        only_employee_ids: tuple[str, ...] | None = None,
    ) -> Iterator[RunContext]:
        """The context of a new run that holds the lease."""
        now = self.clock()
        owner = lease.current_owner("test")
        held = lease.acquire(self.database, self.connection_id, owner=owner, now=now)
        with self.database.writing() as session:
            self.run_id = runs.queue(
                session, self.connection_id, RunMode(mode), RunTrigger.OPERATOR, now, plan_of=plan_of
            )
            runs.mark_running(session.get_one(RunRow, self.run_id), now)
        fence = Fence(self.database, held, self.clock)
        origins = attributes.origins(self.settings.attributes)
        context = RunContext(
            source=source,
            mirror=SqlMirror(fence, self.connection_id, self.settings, origins),
            ledger=SqlLedger(fence, self.connection_id, self.run_id, sso=self.settings.sso),
            mails=SqlMailLedger(fence, self.connection_id, self.run_id),
            host=self.host,
            settings=self.settings,
            clock=self.clock,
            only_employee_ids=only_employee_ids,
        )
        try:
            yield context
        except Exception:
            held.release(self.database, self.clock())
            raise
        held.release(self.database, self.clock())

    def rows(self, model: type[Any]) -> list[Any]:
        """Every row of a table, in the order of the ids."""
        with self.database.reading() as session:
            return list(session.scalars(select(model).order_by(model.id)))

    def entries(self) -> list[tuple[str, str, str]]:
        """Kind, employee and outcome of each row of the last run's plan."""
        mine = [row for row in self.rows(EntryRow) if row.run_id == self.run_id]
        return [(row.kind, row.employee_id, row.outcome) for row in mine]

    def codes(self, employee_id: str) -> set[str]:
        """The codes of the current findings about an employee."""
        return {row.code for row in self.rows(FindingRow) if row.employee_id == employee_id}

    def dirty(self) -> set[str]:
        """The ids of the employees that still have to be decided."""
        return {row.employee_id for row in self.rows(EmployeeRow) if row.dirty}

    def links(self) -> dict[str, LinkRow]:
        """The links by person key."""
        return {row.person_key: row for row in self.rows(LinkRow)}

    @property
    def digest(self) -> str:
        """The digest of the last run's plan."""
        with self.database.reading() as session:
            return session.get_one(RunRow, self.run_id).digest or ""

    def _apply(
        self, context: RunContext, plan_id: int, which: Callable[[EntryRow], bool] | None
    ) -> RunResult:
        with self.database.writing() as session:
            _, whole = plans.hand_over(session, plan_id, self.run_id, which)
            approved = session.get_one(RunRow, plan_id).digest
        return sync.apply_plan(context, approved if whole else None)

    def feed(self, employees: Iterable[Employee], options: dict[str, Any]) -> Feed:
        """A source of these employees under the current settings."""
        return Feed(list(employees), version=self.settings.version, **options)

    def _report(
        self,
        mode: str,
        carry_out: Callable[[RunContext], RunResult],
        source: Feed | None,
        plan_of: int | None = None,
    ) -> Report:
        began = self.clock()
        with self.run_context(mode, source, plan_of=plan_of) as context:
            result = carry_out(context)
        with self.database.writing() as session:
            run = session.get_one(RunRow, self.run_id)
            is_held = result.ending in (RunEnding.HELD, RunEnding.PARTLY_HELD)
            run.status = RunStatus.HELD if is_held else RunStatus.DONE
            run.held = msgspec.to_builtins(result.hold) if result.hold else None
            seconds = (self.clock() - began).total_seconds()
            return count_report(
                session,
                run,
                applied=result.ending.is_applied,
                read=result.read,
                calls=source.calls if source else 0,
                seconds=seconds,
            )
