"""Whole runs against a SCIM service that ignores paging, over a real socket and on both databases."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
import responses
from sqlalchemy import create_engine

from connector.core.model.employee import Employee, EmploymentStatus
from connector.core.model.report import Report
from connector.core.model.settings import Policy, Settings
from connector.hosts.scim import ScimSettings, host
from connector.store.tables.people import LinkRow
from tests.clock import Clock
from tests.engine.workbench import Desk
from tests.hosts.scim.fake.service import FakeScim, serving

PEOPLE = 458


def employees() -> list[Employee]:
    """Everybody in Paycor."""
    return [
        Employee(
            employee_id=f"e{number}",
            person_id=f"p{number}",
            legal_entity_id=1,
            first_name="Ada",
            last_name=f"No {number}",
            email=f"learner{number}@example.test",
            status=EmploymentStatus.CURRENT,
            status_text="Active",
            hire_date=date(2020, 1, 6),
            has_work_address=True,
            has_position=True,
        )
        for number in range(PEOPLE)
    ]


@pytest.fixture
def service() -> Iterator[FakeScim]:
    """A service with one user, whose list has only a first page."""
    responses.mock.add_passthru("http://127.0.0.1")
    one = FakeScim(ignores_paging=True)
    one.add(0)
    with serving(one):
        yield one


@pytest.fixture
def desk(service: FakeScim, clock: Clock, database_url: str) -> Iterator[Desk]:
    """A portal that is connected to Paycor; its first sync has no limit on new accounts."""
    engine = create_engine(database_url)
    yield Desk(engine, None, clock, Settings(1, "America/New_York", Policy()))
    engine.dispose()


def next_day(desk: Desk, service: FakeScim, clock: Clock, people: Sequence[Employee]) -> Report:
    """Run the sync of the next day, with a new host as each run has; gives its report."""
    clock.advance(timedelta(days=1))
    desk.host = host(ScimSettings(service.url, "a token"), sleep=lambda seconds: None)
    report = desk.sync(people, page_size=100)
    desk.host.close()
    return report


@pytest.mark.req("D29")
def test_accounts_that_were_added_stay_known_and_later_syncs_go_on(
    desk: Desk, service: FakeScim, clock: Clock
) -> None:
    """458 accounts were added, and the sync failed and said that nobody is created on a guess; so did the next."""
    people = employees()
    first = next_day(desk, service, clock, people)
    links = {row.person_key: row.account_id for row in desk.rows(LinkRow) if isinstance(row, LinkRow)}
    people[0] = replace(people[0], last_name="King")
    people[1] = replace(
        people[1],
        status=EmploymentStatus.SEPARATED,
        status_text="Terminated",
        termination_date=date(2026, 2, 1),
    )
    hired = replace(people[2], employee_id="e999", person_id="p999", email="new@example.test")
    second = next_day(desk, service, clock, [*people, hired])

    assert (first.created, len(service.users)) == (PEOPLE, PEOPLE + 2)
    assert links == {
        str(one["externalId"]): account_id
        for account_id, one in service.users.items()
        if one.get("externalId") not in (None, "p999")
    }
    assert (second.created, second.updated, second.suspended) == (1, 1, 1)
    assert service.users[links["p0"]]["name"]["familyName"] == "King"
    assert service.users[links["p1"]]["active"] is False
