"""Mail at the portal's own pace: mail that may not go out now goes out later, once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connector.core.model.settings import MailPace, Policy
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, hire


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> Iterator[ConnectedPortal]:
    """A connected portal in New York with five people at Paycor, at 9 PM there."""
    clock.set(datetime(2026, 3, 3, 2, tzinfo=UTC))
    made = ConnectedPortal(tmp_path, clock)
    made.employs(*(hire(number) for number in range(1, 6)))
    yield made
    made.database.engine.dispose()


@pytest.mark.req("X14")
def test_mail_waits_for_the_end_of_the_quiet_hours(portal: ConnectedPortal, clock: Clock) -> None:
    """The accounts are created at once; the hourly job sends the mail at 7 AM, and starts no run before."""
    portal.chooses(Policy(mail_pace=MailPace(quiet_from=20, quiet_until=7)))
    run = portal.sync()
    mailed = []
    for _ in range(11):
        clock.advance(timedelta(hours=1))
        portal.executor.due(role="test")
        mailed.append(len(portal.mailed()))

    assert (run.status, len(portal.host.accounts)) == ("done", 5)
    assert mailed == [0] * 9 + [5] * 2
    assert portal.history() == [("sync", "manual", "done"), ("mail", "hourly", "done")]


@pytest.mark.req("X14")
def test_the_hourly_limit_spreads_the_mails(portal: ConnectedPortal, clock: Clock) -> None:
    """Two an hour: five people are mailed in three hours, each once."""
    portal.chooses(Policy(mail_pace=MailPace(per_hour=2)))
    portal.sync()
    mailed = [len(portal.mailed())]
    for minutes in (30, 30, 60, 60):
        clock.advance(timedelta(minutes=minutes))
        portal.executor.due(role="test")
        mailed.append(len(portal.mailed()))

    assert mailed == [2, 2, 4, 5, 5]
    assert len(set(portal.mailed())) == 5
