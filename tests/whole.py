"""The whole system on one machine: a sandbox Paycor on a real socket, the built-in LMS, and the commands."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from connector.cli import commands
from connector.core.model.run import RunMode, RunTrigger
from connector.core.model.settings import MappingRow
from connector.sandbox.company import NORTHFIELD
from connector.sandbox.demo.connect import DEMO_MAPPING
from connector.sandbox.lms import create_app, seed
from connector.sandbox.lms.db.tables import OutboxMail, User, db
from connector.sandbox.paycor import SandboxServer
from connector.sandbox.paycor.data import permissions
from connector.sandbox.paycor.state.switches import Switches
from connector.services import Services
from connector.services.views.views import RunView
from connector.store import schema
from connector.store.db.base import Base
from connector.store.db.vault import new_key
from connector.store.tables.people import EmployeeRow, LinkRow

ROOT = Path(__file__).parent.parent
#: Northfield Academy, as the built-in LMS numbers it.
PORTAL = "1"
#: One key for all tests: they copy each other's databases.
KEY = new_key()
TODAY = date(2026, 3, 2)


def started(people: int = 60) -> SandboxServer:
    """A sandbox Paycor on its own port; a context manager."""
    return SandboxServer(people=people, seed=1, today=TODAY)


def repair(paycor: SandboxServer) -> None:
    """Undo everything that a test has broken on purpose."""
    box = paycor.sandbox
    box.faults.clear()
    box.overlay.clear()
    box.calls.clear()
    box.switches = Switches()
    box.permissions = {box.application.scope: permissions.ALL}


@dataclass
class Whole:
    """An LMS in a folder, with the connector in it, and the Paycor it is connected to."""

    paycor: SandboxServer
    folder: Path
    url: str
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        self.app = create_app({**self.environment, "LMS_INSTANCE_PATH": str(self.folder)})

    @property
    def environment(self) -> Mapping[str, str]:
        """The settings, for the app in this process and for processes of their own."""
        paycor = self.paycor.announcement
        return {
            "LMS_DATABASE_URL": self.url,
            "LMS_SECRET_KEY": "for a test",
            "CONNECTOR_ENV": "development",
            "CONNECTOR_SECRET_KEYS": KEY,
            "CONNECTOR_PAYCOR_API_URL": paycor.base_url,
            "CONNECTOR_PAYCOR_AUTHORIZE_URL": paycor.authorize_url,
            "CONNECTOR_SCHEDULER": "false",
        }

    @property
    def services(self) -> Services:
        """The services that the pages and the commands use."""
        return cast(Services, self.app.extensions["connector"])

    def prepare(self) -> None:
        """Create the tables, two portals, and people who are in the LMS before any sync."""
        schema.upgrade(self.services.database.engine)
        seed(self.app)

    def pasted(self, **changes: object) -> dict[str, object]:
        """The fields that an admin pastes, with those in `changes` replaced; the refresh token works once."""
        paycor = self.paycor.announcement
        return {
            "environment": "production",
            "client_id": paycor.client_id,
            "client_secret": paycor.client_secret,
            "subscription_key": paycor.subscription_key,
            "scope": paycor.scope,
            "refresh_token": self.paycor.sandbox.activate(NORTHFIELD),
            "legal_entity_id": ", ".join(str(entity.legalEntityId) for entity in paycor.legal_entities),
            **changes,
        }

    def paste_file(self, **changes: object) -> str:
        """The path of a file with these fields."""
        path = self.folder / "paste.json"
        path.write_text(json.dumps(self.pasted(**changes)), encoding="utf-8")
        return str(path)

    def connect(self) -> None:
        """Connect both legal entities, and map the fields of the demo."""
        with self.app.app_context():
            self.services.connection.paste(PORTAL, None, self.pasted())
            self.services.connection.finish(PORTAL, None)
            rows = [MappingRow(attribute, key) for attribute, key in DEMO_MAPPING.items()]
            self.services.settings.save_mapping(PORTAL, None, rows)

    def sync(self) -> RunView:
        """A whole sync, as an operator starts it; gives the run, also when it failed."""
        with self.app.app_context():
            run_id = self.services.runs.request(PORTAL, RunMode.SYNC, RunTrigger.OPERATOR)
            self.services.executor.attempt(run_id, role="test")
            run = self.services.views.run(PORTAL, run_id)
        assert run is not None
        return run

    def patch(self, employee_id: str, **patch: object) -> None:
        """Change or break the record of one employee at Paycor, see docs/sandbox.md."""
        client = self.paycor.app.test_client()
        answer = client.post("/_control/records", json={"id": employee_id, **patch})
        assert answer.status_code == 200, answer.text

    def employed(self) -> list[str]:
        """The employee ids of ordinary people who have a learner's account and access, in order."""
        query = (
            sa.select(EmployeeRow.employee_id)
            .join(LinkRow, LinkRow.person_key == EmployeeRow.person_key)
            .where(LinkRow.state == "active", EmployeeRow.status == "current", EmployeeRow.ends_on.is_(None))
            .order_by(EmployeeRow.employee_id)
        )
        return [row.employee_id for row in self.rows(query)]

    def dismiss(self, count: int) -> None:
        """Let this many of them leave a month ago."""
        for employee_id in self.employed()[:count]:
            self.patch(employee_id, fields={"status": "Terminated", "terminated_on": "2026-02-01"})

    def run_command(self, *words: str, answer: str | None = None) -> Result:
        """`flask connector …` in this process."""
        script = ScriptInfo(create_app=lambda: self.app)
        return CliRunner().invoke(commands, words, obj=script, input=answer)

    def start(self, *words: str, **settings: str) -> subprocess.Popen[str]:
        """`flask connector …` in its own process."""
        return subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "connector", *words],
            cwd=ROOT,
            env={**_bare_environment(), **self.environment, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def rows(self, query: sa.Executable) -> Sequence[Any]:
        """The rows that a query gives now."""
        with self.services.database.reading() as session:
            return session.execute(query).all()

    def learners(self) -> dict[str, tuple[object, ...]]:
        """Every user of the portal with what a sync writes, by email address."""
        query = sa.select(
            User.email, User.external_id, User.first_name, User.last_name, User.type, User.state, User.custom
        ).where(User.portal_id == int(PORTAL))
        return {row.email: tuple(row) for row in self.rows(query)}

    def mails(self) -> list[tuple[str, str]]:
        """Every mail in the outbox, as (recipient, subject)."""
        query = sa.select(OutboxMail.recipient, OutboxMail.subject)
        return sorted((row.recipient, row.subject) for row in self.rows(query))

    def snapshot(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row that a sync must not leave half done: the mirror, the links, the learners and their mail."""
        tables = {
            "mirror": "SELECT employee_id, digest, record, absent_reads FROM connector_employee",
            "links": "SELECT person_key, account_id, state, mail_state FROM connector_link",
            "learners": "SELECT id, email, external_id, first_name, last_name, state, custom FROM lms_user",
            "mails": "SELECT recipient, subject FROM lms_outbox",
        }
        with self.services.database.engine.connect() as connection:
            return {
                name: sorted(map(tuple, connection.exec_driver_sql(text))) for name, text in tables.items()
            }

    def count(self, table: type[Base]) -> int:
        """How many rows a table has."""
        return int(self.rows(sa.select(sa.func.count()).select_from(table))[0][0])

    def close(self) -> None:
        """Close the connections to the database."""
        with self.app.app_context():
            db.engine.dispose()


@contextmanager
def opened(paycor: SandboxServer, folder: Path, url: str | None = None) -> Iterator[Whole]:
    """The LMS of a folder, on SQLite there unless `url` names another database; it keeps an existing one."""
    folder.mkdir(exist_ok=True)
    whole = Whole(paycor, folder, url or f"sqlite:///{folder / 'lms.sqlite'}")
    try:
        yield whole
    finally:
        whole.close()


def copied(original: Whole, folder: Path) -> Path:
    """`folder`, with a copy of the database of `original`; no other process may write to it meanwhile."""
    with original.services.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(original.folder / "lms.sqlite", folder / "lms.sqlite")
    return folder


def plain_line(result: Result) -> str:
    """The one line of a failed command: no traceback, and no other line but those of the progress bar."""
    lines = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert len(lines) == 1, result.output
    assert result.stderr.rstrip().endswith(lines[0]), result.stderr
    assert "Traceback" not in result.output
    return lines[0].removeprefix("Error: ")


def wait_for(
    happened: Callable[[], object], what: str, *, timeout_s: float = 60, pause_s: float = 0.01
) -> None:
    """Return as soon as `happened` is true. Raises TimeoutError, naming `what` did not happen."""
    end = time.monotonic() + timeout_s
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError(f"after {timeout_s} s there was still no {what}")
        time.sleep(pause_s)


def _bare_environment() -> dict[str, str]:
    """The environment of this process without the developer's own settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("CONNECTOR_", "LMS_"))}
