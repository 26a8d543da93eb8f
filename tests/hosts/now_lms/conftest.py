"""NOW-LMS, connected by its admin to a Paycor with twenty people and synced, all on its own pages."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest

from connector.sandbox.paycor import SandboxServer
from connector.store.db.vault import new_key
from tests.hosts.now_lms import outbox
from tests.hosts.now_lms.browser import Browser
from tests.hosts.now_lms.outbox import Outbox, free_port
from tests.hosts.now_lms.site import Site, python

SETTINGS = "/settings/integrations/hr/site/paycor"
DEMO_MAPPING = {"job_title": "job_title", "hire_date": "hire_date", "employment_type": "employment_type"}
TIMEOUT_S = 120
PASSWORD = "a password of their own"
_LINK = re.compile(r"http://127\.0\.0\.1:\d+(/user/reset_password/\S+)")


@dataclass(frozen=True)
class Academy:
    """NOW-LMS, the Paycor it is connected to, and the mails."""

    site: Site
    paycor: SandboxServer
    outbox: Outbox
    untouched: list[str] = field(default_factory=list)

    def learners(self) -> list[str]:
        """The addresses of all users from Paycor."""
        query = "SELECT correo_electronico FROM usuario JOIN paycor_profile ON usuario_id = usuario.id"
        return [str(row["correo_electronico"]) for row in self.site.rows(query)]

    def take(self) -> str:
        """The address of a learner that no other test uses."""
        return self.untouched.pop()

    def user(self, address: str, column: str) -> object:
        """A value of a user of NOW-LMS."""
        [row] = self.site.rows("SELECT * FROM usuario WHERE correo_electronico = ?", address)
        return row[column]

    def patch(self, address: str, **values: object) -> None:
        """Change in Paycor the person whose account has this address."""
        query = (
            "SELECT employee_id FROM connector_employee AS employee"
            " JOIN connector_link AS link ON link.person_key = employee.person_key"
            " JOIN usuario ON usuario.id = link.account_id WHERE correo_electronico = ?"
        )
        for row in self.site.rows(query, address):
            record = {"id": row["employee_id"], "fields": values}
            answer = self.paycor.app.test_client().post("/_control/records", json=record)
            assert answer.status_code == 200, answer.text

    def dismiss(self, address: str) -> None:
        """Terminate a person in Paycor, a while ago, and sync."""
        self.patch(address, status="Terminated", terminated_on="2026-02-01")
        self.sync()

    def sync(self) -> None:
        """Sync, as an operator starts it."""
        self.site.command("connector", "sync", "--json")

    def choose_password(self, address: str) -> None:
        """Choose a password by the link in the welcome mail."""
        match = _LINK.search(self.outbox.text(address))
        assert match, "the mail has no link"
        Browser(self.site.base_url).post(
            match.group(1), {"new_password": PASSWORD, "confirm_password": PASSWORD}
        )

    def signed_in(self, address: str) -> Browser:
        """The browser of a user who has tried to sign in."""
        return Browser(self.site.base_url).sign_in(address, PASSWORD)


@pytest.fixture(scope="module")
def academy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Academy]:
    """Connected, mapped, previewed and synced by NOW-LMS's admin; served until the last test of the module."""
    folder = tmp_path_factory.mktemp("now_lms")
    with (
        SandboxServer(people=20, seed=1, today=date(2026, 3, 2)) as paycor,
        outbox.opened() as (mails, port),
    ):
        settings = {
            "CONNECTOR_SECRET_KEYS": new_key(),
            "CONNECTOR_PAYCOR_API_URL": paycor.announcement.base_url,
            "CONNECTOR_PAYCOR_AUTHORIZE_URL": paycor.announcement.authorize_url,
        }
        site = Site(python(), folder, free_port(), settings)
        site.command("connector", "db", "upgrade")
        with site.running():
            admin = site.admin()
            set_up_mail(admin, port)
            connect(admin, paycor)
            press(admin, "preview")
            press(admin, "sync")
            academy = Academy(site, paycor, mails)
            academy.untouched.extend(academy.learners())
            yield academy


def set_up_mail(admin: Browser, port: int) -> None:
    """Set up the mail server in NOW-LMS's own settings and verify it with a mail."""
    settings = {
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(port),
        "MAIL_PASSWORD": "",
        "MAIL_DEFAULT_SENDER": "lms@northfield.example",
        "MAIL_DEFAULT_SENDER_NAME": "Northfield",
    }
    admin.post("/setting/mail", settings)
    admin.post("/setting/mail/verify", {"email": "admin@northfield.example"})


def connect(admin: Browser, paycor: SandboxServer) -> None:
    """Connect with the secrets of an application, up to Finish; then map three fields."""
    announcement = paycor.announcement
    entities = [str(entity.legalEntityId) for entity in announcement.legal_entities]
    secrets = {
        "environment": "production",
        "client_id": announcement.client_id,
        "client_secret": announcement.client_secret,
        "subscription_key": announcement.subscription_key,
        "scope": announcement.scope,
        "refresh_token": announcement.refresh_token,
        "legal_entity_id": ", ".join(entities),
    }
    pasted = admin.post(f"{SETTINGS}/connect/paste", secrets)
    assert pasted.headers.get("Location") == f"{SETTINGS}/review", pasted.text
    finished = admin.post(f"{SETTINGS}/finish", {"entity": entities})
    assert finished.status_code == 302, finished.text
    rows = {
        "attribute": list(DEMO_MAPPING),
        "field_key": list(DEMO_MAPPING.values()),
        "when_null": ["clear"] * len(DEMO_MAPPING),
    }
    mapped = admin.post(f"{SETTINGS}/mapping", rows)
    assert mapped.status_code == 302, mapped.text


def press(admin: Browser, button: str) -> str:
    """Press Preview or Sync and wait until the run ends; gives the page of the run."""
    started = admin.post(f"{SETTINGS}/{button}", page=SETTINGS)
    address = started.headers["Location"]
    end = time.monotonic() + TIMEOUT_S
    while not (progress := admin.get(f"{address}/progress").json())["over"]:
        assert time.monotonic() < end, f"{button} is still {progress['status']} after {TIMEOUT_S} s"
        time.sleep(0.1)
    assert progress["status"] in ("done", "previewed"), progress
    return admin.get(address).text
