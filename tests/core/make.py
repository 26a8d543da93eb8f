"""Values with everything ordinary filled in, so that a test names only what it is about."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from connector.core.model.account import Account, AccountState, Field, Link
from connector.core.model.decision_input import DecisionInput
from connector.core.model.employee import Employee, EmploymentStatus, Facts, Person
from connector.core.model.operation import Decision, Operation
from connector.core.model.settings import InviteWhen, OnLeave, Policy, Settings
from tests.core.world import Scene, decided
from tests.strategies import TODAY

#: Half past nine in New York, on an ordinary working day.
NOW = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)


def day(offset: int) -> date:
    """Today, so many days later; earlier below 0."""
    return TODAY + timedelta(days=offset)


def employee(**values: Any) -> Employee:
    """Ada, who has worked here for years."""
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


def stranger(**values: Any) -> Account:
    """The same account before any sync: without our mark."""
    return account(external_id=None, **values)


def link(state: AccountState = AccountState.ACTIVE, **values: Any) -> Link:
    """Ada's pair."""
    ordinary: dict[str, Any] = {"person_key": "p1", "account_id": "a1", "state": state}
    return Link(**ordinary | values)


def settings(sso: bool = False, time_zone: str = "America/New_York", **policy: Any) -> Settings:
    """The settings of a portal in New York; further values are those of its policy."""
    return Settings(1, time_zone, Policy(**policy), sso=sso)


def person(*employees: Employee, absent: Mapping[str, int] | None = None) -> Person:
    """One human with these employments."""
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
    """A portal with these accounts, seen by one human; ordinary Ada when nobody is said."""
    human = of if isinstance(of, Person) else person(of or employee())
    case = DecisionInput(human, linked, facts or Facts())
    return Scene(case, accounts, owners or {}, chosen or settings(), fields, NOW)


#: Another current human has an email that Ada has, or is about to have.
SHARED = Facts(shared_emails=frozenset({"ada@acme.example", "new@acme.example"}))

GRANTED = employee()
LEAVING = employee(status=EmploymentStatus.SEPARATED, termination_date=day(9))
WAITING = employee(hire_date=day(9))
KEPT = employee(status=EmploymentStatus.AMBIGUOUS)
ENDED = employee(status=EmploymentStatus.SEPARATED, termination_date=day(-9))
ON_LEAVE = employee(status=EmploymentStatus.ON_LEAVE)

#: People wait for their hire date, and leave suspends: each employee above is due what their name says.
STRICT = settings(invite_when=InviteWhen.HIRE_DATE, on_leave=OnLeave.SUSPEND)


def summary(decision: Decision) -> str:
    """What happens, in a word: the kind of operation, `unchanged`, or the reason for skipping."""
    if decision.skipped:
        return decision.skipped.code
    return decision.operation.kind if decision.operation else "unchanged"


def codes(decision: Decision) -> list[str]:
    """The codes of the findings that stop nobody."""
    return [finding.code for finding in decision.findings]


def operation_of(shown: Scene) -> Operation:
    """The operation that has to be there."""
    operation = decided(shown).operation
    assert operation is not None
    return operation
