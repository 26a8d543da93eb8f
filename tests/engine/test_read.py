"""What a read of everybody says about the connection as a whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from connector.core.model.settings import AddAs, Policy, Settings
from connector.core.ports.host import Capabilities
from connector.hosts.memory import MemoryHost
from connector.store.tables.people import FindingRow
from tests.clock import Clock
from tests.core.make import employee
from tests.engine.workbench import Desk

INVITING = Settings(1, "UTC", Policy(add_as=AddAs.PENDING_INVITATION))


@pytest.fixture
def desk(clock: Clock, tmp_path: Path) -> Iterator[Desk]:
    """A portal that invites people, in an LMS with neither mail nor pending accounts."""
    engine = create_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    yield Desk(
        engine,
        MemoryHost(clock=clock, capabilities=Capabilities(invite=False, pending=False)),
        clock,
        INVITING,
    )
    engine.dispose()


@pytest.mark.req("A38")
def test_what_the_host_cannot_do_is_said_once(desk: Desk) -> None:
    """About the connection, not about each person; and nothing is planned that it cannot do."""
    people = [employee(employee_id=f"e{n}", person_id=f"p{n}", email=f"p{n}@example.com") for n in range(3)]
    report = desk.sync(people)
    found = [(row.person_key, row.code) for row in desk.rows(FindingRow)]

    assert (report.created, report.mails) == (3, 0)
    assert {account.state.value for account in desk.host.accounts.values()} == {"active"}
    assert found == [("", "mail_not_offered"), ("", "pending_not_offered")]
