"""Settings of an admin in whole runs: overrides that end, scopes that change, rows only for new accounts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from connector.core.model.account import AccountState, Field, FieldType
from connector.core.model.employee import Employee, EmploymentStatus
from connector.core.model.override import OverrideKind
from connector.core.model.settings import (
    Condition,
    InviteWhen,
    Limit,
    Limits,
    MappingRow,
    Operator,
    Outside,
    Policy,
    Scope,
    Settings,
)
from connector.hosts.memory import MemoryHost
from connector.store.tables.people import FindingRow, OverrideRow
from tests.clock import Clock
from tests.core.builders import day, employee
from tests.engine.workbench import Desk

POLICY = Policy(limits=Limits(leavers=Limit(9, 5)))
SETTINGS = Settings(1, "UTC", POLICY, (MappingRow("job_title", "title", create_only=True),))
FIELDS = (
    Field("title", "Title"),
    Field("team", "Team", FieldType.STRING_CHOICE, choices=("Nurses", "Cooks")),
)
NURSE = employee(attributes={"job_title": "Nurse"})
LEFT = replace(NURSE, status=EmploymentStatus.SEPARATED, termination_date=day(-9))
DAY = timedelta(days=1)


@pytest.fixture
def desk(clock: Clock, tmp_path: Path) -> Iterator[Desk]:
    """A portal with a field that is set only for new accounts."""
    engine = create_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    yield Desk(engine, MemoryHost(FIELDS, clock=clock), clock, SETTINGS)
    engine.dispose()


def state(desk: Desk) -> AccountState:
    """The state of the only account."""
    (account,) = desk.host.accounts.values()
    assert isinstance(account.state, AccountState)
    return account.state


def protect(desk: Desk, until: date) -> None:
    """Protect the only person through a day."""
    with desk.database.writing() as session:
        row = OverrideRow(
            connection_id=desk.connection_id,
            person_key="p1",
            kind=OverrideKind.PROTECT.value,
            name="",
            reason="Parental leave",
            until=until,
            made_at=desk.clock(),
        )
        session.add(row)


@pytest.mark.req("X16", "D8")
def test_hourly_run_acts_when_an_override_ends(desk: Desk, clock: Clock) -> None:
    """A person who left while protected is suspended on the morning after the last day of the override."""
    desk.sync([NURSE])
    protect(desk, clock.today + DAY)
    report = desk.sync([LEFT])
    assert (report.skipped_by, state(desk)) == ({"protected": 1}, AccountState.ACTIVE)

    clock.advance(DAY)
    assert (desk.run_due_dates().suspended, state(desk)) == (0, AccountState.ACTIVE)

    clock.advance(DAY)
    assert (desk.run_due_dates().suspended, state(desk)) == (1, AccountState.SUSPENDED)


@pytest.mark.req("X13")
def test_changed_scope_ends_and_restores_access(desk: Desk) -> None:
    """Suspended while out of scope, and back on the same account once everyone is in scope."""
    cooks = Scope(only=(Condition("job_title", Operator.EQUALS, ("Cook",)),), outside=Outside.SUSPEND)
    desk.sync([NURSE])
    states = []
    for version, scope in ((2, cooks), (3, Scope())):
        desk.settings = replace(SETTINGS, version=version, policy=replace(POLICY, scope=scope))
        desk.sync([NURSE])
        states.append(state(desk))

    assert states == [AccountState.SUSPENDED, AccountState.ACTIVE]


@pytest.mark.req("X13", "D10")
def test_attribute_that_stops_coming_ends_no_access(desk: Desk) -> None:
    """If a permission is withdrawn, everyone is left alone, and a finding names what is missing."""
    nurses = Scope(only=(Condition("job_title", Operator.EQUALS, ("Nurse",)),), outside=Outside.SUSPEND)
    desk.settings = replace(SETTINGS, policy=replace(POLICY, scope=nurses))
    desk.sync([NURSE])
    report = desk.sync([replace(NURSE, attributes={})])

    assert (report.skipped_by, state(desk)) == ({"scope_unknown": 1}, AccountState.ACTIVE)


@pytest.mark.req("X14", "D8")
def test_invitation_goes_out_days_before_the_hire_date(desk: Desk, clock: Clock) -> None:
    """By the hourly run, without a read."""
    policy = replace(POLICY, invite_when=InviteWhen.HIRE_DATE, invite_days=-3)
    desk.settings = replace(SETTINGS, policy=policy)
    newcomer: Employee = replace(NURSE, hire_date=clock.today + 5 * DAY)
    assert desk.sync([newcomer]).skipped_by == {"not_started": 1}

    clock.advance(DAY)
    assert desk.run_due_dates().created == 0

    clock.advance(DAY)
    assert desk.run_due_dates().created == 1


@pytest.mark.req("X12")
def test_field_for_new_accounts_keeps_later_edits(desk: Desk) -> None:
    """It is set with the new account; neither an edit nor a change in Paycor is written later."""
    desk.sync([NURSE])
    (account,) = desk.host.accounts.values()
    assert account.fields == {"title": "Nurse"}
    desk.host.edit(account.account_id, fields={"title": "Head nurse"})

    assert desk.sync([replace(NURSE, attributes={"job_title": "Cook"})]).updated == 0
    assert desk.host.accounts[account.account_id].fields == {"title": "Head nurse"}


@pytest.mark.req("D12", "X7")
def test_nearest_choice_is_stored_with_the_finding(desk: Desk) -> None:
    """For the pages, with the value from Paycor."""
    desk.settings = replace(SETTINGS, mapping=(MappingRow("job_title", "team"),))
    desk.sync([replace(NURSE, attributes={"job_title": "nurse"})])
    (finding,) = desk.rows(FindingRow)

    assert (finding.code, finding.detail, finding.hint) == ("choice_mismatch", "nurse", "Nurses")
