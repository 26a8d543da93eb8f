"""The examples work with the built wheel alone, in their own environment and folder."""

import json
import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.fernet import Fernet

from connector.cli import commands
from connector.sandbox.paycor import SandboxServer
from tests.project.distribution import ROOT, Distribution, install

TIMEOUT_S = 60

#: What an admin sees after the sign-in.
VISIT = """
import app
with app.app.test_client() as client:
    print(client.get("/settings/integrations/hr/").location)
    page = client.get("/sign-in", follow_redirects=True)
    page = client.get("/settings/integrations/hr/", follow_redirects=True)
    print(page.status_code, "Paycor" in page.text, "Small LMS" in page.text)
    print(client.get("/settings/integrations/hr/_static/connector.css").status_code)
"""

#: Counts in the LMS's own tables after a sync.
COUNT = """
import app
from lms import SentMail, User, db
with app.app.app_context():
    learners = db.session.query(User).filter_by(role="learner")
    mails = db.session.query(SentMail).join(User, User.id == SentMail.user_id).filter(User.role == "learner")
    print(learners.count(), learners.filter(User.external_id.is_(None)).count(), mails.count())
"""


@dataclass(frozen=True)
class Example:
    """A copy of an example, and the Python of an environment that has the wheel."""

    python: Path
    folder: Path
    secret_key: str

    def run(self, *arguments: str) -> str:
        """The output of Python in the example's folder; it fails when the command fails."""
        ours = ("CONNECTOR_", "FLASK_", "PYTHON", "COVERAGE_")
        environ = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
        environ |= {"CONNECTOR_ENV": "development", "CONNECTOR_SECRET_KEYS": self.secret_key}
        done = subprocess.run(
            [str(self.python), *arguments],
            cwd=self.folder,
            env={**environ, "FLASK_SECRET_KEY": "a test"},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def connector(self, *arguments: str) -> str:
        """The output of `flask connector ...`."""
        return self.run("-m", "flask", "connector", *arguments)

    def report(self, command: str) -> dict[str, Any]:
        """The report of a preview or a sync."""
        report: dict[str, Any] = json.loads(self.connector(command, "--json").splitlines()[-1])
        return report


@pytest.fixture
def minimal(distribution: Distribution, tmp_path: Path) -> Example:
    """The smallest example. The libraries are those of the tests, the connector is the wheel's."""
    python = install(distribution.wheel, tmp_path / "venv")
    [packages] = (tmp_path / "venv").glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    folder = tmp_path / "lms"
    shutil.copytree(ROOT / "examples" / "minimal", folder, ignore=shutil.ignore_patterns("instance"))
    return Example(python, folder, Fernet.generate_key().decode())


@pytest.fixture
def paycor() -> Iterator[SandboxServer]:
    """A Paycor of sixty people."""
    with SandboxServer(people=60, seed=1, today=date(2026, 3, 2)) as server:
        yield server


@pytest.mark.req("B3")
def test_the_smallest_lms_gets_the_pages_and_a_sync(minimal: Example, paycor: SandboxServer) -> None:
    """From the wheel to learners: tables, pages, consent, preview, sync, and a second sync that does nothing."""
    (minimal.folder / "paycor.json").write_bytes(msgspec.json.encode(paycor.announcement))
    installed_at = minimal.run("-c", "import connector; print(connector.__file__)")
    minimal.connector("db", "upgrade")
    minimal.connector("db", "check")
    visit = minimal.run("-c", VISIT).splitlines()
    minimal.connector("connect", "--paste", "paycor.json")
    preview, first, second = (minimal.report(command) for command in ("preview", "sync", "sync"))
    learners, without_mark, mails = map(int, minimal.run("-c", COUNT).split())

    assert installed_at.startswith(str(minimal.python.parents[1]))
    assert visit == ["/sign-in", "200 True True", "200"]
    assert first["read"] == 60
    assert first["created"] > 0
    assert (preview["created"], preview["mails"]) == (first["created"], first["mails"])
    assert (learners, without_mark, mails) == (first["created"], 0, first["mails"])
    assert (second["created"], second["mails"], second["unchanged"]) == (0, 0, first["created"])


@pytest.mark.parametrize("path", sorted(ROOT.glob("examples/*/README.md")), ids=lambda path: path.parent.name)
def test_the_commands_of_a_readme_are_commands(path: Path) -> None:
    """Every `flask connector` line in it exists."""
    named = re.findall(r"flask connector ([a-z-]+(?: upgrade)?)", path.read_text(encoding="utf-8"))

    assert named
    assert [name for name in named if name.split()[0] not in commands.commands] == []
