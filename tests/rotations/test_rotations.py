"""Token rotation: many processes renew one consent at once, and one is killed at the worst moment."""

import logging
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from connector.sandbox.lms.db.tables import OutboxMail
from connector.sandbox.lms.seed import ADMIN_EMAIL
from connector.store.tables.connection import Connection, Credential
from tests import whole
from tests.rotations.contention import CONNECTION, ROOT, most_at_once, run_contention
from tests.rotations.worker import WorkerOrder


@pytest.mark.req("D18")
def test_no_token_is_lost_between_processes(postgres_url: str) -> None:
    """Each refresh token is used once, one at a time, and a process that comes late gets the stored token."""
    result = run_contention(postgres_url, rotations=60, processes=4)

    assert (result.renewed, result.refused, result.at_once) == (60, 0, 1)
    assert result.shared > 0
    assert (result.accepted > 60, result.rejected) == (True, 0)
    assert (result.ended, result.goes_on) == ((0, 0, 0, 0), True)


def test_without_the_lock_a_token_is_lost(postgres_url: str) -> None:
    """The test can fail: a store without a lock uses a refresh token twice."""
    result = run_contention(postgres_url, rotations=60, processes=4, store="unlocked")

    assert result.refused > 0


def test_calls_that_overlap_are_counted_as_such() -> None:
    """Two at once, then one that begins as another ends."""
    start = datetime(2026, 3, 2, tzinfo=UTC)

    def call(began_s: int, ended_s: int) -> dict[str, str]:
        instants = {"began_at": start + timedelta(seconds=began_s), "at": start + timedelta(seconds=ended_s)}
        return {name: instant.isoformat() for name, instant in instants.items()}

    assert most_at_once([call(0, 2), call(1, 3), call(3, 4)]) == 2
    assert most_at_once([call(0, 2), call(2, 3)]) == 1


def kill_while_renewing(lms: whole.Whole) -> int:
    """Kill a process between the renewal of the connection's token and storing it; gives its exit code."""
    announcement = lms.paycor.announcement
    order = WorkerOrder(
        base_url=announcement.base_url,
        client_id=announcement.client_id,
        client_secret=announcement.client_secret,
        subscription_key=announcement.subscription_key,
        database_url=lms.url,
        vault_key=whole.KEY,
        connection_id=CONNECTION,
        rotations=1,
        store="crashing",
    )
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.rotations.worker"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    lms.paycor.sandbox.store.expire_access_tokens()
    with lms.services.database.writing() as session:
        session.get_one(Credential, CONNECTION).expires_at = datetime(2026, 1, 1, tzinfo=UTC)
    worker.communicate(msgspec.json.encode(order) + b"\ngo\n", timeout=60)
    return worker.returncode


@pytest.mark.req("D18")
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_kill_between_rotation_and_commit_is_reported_at_once(
    database: str, tmp_path: Path, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    """That token is lost for good: so the state, the log and a mail say at once what an admin has to press."""
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else None
    with whole.started() as paycor, whole.opened(paycor, tmp_path / "lms", url) as lms:
        lms.prepare()
        lms.connect()
        assert lms.sync().status == "done"
        before = lms.learners()

        assert kill_while_renewing(lms) == -signal.SIGKILL
        paycor.sandbox.calls.clear()
        with caplog.at_level(logging.ERROR, "connector"):
            run = lms.sync()

        assert (run.status, run.error_code) == ("failed", "source.auth")
        assert "Press “Connect again”" in str(run.error_message)
        assert lms.rows(sa.select(Connection.state, Connection.attention_code)) == [
            ("attention", "source.auth")
        ]
        mails = lms.rows(
            sa.select(OutboxMail.recipient, OutboxMail.text).where(OutboxMail.subject.contains("attention"))
        )
        assert [(one.recipient, "Press “Connect again”" in one.text) for one in mails] == [
            (ADMIN_EMAIL, True)
        ]
        assert "Connection 1 needs attention" in caplog.text
        assert "Press “Connect again”" in caplog.text
        assert lms.learners() == before
        assert paycor.sandbox.calls.report("*/token")["count"] == 1

        lms.connect()
        assert lms.sync().status == "done"
        assert lms.learners() == before
