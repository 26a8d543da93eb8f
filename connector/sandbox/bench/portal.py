"""A connected portal of the built-in LMS on a database of its own, for the benchmark to run and count."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec
from flask import Flask
from sqlalchemy import event

from connector.core.model.report import Report
from connector.core.model.run import RunMode, RunTrigger
from connector.core.model.settings import MappingRow
from connector.paycor.wire.rate_limit import RateLimiter
from connector.sandbox.bench.app import create_bench_app, prepare
from connector.sandbox.demo.connect import DEMO_MAPPING
from connector.sandbox.paycor.server import Announcement
from connector.services import Services
from connector.wiring import Wiring

PORTAL = "Northfield Academy"


@dataclass
class Work:
    """The cost of one run: seconds, statements and commits that reached the database, and peak memory."""

    seconds: float = 0.0
    statements: int = 0
    commits: int = 0
    peak_mib: float = 0.0


@dataclass
class BenchPortal:
    """The portal, and the cost of its runs."""

    app: Flask
    services: Services
    portal_id: str
    works: list[Work] = field(default_factory=list)

    def sync(self) -> tuple[Report, Work]:
        """One whole sync, timed from the request to the report."""
        work = Work()
        with _counting(self.services.database.engine, work):
            began = perf_counter()
            run_id = self.services.runs.request(self.portal_id, RunMode.SYNC, RunTrigger.OPERATOR)
            self.services.executor.execute(run_id, role="bench")
            work.seconds = perf_counter() - began
        run = self.services.views.run(self.portal_id, run_id)
        if run is None or run.report is None or run.status != "done":
            raise RuntimeError(f"Run {run_id} failed: {run and run.error_message}")
        return run.report, work


@contextmanager
def connected(folder: Path, database_url: str, paycor: Announcement) -> Iterator[BenchPortal]:
    """A portal that is connected by pasted secrets and has the demo's mapping, before its first sync."""
    prepare(folder, database_url)
    app = create_bench_app(folder, database_url, CONNECTOR_PAYCOR_API_URL=paycor.base_url)
    services = _unpaced(app.extensions["connector"])
    with app.app_context():
        portal_id = next(one.portal_id for one in services.lms.portals() if one.name == PORTAL)
        pasted = msgspec.json.decode(msgspec.json.encode(paycor))
        services.connection.paste(portal_id, None, pasted, operator=True)
        services.connection.finish(portal_id, None)
        rows = [MappingRow(attribute, key) for attribute, key in DEMO_MAPPING.items()]
        services.settings.save_mapping(portal_id, None, rows)
        yield BenchPortal(app, services, portal_id)
        services.database.engine.dispose()


def _unpaced(installed: Services) -> Services:
    """The same services without Paycor's limit of calls, which would add waiting to the measurement."""
    rate_limiter = RateLimiter(calls=10**9)
    wiring = Wiring(
        installed.config, installed.database, installed.lms, installed.clock, rate_limiter=rate_limiter
    )
    return Services(wiring, wake=lambda run_id: None)


@contextmanager
def _counting(engine: Any, work: Work) -> Iterator[None]:
    def statement(*_: Any) -> None:
        work.statements += 1

    def commit(*_: Any) -> None:
        work.commits += 1

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)
