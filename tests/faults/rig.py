"""One Paycor and one LMS on one clock, whose whole state can be saved and restored."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from connector.paycor.auth.credentials import Tokens
from connector.paycor.wire.rate_limit import RateLimiter
from connector.sandbox.company import NORTHFIELD
from connector.sandbox.lms import create_app
from connector.sandbox.lms.db.tables import FieldDefinition, OutboxMail, User, db
from connector.sandbox.lms.seed import ADMIN_EMAIL
from connector.sandbox.paycor import SandboxServer
from connector.services import Services
from connector.store.db.sessions import Database
from connector.store.tables.connection import Connection
from connector.store.tables.people import EmployeeRow, FindingRow, LinkRow
from connector.store.tables.runs import EntryRow, RunRow
from connector.wiring import Wiring
from tests.clock import Clock
from tests.faults.fault_list import ORDINARY_INDEX, PAGE_SIZE, Fault
from tests.faults.snapshots import Snapshot
from tests.whole import PORTAL, TODAY, Whole, repair

#: The company is big enough for all edge cases.
PEOPLE = 60
#: After this time one person's hire date and another one's last day have passed.
LATER = timedelta(days=21)
NINE_O_CLOCK = datetime(TODAY.year, TODAY.month, TODAY.day, 14, tzinfo=UTC)

#: Extra mapping once the portal is connected: attributes that Paycor sends in lists of their own.
EXTRA_MAPPING = {"custom:Desk": "desk", "mobile_phone": "mobile", "legal_last_name": "legal_name"}

#: Tables that do not decide what the next sync does: times, counts and secrets.
_IGNORED = ("connector_audit", "connector_consent", "connector_credential", "connector_lease")
_RUNS = ("connector_run", "connector_entry", "lms_outbox")


@dataclass
class TimedLms(Whole):
    """An LMS on a test clock, whose connector never waits for Paycor and counts no calls."""

    clock: Clock = field(default_factory=lambda: Clock(NINE_O_CLOCK))

    def __post_init__(self) -> None:
        self.app = create_app(
            {**self.environment, "LMS_INSTANCE_PATH": str(self.folder), "LMS_CLOCK": self.clock}
        )
        plain: Services = self.app.extensions["connector"]
        with self.app.app_context():
            engine = plain.database.engine
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", lambda driver, _: driver.execute("PRAGMA synchronous = OFF"))
        self.wiring = Wiring(
            plain.config,
            Database(engine),
            plain.lms,
            self.clock,
            sleep=lambda _: None,
            rate_limiter=RateLimiter(calls=1_000_000),
        )
        self.app.extensions["connector"] = Services(self.wiring, wake=lambda _: None)


class Rig:
    """A Paycor and an LMS whose state can be restored."""

    def __init__(self, folder: Path, paycor: SandboxServer, clock: Clock) -> None:
        self._folder = folder
        self.paycor = paycor
        self.clock = clock
        self.whole = TimedLms(paycor, folder, f"sqlite:///{folder / 'lms.sqlite'}", clock)

    @property
    def services(self) -> Services:
        """The connector of the LMS."""
        return self.whole.services

    def prepare(self) -> None:
        """Create the seed data, and a field for every mapping."""
        self.whole.prepare()
        with self.whole.app.app_context():
            db.session.add_all(
                FieldDefinition(portal_id=int(PORTAL), key=key, label=key) for key in EXTRA_MAPPING.values()
            )
            db.session.commit()

    def save(self, name: str) -> None:
        """Save the LMS under a name."""
        self.whole.close()
        with sqlite3.connect(self._folder / "lms.sqlite") as live:
            live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        live.close()
        shutil.copy(self._folder / "lms.sqlite", self._folder / f"{name}.kept")

    def restore(self, name: str, later: timedelta = timedelta()) -> None:
        """Restore the saved LMS, a healthy Paycor and a fresh consent, at a time so much later."""
        self.whole.close()
        for ending in ("-wal", "-shm"):
            (self._folder / f"lms.sqlite{ending}").unlink(missing_ok=True)
        shutil.copy(self._folder / f"{name}.kept", self._folder / "lms.sqlite")
        self.clock.set(NINE_O_CLOCK + later)
        self.repair()
        self.paycor.sandbox.set_today(TODAY + later)
        if self.connection is not None:
            refresh_token = self.paycor.sandbox.activate(NORTHFIELD)
            with self.whole.wiring.tokens(self.connection.id).locked() as held:
                held.save(Tokens("", refresh_token, self.clock()))

    def repair(self) -> None:
        """Remove every fault from Paycor."""
        repair(self.paycor)
        sandbox = self.paycor.sandbox
        sandbox.switches = sandbox.switches.changed(
            {"employees_per_page": PAGE_SIZE, "calls_per_minute": 1_000_000}
        )

    def plant(self, fault: Fault) -> None:
        """Plant a fault at Paycor. Raises ValueError when the sandbox does not know it."""
        control = self.paycor.app.test_client()
        for step in fault.steps:
            answer = control.post(f"/_control/{step.call}", json=dict(step.body))
            if answer.status_code not in (200, 201):
                raise ValueError(f"{fault.group}, {fault.name}: {answer.text}")

    @property
    def connection(self) -> Connection | None:
        """The portal's connection as of now; None before it is connected."""
        with self.services.database.reading() as session:
            return session.scalar(sa.select(Connection).where(Connection.portal_id == PORTAL))

    @property
    def ordinary(self) -> str:
        """The employee id of the person whose record most record faults change."""
        return self.paycor.sandbox.company(NORTHFIELD.id).person(ORDINARY_INDEX).employee_id

    def snapshot(self) -> Snapshot:
        """The snapshot of the portal's people as of now."""
        mails = [(row[0], row[1]) for row in self._rows(OutboxMail.recipient, OutboxMail.subject)]
        attention = [one for one in mails if one[0] == ADMIN_EMAIL and "attention" in one[1]]
        return Snapshot(
            learners=self._learners(),
            mails=Counter(one for one in mails if one[0] != ADMIN_EMAIL),
            links=self._links(),
            mirror={
                row[0]: tuple(row[1:])
                for row in self._rows(EmployeeRow.employee_id, EmployeeRow.record, EmployeeRow.absent_reads)
            },
            waiting=frozenset(
                row[0] for row in self.whole.rows(sa.select(EmployeeRow.employee_id).where(EmployeeRow.dirty))
            ),
            findings=Counter(
                (row[0], row[1], row[2])
                for row in self._rows(FindingRow.code, FindingRow.employee_id, FindingRow.subject)
            ),
            half_done=tuple(self._half_done()),
            admin_mails=len(attention),
        )

    def state(self) -> bytes:
        """A digest of every row that the next sync depends on: equal states have equal futures."""
        whole = blake2b(digest_size=16)
        tables = sa.inspect(self.services.database.engine).get_table_names()
        with self.services.database.engine.connect() as connection:
            for table in sorted(set(tables) - {*_IGNORED, *_RUNS}):
                rows = sorted(map(repr, connection.exec_driver_sql(f'SELECT * FROM "{table}"')))  # noqa: S608
                whole.update(f"{table}{rows}".encode())
        return whole.digest()

    def _rows(self, *columns: Any) -> Iterator[Any]:
        yield from self.whole.rows(sa.select(*columns))

    def _learners(self) -> Mapping[str, Mapping[str, str | None]]:
        columns = (User.external_id, User.first_name, User.last_name, User.type, User.state, User.custom)
        names = ("external id", "first name", "last name", "type", "state")
        query = sa.select(User.email, *columns).where(User.portal_id == int(PORTAL))
        return {
            row[0]: {**dict(zip(names, row[1:-1], strict=True)), **row[-1]} for row in self.whole.rows(query)
        }

    def _links(self) -> Mapping[str, tuple[object, ...]]:
        query = sa.select(LinkRow.person_key, User.email, LinkRow.state, LinkRow.mail, LinkRow.mail_state)
        return {
            row[0]: tuple(row[1:])
            for row in self.whole.rows(query.outerjoin(User, User.id == LinkRow.account_id))
        }

    def _half_done(self) -> Iterator[str]:
        """The half-done work that no run may leave behind, whatever ended it: one sentence each."""
        under_way = sa.select(RunRow.id).where(RunRow.status == "running")
        begun = sa.select(EntryRow.id).where(EntryRow.outcome == "intended")
        sending = sa.select(LinkRow.id).where(LinkRow.mail_state == "sending")
        linked = sa.select(LinkRow.account_id)
        owned = sa.select(User.id).where(User.external_id.is_not(None))
        for what, query in (
            ("a run is still under way", under_way),
            ("an operation was started and not settled", begun),
            ("a mail was started and not settled", sending),
            ("an account has our external id and no link", owned.where(User.id.not_in(linked))),
            ("a link has no account with our external id", linked.where(LinkRow.account_id.not_in(owned))),
        ):
            if self.whole.rows(query):
                yield what
        for what, column in (("external id", User.external_id), ("account", LinkRow.account_id)):
            twice = sa.select(column).where(column.is_not(None)).group_by(column).having(sa.func.count() > 1)
            if self.whole.rows(twice):
                yield f"one {what} exists twice"


@contextmanager
def open_rig(folder: Path) -> Iterator[Rig]:
    """A rig in an empty folder: a Paycor behind a socket, an LMS without a connection."""
    clock = Clock(NINE_O_CLOCK)
    with SandboxServer(people=PEOPLE, seed=1, today=TODAY, clock=clock) as paycor:
        rig = Rig(folder, paycor, clock)
        try:
            rig.prepare()
            rig.repair()
            yield rig
        finally:
            rig.whole.close()
