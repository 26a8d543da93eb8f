"""Laws of whole runs over real tables and a host in memory, for any company, settings and history."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, StaticPool, create_engine, insert

from connector.core.model.account import Account, AccountState
from connector.core.model.employee import Employee
from connector.core.model.operation import OperationKind
from connector.core.model.settings import Limit, Limits
from connector.core.rules.values.account_values import account_values
from connector.errors import SourceUnavailable
from connector.hosts.memory import MemoryHost
from connector.store.db.base import Base
from connector.store.runs.entries import DONE
from connector.store.tables.people import FindingRow, LinkRow
from connector.store.tables.runs import EntryRow
from tests.clock import Clock
from tests.engine.workbench import Desk
from tests.strategies import Company, companies

ANY = Limit(1_000, 100)
FREE = Limits(ANY, ANY, ANY, ANY, ANY)
#: A whole run takes a hundred times as long as a decision, so there are fewer examples.
WHOLE = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True)
class History:
    """A company, and what Paycor says about the same people later."""

    first: Company
    later: tuple[Employee, ...]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Two companies with the same ids; the settings, the accounts and the links are the first one's."""
    return History(draw(companies()), draw(companies()).employees)


@cache
def engine() -> Engine:
    """One database for all examples, which keeps its compiled statements."""
    made = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    Base.metadata.create_all(made)
    return made


def desk_of(company: Company) -> Desk:
    """The company's portal before the next run, without limits and without rows of earlier examples."""
    with engine().begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    clock = Clock(company.now)
    chosen = replace(company.settings, policy=replace(company.settings.policy, limits=FREE, feed_pct=0))
    desk = Desk(engine(), MemoryHost(company.fields, company.accounts, clock=clock), clock, chosen)
    with desk.database.writing() as session:
        for link in company.links:
            session.execute(
                insert(LinkRow).values(
                    connection_id=desk.connection_id,
                    person_key=link.person_key,
                    account_id=link.account_id,
                    state=link.state.value,
                    origin="found",
                    linked_at=company.now,
                )
            )
    return desk


def applied_rows(desk: Desk) -> list[EntryRow]:
    """The rows that the last run applied."""
    return [row for row in desk.rows(EntryRow) if row.run_id == desk.run_id and row.outcome in DONE]


def linked(desk: Desk) -> set[str]:
    """The ids of the accounts that are linked."""
    return {link.account_id for link in desk.links().values()}


def snapshot(desk: Desk) -> Mapping[str, Account]:
    """Every account as it is now."""
    return dict(desk.host.accounts)


@pytest.mark.req("X2")
@WHOLE
@given(companies())
def test_plan_after_a_sync_is_empty(company: Company) -> None:
    """The next plan has at most the rows that the LMS refused."""
    desk = desk_of(company)
    desk.sync(company.employees)
    refused = {row.person_key for row in desk.rows(EntryRow) if row.outcome not in DONE}
    before = snapshot(desk)

    desk.clock.advance(timedelta(seconds=1))  # type: ignore[attr-defined]
    desk.sync(company.employees)

    assert {row.person_key for row in applied_rows(desk)} <= refused
    assert [one for one in before if one not in desk.host.accounts] == []


@pytest.mark.req("X2")
@WHOLE
@given(companies(), st.integers(1, 5), st.randoms(use_true_random=False))
def test_pages_of_the_feed_do_not_change_the_plan(company: Company, page_size: int, chance: object) -> None:
    """The digest is the same for any page size and order, and with records that come twice."""
    desk = desk_of(company)
    desk.preview(company.employees)
    digest = desk.digest
    mixed = [*company.employees, *company.employees[:2]]
    chance.shuffle(mixed)  # type: ignore[attr-defined]

    again = desk_of(company)
    again.preview(mixed, page_size=page_size)

    assert digest == again.digest


@pytest.mark.req("D1", "D2")
@WHOLE
@given(histories())
def test_accounts_without_a_link_stay_unchanged(history: History) -> None:
    """After a first sync and after a later one."""
    desk = desk_of(history.first)
    before = snapshot(desk)
    ever_linked = linked(desk)

    for employees in (history.first.employees, history.later):
        desk.sync(employees)
        ever_linked |= linked(desk)

    unlinked = {key: account for key, account in before.items() if key not in ever_linked}
    assert unlinked == {key: desk.host.accounts[key] for key in unlinked}


@pytest.mark.req("A6", "A7", "D2")
@WHOLE
@given(histories())
def test_only_learners_are_matched_by_email_or_suspended(history: History) -> None:
    """An admin keeps type and state, and is linked only if the account already had an external id."""
    desk = desk_of(history.first)
    before, were = snapshot(desk), linked(desk)
    admins = {key: account for key, account in before.items() if not account.is_learner}

    desk.sync(history.first.employees)
    desk.sync(history.later)

    now = desk.host.accounts
    assert {key: (one.is_learner, one.state) for key, one in admins.items()} == {
        key: (now[key].is_learner, now[key].state) for key in admins
    }
    marked = {key for key, account in admins.items() if account.external_id}
    assert (linked(desk) - were) & set(admins) <= marked


@pytest.mark.req("D10")
@WHOLE
@given(histories(), st.integers(0, 3))
def test_incomplete_read_changes_nothing(history: History, pages: int) -> None:
    """No account, link or access changes, however far it came, nor in the due run after it."""
    assume(len(history.later) > pages)
    desk = desk_of(history.first)
    desk.sync(history.first.employees)
    desk.run_due_dates()
    before, links = snapshot(desk), {key: row.state for key, row in desk.links().items()}

    with pytest.raises(SourceUnavailable):
        desk.sync(history.later, breaks_after=pages, page_size=1)
    desk.run_due_dates()

    assert before == snapshot(desk)
    assert links == {key: row.state for key, row in desk.links().items()}


@pytest.mark.req("X9")
@WHOLE
@given(companies())
def test_everyone_gets_exactly_one_result(company: Company) -> None:
    """An operation, a reason for none, or unchanged, which only people with an account can be."""
    desk = desk_of(company)
    report = desk.sync(company.employees)

    results = Counter(row.employee_id for row in applied_rows(desk))
    results.update(row.employee_id for row in desk.rows(FindingRow) if row.is_skip)
    assert [one for one, count in results.items() if count > 1] == []
    unchanged = [one for one in company.employees if one.employee_id not in results]
    assert report.unchanged == len(unchanged)
    assert {one.person_key for one in unchanged} <= set(desk.links())


@pytest.mark.req("A1", "X1")
@WHOLE
@given(histories())
def test_preview_predicts_the_sync(history: History) -> None:
    """On the same state both have the same digest, in a new portal and in a synced one.

    No one is missing, because a missing employee has another state after each read.
    """
    desk = desk_of(history.first)
    later = {one.employee_id: one for one in (*history.first.employees, *history.later)}
    for employees in (history.first.employees, tuple(later.values())):
        desk.preview(employees)
        predicted = desk.digest
        desk.sync(employees)

        assert predicted == desk.digest


EDITS = st.fixed_dictionaries(
    {},
    optional={
        "first_name": st.just("Edited"),
        "last_name": st.just("Edited"),
        "state": st.sampled_from(AccountState),
        "is_learner": st.booleans(),
    },
)


@pytest.mark.req("X2")
@WHOLE
@given(histories(), st.lists(EDITS, max_size=6))
def test_stored_plan_applies_only_rows_that_still_fit(
    history: History, edits: list[dict[str, object]]
) -> None:
    """Rows whose account was edited since are left out; the others find the values that they were planned on."""
    desk = desk_of(history.first)
    desk.sync(history.first.employees)
    desk.preview(history.later)
    plan_id = desk.run_id
    for account_id, edit in zip(list(desk.host.accounts), edits, strict=False):
        desk.host.edit(account_id, **edit)
    before = snapshot(desk)

    desk.apply(plan_id)

    for row in applied_rows(desk):
        if row.kind == OperationKind.CREATE.value:
            assert row.account_id not in before
            continue
        was, now = (
            account_values(accounts[row.account_id or ""]) for accounts in (before, desk.host.accounts)
        )
        assert {name: was.get(name) for name in row.before} == row.before
        assert {name: now.get(name) for name in row.after} == row.after
