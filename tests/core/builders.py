"""Builders of ordinary values, so that a test names only what it is about."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from connector.core.model.account import Account, AccountState, Field, Link
from connector.core.model.decision_input import DecisionInput
from connector.core.model.employee import Employee, EmploymentStatus, Facts, Person
from connector.core.model.operation import Decision, Operation
from connector.core.model.settings import InviteWhen, OnLeave, Policy, Settings
from tests.core.scenes import Scene, decision_of
from tests.strategies import TODAY

#: Half past nine in New York, on an ordinary working day.
NOW = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)


def day(offset: int) -> date:
    """The date `offset` days after today; before today if negative."""
    return TODAY + timedelta(days=offset)


def employee(**values: Any) -> Employee:
    """Ada, who has been employed for years."""
    ordinary: dict[str, Any] = {
        "employee_id": "e1",
        "person_id": "p1",
        "legal_entity_id": 101,
        "first_name": "Ada",
        "last_name": "Byron",
        "email": "ada@acme.example",
        "status": EmploymentStatus.CURRENT,
        "status_text": "Active",
        "hire_date": date(2020, 1, 6),
        "work_state": "NY",
        "has_work_address": True,
        "has_position": True,
    }
    return Employee(**ordinary | values)


def account(**values: Any) -> Account:
    """Ada's account as a sync leaves it."""
    ordinary: dict[str, Any] = {
        "account_id": "a1",
        "email": "ada@acme.example",
        "first_name": "Ada",
        "last_name": "Byron",
        "state": AccountState.ACTIVE,
        "is_learner": True,
        "external_id": "p1",
    }
    return Account(**ordinary | values)


def unowned_account(**values: Any) -> Account:
    """Ada's account before any sync: without an external id of the connector."""
    return account(external_id=None, **values)


def link(state: AccountState = AccountState.ACTIVE, **values: Any) -> Link:
    """Ada's link."""
    ordinary: dict[str, Any] = {"person_key": "p1", "account_id": "a1", "state": state}
    return Link(**ordinary | values)


def settings(sso: bool = False, time_zone: str = "America/New_York", **policy: Any) -> Settings:
    """The settings of a portal in New York; other values go into its policy."""
    return Settings(1, time_zone, Policy(**policy), sso=sso)


def person(*employees: Employee, absent: Mapping[str, int] | None = None) -> Person:
    """One person with these employments."""
    return Person("p1", employees, absent or {})


def scene(
    *accounts: Account,
    of: Employee | Person | None = None,
    linked: Link | None = None,
    facts: Facts | None = None,
    chosen: Settings | None = None,
    fields: tuple[Field, ...] = (),
    owners: Mapping[str, str] | None = None,
) -> Scene:
    """A portal with these accounts and one person, Ada by default."""
    subject = of if isinstance(of, Person) else person(of or employee())
    inputs = DecisionInput(subject, linked, facts or Facts())
    return Scene(inputs, accounts, owners or {}, chosen or settings(), fields, NOW)


#: Another current person has an email that Ada has or is about to have.
SHARED = Facts(shared_emails=frozenset({"ada@acme.example", "new@acme.example"}))

GRANTED = employee()
LEAVING = employee(status=EmploymentStatus.SEPARATED, termination_date=day(9))
WAITING = employee(hire_date=day(9))
UNDATED = employee(hire_date=None)
KEPT = employee(status=EmploymentStatus.AMBIGUOUS)
ENDED = employee(status=EmploymentStatus.SEPARATED, termination_date=day(-9))
ON_LEAVE = employee(status=EmploymentStatus.ON_LEAVE)

#: People are invited on their hire date, and leave suspends: each employee above gets what their name says.
STRICT = settings(invite_when=InviteWhen.HIRE_DATE, on_leave=OnLeave.SUSPEND)


def result(decision: Decision) -> str:
    """The decision as one word: the kind of operation, `unchanged`, or the reason for skipping."""
    if decision.skipped:
        return decision.skipped.code
    return decision.operation.kind if decision.operation else "unchanged"


def finding_codes(decision: Decision) -> list[str]:
    """The codes of the findings that do not skip the person."""
    return [finding.code for finding in decision.findings]


def operation_of(one: Scene) -> Operation:
    """The operation about the person of a scene; it must exist."""
    operation = decision_of(one).operation
    assert operation is not None
    return operation
