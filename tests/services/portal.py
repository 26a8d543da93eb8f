"""A connected portal with everything behind the button: real tables, a host in a dict, a feed that is a list.

Its tables are in a SQLite file in `folder`, unless `url` names another database.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa

from connector.config import load
from connector.core.model.connection import ConnectionState, ConsentMethod
from connector.core.model.employee import Employee, EmploymentStatus
from connector.core.model.run import RunMode, RunTrigger
from connector.core.model.settings import Policy, Settings
from connector.core.ports.host import Host
from connector.core.ports.lms import Portal
from connector.core.ports.source import SourcePage
from connector.hosts.memory import MemoryHost
from connector.paycor.source import PaycorSource
from connector.services.connection.connect import ConnectionService
from connector.services.people.invitations import InvitationService
from connector.services.runs.execute import RunExecutor
from connector.services.runs.request import RunRequests
from connector.services.runs.undo import UndoService
from connector.store import schema
from connector.store import settings as stored_settings
from connector.store.connection import connections
from connector.store.db.sessions import Database
from connector.store.db.vault import new_key
from connector.store.runs import lease, runs
from connector.store.runs.lease import LeaseHandle
from connector.store.tables.connection import Connection
from connector.store.tables.runs import RunRow
from connector.wiring import Wiring
from tests.engine.workbench import Feed
from tests.services.lms import FakeLms


def hire(number: int, **values: Any) -> Employee:
    """An ordinary employee of a given number."""
    plain: dict[str, Any] = {
        "person_id": f"p{number}",
        "legal_entity_id": 1,
        "first_name": f"First{number}",
        "last_name": f"Last{number}",
        "email": f"p{number}@example.com",
        "status": EmploymentStatus.CURRENT,
        "status_text": "Active",
        "hire_date": date(2020, 1, 6),
        "has_work_address": True,
        "has_position": True,
    }
    return Employee(f"e{number}", **plain | values)


def gone(number: int) -> Employee:
    """The same, having left."""
    return hire(
        number, status=EmploymentStatus.SEPARATED, status_text="Terminated", termination_date=date(2026, 2, 1)
    )


@dataclass
class OneHostLms(FakeLms):
    """An LMS whose portals share one host; `letters` are the mails to its admins as (portal, subject, text)."""

    shared: MemoryHost = field(default_factory=MemoryHost)
    letters: list[tuple[str, str, str]] = field(default_factory=list)

    def host(self, portal_id: str) -> Host:
        """The one there is."""
        return self.shared

    def mail_admins(self, portal_id: str, subject: str, text: str) -> None:
        """Keep the mail."""
        self.letters.append((portal_id, subject, text))


class Breaking(Feed):
    """A feed that fails with `error` before its first answer, or with `meanwhile` does something there."""

    error: BaseException | None = None
    meanwhile: Callable[[], object] | None = None

    def pages(self):  # type: ignore[no-untyped-def]
        """As the feed says, unless it breaks."""
        self._break()
        yield from super().pages()

    def one(self, employee_id: str) -> SourcePage | None:
        """The same for one employee."""
        self._break()
        return super().one(employee_id)

    def _break(self) -> None:
        if self.meanwhile:
            self.meanwhile()
        if self.error:
            raise self.error


class FeedWiring(Wiring):
    """The wiring with a list in Paycor's place."""

    feed: Breaking

    def source(self, connection: Connection, settings: Settings) -> PaycorSource:
        """The list."""
        self.feed.version = settings.version
        return cast(PaycorSource, self.feed)


class ConnectedPortal:
    """The portal `a`, connected and active, with its services; `woken` are the ids of the queued runs.

    Its tables are in a file of `folder`, or in the database at `url`.
    """

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], datetime],
        zone: str = "America/New_York",
        *,
        url: str | None = None,
        **settings: Any,
    ) -> None:
        self.clock = clock
        engine = sa.create_engine(url or f"sqlite:///{folder / 'portal.sqlite'}")
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", lambda driver, _: driver.execute("PRAGMA synchronous = OFF"))
        schema.upgrade(engine)
        self.database = Database(engine)
        self.lms = OneHostLms({"a": Portal("a", "Top", zone)}, shared=MemoryHost(clock=clock))
        config = load({"CONNECTOR_SECRET_KEYS": new_key(), **settings}, {})
        self.wiring = FeedWiring(config, self.database, self.lms, clock)
        self.woken: list[int] = []
        self.runs = RunRequests(self.database, clock, self.woken.append)
        self.executor = RunExecutor(self.wiring)
        self.connecting = ConnectionService(self.wiring)
        self.undo = UndoService(self.wiring, self.woken.append)
        self.invitations = InvitationService(self.wiring, self.woken.append)
        self.employs(hire(1), hire(2), hire(3))
        self.connect("a")

    @property
    def host(self) -> MemoryHost:
        """The user API of the LMS."""
        return self.lms.shared

    def connect(self, portal_id: str, state: str = "active") -> None:
        """The portal has a connection, with no run yet."""
        with self.database.writing() as session:
            connections.create(
                session, portal_id, "production", ConsentMethod.PASTE, 2
            ).state = ConnectionState(state)

    def employs(self, *employees: Employee) -> None:
        """From now on Paycor has these people."""
        self.wiring.feed = Breaking(employees)

    def fails(self, error: BaseException | None) -> None:
        """From now on Paycor fails so before its first page; None: it does not any more."""
        self.wiring.feed.error = error

    def chooses(self, policy: Policy) -> None:
        """The admin saves an invite configuration."""
        with self.database.writing() as session:
            stored_settings.set_policy(session.scalars(sa.select(Connection)).one(), policy)

    def sets(self, **values: object) -> None:
        """Columns of the connection, as something else has left them."""
        with self.database.writing() as session:
            session.execute(sa.update(Connection).values(**values))

    def sync(self, mode: str = "sync", trigger: str = "manual") -> RunRow:
        """Ask for a run and carry it out; gives its row, whatever ended it."""
        run_id = self.runs.request("a", RunMode(mode), RunTrigger(trigger), "admin")
        return self.carry_out(run_id)

    def carry_out(self, run_id: int) -> RunRow:
        """Carry a run out as the scheduler does; gives its row."""
        self.executor.attempt(run_id, role="test")
        return self.run(run_id)

    def queue(self, mode: str, trigger: str = "daily") -> int:
        """A queued run without a requester."""
        with self.database.writing() as session:
            return runs.queue(session, self.connection.id, RunMode(mode), RunTrigger(trigger), self.clock())

    def leave_for_dead(self, mode: str = RunMode.SYNC) -> int:
        """What kill -9 leaves: a run under way in its row, and in truth nowhere."""
        run_id = self.queue(mode)
        with self.database.writing() as session:
            runs.mark_running(session.get_one(RunRow, run_id), self.clock())
        return run_id

    def run(self, run_id: int) -> RunRow:
        """A run as it is now."""
        with self.database.reading() as session:
            return session.get_one(RunRow, run_id)

    def states(self) -> dict[str, int]:
        """How many accounts of the LMS are in each state."""
        return Counter(account.state.value for account in self.host.accounts.values())

    def rows(self, table: Any) -> list[Any]:
        """Every row of a table."""
        with self.database.reading() as session:
            return list(session.scalars(sa.select(table)))

    def history(self) -> list[tuple[str, str, str]]:
        """Mode, trigger and status of every run, the oldest first."""
        return [(run.mode, run.trigger, run.status) for run in sorted(self.rows(RunRow), key=lambda r: r.id)]

    @property
    def connection(self) -> Connection:
        """The connection of the portal `a` as it is now."""
        return cast(Connection, self.rows(Connection)[0])

    def mailed(self) -> Sequence[str]:
        """The work emails that a mail went to, in order."""
        return [self.host.accounts[mail.account_id].email for mail in self.host.mails]


def take_lease(portal: ConnectedPortal, clock: Callable[[], datetime]) -> LeaseHandle:
    """The lease of the connection, held by another process."""
    owner = lease.current_owner("elsewhere")
    return lease.acquire(portal.database, portal.connection.id, owner=owner, now=clock())
