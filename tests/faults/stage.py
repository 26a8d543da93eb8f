"""One Paycor and one LMS on one clock, whose whole state can be put back: in memory and in a file, never by hand."""

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
from connector.paycor.wire.pacing import Pacing
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
from tests.faults.matrix import ORDINARY, PAGE_SIZE, Fault
from tests.faults.standing import Standing
from tests.whole import PORTAL, TODAY, Whole, mend

#: The company is big enough for everybody who is odd.
PEOPLE = 60
#: A day on which somebody's hire date and somebody's last day have passed.
LATER = timedelta(days=21)
NINE_O_CLOCK = datetime(TODAY.year, TODAY.month, TODAY.day, 14, tzinfo=UTC)

#: What is mapped besides, once somebody is connected: attributes that come by lists of their own.
BESIDES = {"custom:Desk": "desk", "mobile_phone": "mobile", "legal_last_name": "legal_name"}

#: Rows that say when and how often, or secrets: what does not decide what the next sync does.
_PASSING = ("connector_audit", "connector_consent", "connector_credential", "connector_lease")
_RUNS = ("connector_run", "connector_entry", "lms_outbox")


@dataclass
class Timed(Whole):
    """An LMS on a clock, whose connector never really waits for Paycor and counts no calls."""

    clock: Clock = field(default_factory=lambda: Clock(NINE_O_CLOCK))

    def __post_init__(self) -> None:
        self.app = create_app(
            {**self.environment, "LMS_INSTANCE_PATH": str(self.folder), "LMS_CLOCK": self.clock}
        )
        plain: Services = self.app.extensions["connector"]
        with self.app.app_context():
            engine = plain.database.engine
        sa.event.listen(engine, "connect", lambda driver, _: driver.execute("PRAGMA synchronous = OFF"))
        self.wiring = Wiring(
            plain.config,
            Database(engine),
            plain.lms,
            self.clock,
            sleep=lambda _: None,
            pacing=Pacing(calls=1_000_000),
        )
        self.app.extensions["connector"] = Services(self.wiring, wake=lambda _: None)


class Stage:
    """A Paycor and an LMS that can be brought back to what they were."""

    def __init__(self, folder: Path, paycor: SandboxServer, clock: Clock) -> None:
        self._folder = folder
        self.paycor = paycor
        self.clock = clock
        self.whole = Timed(paycor, folder, f"sqlite:///{folder / 'lms.sqlite'}", clock)

    @property
    def services(self) -> Services:
        """The connector of the LMS."""
        return self.whole.services

    def prepare(self) -> None:
        """People who were there before, and a field for everything that is mapped."""
        self.whole.prepare()
        with self.whole.app.app_context():
            db.session.add_all(
                FieldDefinition(portal_id=int(PORTAL), key=key, label=key) for key in BESIDES.values()
            )
            db.session.commit()

    def keep(self, name: str) -> None:
        """Remember the LMS as it is now."""
        self.whole.close()
        with sqlite3.connect(self._folder / "lms.sqlite") as live:
            live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        live.close()
        shutil.copy(self._folder / "lms.sqlite", self._folder / f"{name}.kept")

    def back(self, name: str, later: timedelta = timedelta()) -> None:
        """The LMS as it was kept, a healthy Paycor, a consent that is fresh, and so much time gone by."""
        self.whole.close()
        for ending in ("-wal", "-shm"):
            (self._folder / f"lms.sqlite{ending}").unlink(missing_ok=True)
        shutil.copy(self._folder / f"{name}.kept", self._folder / "lms.sqlite")
        self.clock.set(NINE_O_CLOCK + later)
        self.mend()
        self.paycor.sandbox.set_today(TODAY + later)
        if self.connection is not None:
            refresh_token = self.paycor.sandbox.activate(NORTHFIELD)
            with self.whole.wiring.tokens(self.connection.id).locked() as held:
                held.save(Tokens("", refresh_token, self.clock()))

    def mend(self) -> None:
        """Nothing is wrong at Paycor any more."""
        mend(self.paycor)
        box = self.paycor.sandbox
        box.switches = box.switches.changed({"employees_per_page": PAGE_SIZE, "calls_per_minute": 1_000_000})

    def break_by(self, fault: Fault) -> None:
        """From now on this is wrong at Paycor. Raises ValueError when the sandbox does not know such a thing."""
        control = self.paycor.app.test_client()
        for step in fault.steps:
            answer = control.post(f"/_control/{step.call}", json=dict(step.body))
            if answer.status_code not in (200, 201):
                raise ValueError(f"{fault.group}, {fault.name}: {answer.text}")

    @property
    def connection(self) -> Connection | None:
        """The portal's connection, as its row is now."""
        with self.services.database.reading() as session:
            return session.scalar(sa.select(Connection).where(Connection.portal_id == PORTAL))

    @property
    def ordinary(self) -> str:
        """The employee id of the one person whose record most faults of a record are about."""
        return self.paycor.sandbox.company(NORTHFIELD.id).person(ORDINARY).employee_id

    def standing(self) -> Standing:
        """What everybody has now."""
        letters = [(row[0], row[1]) for row in self._rows(OutboxMail.recipient, OutboxMail.subject)]
        attention = [one for one in letters if one[0] == ADMIN_EMAIL and "attention" in one[1]]
        return Standing(
            learners=self._learners(),
            mails=Counter(one for one in letters if one[0] != ADMIN_EMAIL),
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
            letters_to_admins=len(attention),
        )

    def state(self) -> bytes:
        """A digest of every row that the next sync depends on: equal states have equal futures."""
        whole = blake2b(digest_size=16)
        tables = sa.inspect(self.services.database.engine).get_table_names()
        with self.services.database.engine.connect() as connection:
            for table in sorted(set(tables) - {*_PASSING, *_RUNS}):
                rows = sorted(map(repr, connection.exec_driver_sql(f'SELECT * FROM "{table}"')))  # noqa: S608
                whole.update(f"{table}{rows}".encode())
        return whole.digest()

    def _rows(self, *columns: Any) -> Iterator[Any]:
        yield from self.whole.rows(sa.select(*columns))

    def _learners(self) -> Mapping[str, Mapping[str, str | None]]:
        wanted = (User.external_id, User.first_name, User.last_name, User.type, User.state, User.custom)
        names = ("external id", "first name", "last name", "type", "state")
        query = sa.select(User.email, *wanted).where(User.portal_id == int(PORTAL))
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
        """What no run may leave behind, whatever ended it."""
        under_way = sa.select(RunRow.id).where(RunRow.status == "running")
        begun = sa.select(EntryRow.id).where(EntryRow.outcome == "intended")
        sending = sa.select(LinkRow.id).where(LinkRow.mail_state == "sending")
        linked = sa.select(LinkRow.account_id)
        owned = sa.select(User.id).where(User.external_id.is_not(None))
        for what, query in (
            ("a run is still under way", under_way),
            ("an operation was begun and not settled", begun),
            ("a mail was begun and not settled", sending),
            ("an account carries our mark and has no link", owned.where(User.id.not_in(linked))),
            ("a link leads to no account of ours", linked.where(LinkRow.account_id.not_in(owned))),
        ):
            if self.whole.rows(query):
                yield what
        for what, column in (("external id", User.external_id), ("account", LinkRow.account_id)):
            twice = sa.select(column).where(column.is_not(None)).group_by(column).having(sa.func.count() > 1)
            if self.whole.rows(twice):
                yield f"one {what} is there twice"


@contextmanager
def opened(folder: Path) -> Iterator[Stage]:
    """A stage in an empty folder: a Paycor behind a socket, an LMS with nobody connected."""
    clock = Clock(NINE_O_CLOCK)
    with SandboxServer(people=PEOPLE, seed=1, today=TODAY, clock=clock) as paycor:
        stage = Stage(folder, paycor, clock)
        try:
            stage.prepare()
            stage.mend()
            yield stage
        finally:
            stage.whole.close()
