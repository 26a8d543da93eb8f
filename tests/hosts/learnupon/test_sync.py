"""Whole runs against a LearnUpon portal: a person is invited, accepts, changes and leaves, and the link follows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from connector.core.model.account import MailState
from connector.core.model.employee import Employee, EmploymentStatus
from connector.core.model.report import Report
from connector.core.model.settings import AddAs, MappingRow, Policy, Settings
from connector.hosts.learnupon import LearnUponSettings, host
from connector.store.tables.people import LinkRow
from tests.clock import Clock
from tests.engine.workbench import Desk
from tests.hosts.learnupon.fake.api import KEY, SECRET, serving
from tests.hosts.learnupon.fake.portal import FakePortal
from tests.hosts.learnupon.rig import lose_next_answer

ADA = Employee(
    employee_id="e1",
    person_id="p1",
    legal_entity_id=1,
    first_name="Ada",
    last_name="Lovelace",
    email="ada@example.test",
    status=EmploymentStatus.CURRENT,
    status_text="Active",
    hire_date=date(2020, 1, 6),
    has_work_address=True,
    has_position=True,
    attributes={"job_title": "Nurse"},
)
LEFT = replace(
    ADA, status=EmploymentStatus.SEPARATED, status_text="Terminated", termination_date=date(2026, 2, 1)
)


@pytest.fixture
def desk(site: FakePortal, clock: Clock, tmp_path: Path) -> Iterator[Desk]:
    """A portal with invitations that is connected to Paycor."""
    engine = create_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    policy = Policy(add_as=AddAs.PENDING_INVITATION)
    settings = Settings(1, "America/New_York", policy, (MappingRow("job_title", "231"),))
    with serving(site) as address:
        portal = host(
            LearnUponSettings(address, KEY, SECRET, external_id_label="Paycor ID", invites=True),
            clock=clock,
            sleep=lambda _: None,
        )
        yield Desk(engine, portal, clock, settings)
        portal.close()
    engine.dispose()


def next_day(desk: Desk, clock: Clock, employee: Employee) -> Report:
    """Run the sync of the next day with one employee in Paycor; gives its report."""
    clock.advance(timedelta(days=1))
    return desk.sync([employee])


def link(desk: Desk) -> LinkRow:
    """The only link."""
    [row] = desk.rows(LinkRow)
    assert isinstance(row, LinkRow)
    return row


@pytest.mark.req("A38", "A20")
def test_an_invited_person_is_linked_and_mailed_once(desk: Desk, site: FakePortal, clock: Clock) -> None:
    """However many syncs there are before they accept; the mail counts as sent."""
    next_day(desk, clock, ADA)
    next_day(desk, clock, ADA)
    next_day(desk, clock, replace(ADA, last_name="King"))

    assert site.mails == ["ada@example.test"]
    assert link(desk).account_id.startswith("invite:")
    assert link(desk).mail_state == MailState.SENT.value


@pytest.mark.req("A17", "A18")
def test_a_person_who_accepts_is_updated_from_then_on(desk: Desk, site: FakePortal, clock: Clock) -> None:
    """Changes from before the acceptance are made, and a new email keeps the link."""
    next_day(desk, clock, ADA)
    next_day(desk, clock, replace(ADA, last_name="King"))
    user = site.users[int(site.accept("ada@example.test"))]
    before = user["last_name"]
    for email in ("king@example.test", "byron@example.test"):
        next_day(
            desk, clock, replace(ADA, last_name="King", email=email, attributes={"job_title": "Countess"})
        )

    assert (before, user["last_name"], user["email"]) == ("Lovelace", "King", "byron@example.test")
    assert user["custom"] == {"231": "Countess", "240": "p1"}
    assert (len(site.users), site.mails) == (1, ["ada@example.test"])


@pytest.mark.req("A22")
@pytest.mark.parametrize("accepts", [True, False], ids=["accepted", "not accepted"])
def test_a_leaver_cannot_sign_in(desk: Desk, site: FakePortal, clock: Clock, accepts: bool) -> None:
    """They are suspended, or their invitation is cancelled."""
    next_day(desk, clock, ADA)
    if accepts:
        site.accept("ada@example.test")
    next_day(desk, clock, LEFT)

    assert [user["enabled"] for user in site.users.values()] == ([False] if accepts else [])
    assert [row["invite_status"] for row in site.invites.values()] == ["accepted" if accepts else "canceled"]


def test_an_interrupted_invitation_is_not_sent_twice(desk: Desk, site: FakePortal, clock: Clock) -> None:
    """LearnUpon sent it without an answer: the next sync learns that the person is invited already."""
    lose_next_answer(site)
    next_day(desk, clock, ADA)
    linked = len(desk.rows(LinkRow))
    next_day(desk, clock, ADA)

    assert linked == 0
    assert site.mails == ["ada@example.test"]
    assert link(desk).account_id.startswith("invite:")


@pytest.mark.req("A9", "A11", "D1")
def test_an_existing_learner_is_linked_and_not_invited(desk: Desk, site: FakePortal, clock: Clock) -> None:
    """By the email, in any case."""
    created = site.create({"email": "Ada@Example.test", "password": "long enough", "first_name": "Ada"})
    next_day(desk, clock, ADA)

    assert link(desk).account_id == str(created["id"])
    assert site.mails == []
    assert site.users[created["id"]]["custom"] == {"231": "Nurse", "240": "p1"}


def test_a_plan_after_a_sync_is_empty(desk: Desk, site: FakePortal, clock: Clock) -> None:
    """For people who are users."""
    desk.settings = replace(desk.settings, policy=Policy(add_as=AddAs.ACTIVE_ONLY))
    next_day(desk, clock, ADA)
    report = next_day(desk, clock, ADA)

    assert (report.unchanged, desk.entries()) == (1, [])
