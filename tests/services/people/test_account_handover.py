"""Accounts that change hands: an admin says that two ids are one person, and the next run acts on it (rule D25)."""

from dataclasses import replace
from pathlib import Path

import pytest

from connector.core.model.account import AccountState, HolderStatus
from connector.core.model.limits import PlanHold
from connector.core.model.settings import Limit, Limits, Policy
from connector.core.ports.host import NewAccount
from connector.core.rules.why import StepName
from connector.errors import Refused, RunInProgress
from connector.services.people.account_handover import AccountHandover
from connector.services.people.account_matching import AccountMatching
from connector.services.people.explain import explain
from connector.store.connection import legal_entities
from connector.store.tables.connection import Audit, Connection
from connector.store.tables.people import EmployeeRow, FindingRow, PersonAliasRow
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, gone, hire

#: The second person of the company, back under new ids of Paycor's; her old employment is e2 of p2.
BACK = replace(hire(9), email="p2@example.com", first_name="First2", last_name="Last2")


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> ConnectedPortal:
    """Three people were synced; the limits let all of them leave."""
    portal = ConnectedPortal(tmp_path, clock)
    portal.chooses(Policy(limits=Limits(leavers=Limit(50, 50), emails=Limit(50, 50))))
    portal.sync()
    return portal


def run(portal: ConnectedPortal, *employees: object) -> None:
    """A sync of these employees."""
    portal.employs(*employees)  # type: ignore[arg-type]
    row = portal.carry_out(portal.queue("sync"))
    assert row.status == "done", row.held or PlanHold()


def mark_of(portal: ConnectedPortal, email: str) -> tuple[str | None, AccountState]:
    """The mark and the state of the account with an email."""
    return next((one.external_id, one.state) for one in portal.host.accounts.values() if one.email == email)


@pytest.mark.req("D25", "D9")
def test_a_rehire_under_new_ids_gets_the_old_account_once_an_admin_says_so(portal: ConnectedPortal) -> None:
    """No second account, no mail, and an audit entry with ids alone."""
    run(portal, hire(1), gone(2), hire(3), BACK)
    accounts, mails = len(portal.host.accounts), len(portal.host.mails)
    [offer] = AccountHandover(portal.wiring).offers("a").rows
    before = mark_of(portal, "p2@example.com")

    count = AccountHandover(portal.wiring).hand_over("a", "7", ["e9"])
    run(portal, hire(1), gone(2), hire(3), BACK)

    assert (offer.employee.employee_id, offer.holder.employee_id) == ("e9", "e2")
    assert (offer.holder.status, offer.name) == (HolderStatus.LEFT, "First2 Last2")
    assert before == ("p2", AccountState.SUSPENDED)
    assert (count, mark_of(portal, "p2@example.com")) == (1, ("p9", AccountState.ACTIVE))
    assert (accounts, mails) == (len(portal.host.accounts), len(portal.host.mails))
    audit = next(row for row in portal.rows(Audit) if row.action == "account.handed_over")
    assert (audit.viewer_id, audit.detail["before"], audit.detail["employee"]) == ("7", "e2", "e9")


@pytest.mark.req("D25", "D3")
def test_after_a_handover_the_ids_are_one_person(portal: ConnectedPortal) -> None:
    """The old id can come back, and the new one can leave: access ends with the last of them."""
    run(portal, hire(1), gone(2), hire(3), BACK)
    AccountHandover(portal.wiring).hand_over("a", "7", ["e9"])
    left = replace(gone(2), employee_id="e9", person_id="p9")
    run(portal, hire(1), hire(2), hire(3), left)
    under_old_id = mark_of(portal, "p2@example.com")
    run(portal, hire(1), gone(2), hire(3), left)

    assert under_old_id == ("p9", AccountState.ACTIVE)
    assert mark_of(portal, "p2@example.com") == ("p9", AccountState.SUSPENDED)
    assert [(row.person_key, row.used_key) for row in portal.rows(PersonAliasRow)] == [("p2", "p9")]
    assert {row.person_key for row in portal.rows(EmployeeRow)} == {"p1", "p9", "p3"}


@pytest.mark.req("D25", "D26")
def test_an_account_of_somebody_employed_never_changes_hands(portal: ConnectedPortal) -> None:
    """Neither one by one nor for all, and it is not offered. Without a work email its holder keeps the address."""
    handover = AccountHandover(portal.wiring)
    run(portal, hire(1), hire(2, email=None), hire(3), BACK)
    unclear = [(row.employee_id, row.code) for row in portal.rows(FindingRow) if row.is_skip]

    with pytest.raises(Refused, match="No account was handed over"):
        handover.hand_over("a", "7", ["e9"])

    assert unclear == [("e9", "account_taken")]
    assert (handover.offers("a").rows, handover.hand_over_all("a", "7")) == ((), 0)


@pytest.mark.req("D25", "D16", "D17")
def test_another_company_with_the_same_people_takes_all_accounts_over(portal: ConnectedPortal) -> None:
    """After disconnect and connect: new ids for everybody, one press, and nobody loses access."""
    with portal.database.writing() as session:
        connection = session.query(Connection).one()
        legal_entities.claim(session, connection, {2: 2})
    moved = [replace(hire(n), employee_id=f"n{n}", person_id=f"q{n}", legal_entity_id=2) for n in (1, 2, 3)]
    run(portal, *moved)
    handover = AccountHandover(portal.wiring)
    offered = [one.holder.status for one in handover.offers("a").rows]

    count = handover.hand_over_all("a", "7")
    for _ in range(4):
        run(portal, *moved)

    assert (offered, count) == ([HolderStatus.DISCONNECTED] * 3, 3)
    assert sorted((one.external_id, one.state) for one in portal.host.accounts.values()) == [
        (f"q{n}", AccountState.ACTIVE) for n in (1, 2, 3)
    ]
    assert {row.employee_id for row in portal.rows(EmployeeRow)} == {"n1", "n2", "n3"}


@pytest.mark.req("D25", "D17")
def test_a_mark_of_a_forgotten_connection_does_not_keep_an_account(portal: ConnectedPortal) -> None:
    """Nobody is linked any more: the person gets the account, and access with it."""
    portal.host.create([NewAccount("forgotten", "p9@example.com", "First9", "", AccountState.ACTIVE)])
    account = next(one for one in portal.host.accounts.values() if one.external_id == "forgotten")
    portal.host.edit(account.account_id, state=AccountState.SUSPENDED)
    run(portal, hire(1), hire(2), hire(3), hire(9))

    assert AccountHandover(portal.wiring).hand_over("a", "7", ["e9"]) == 1
    run(portal, hire(1), hire(2), hire(3), hire(9))

    assert mark_of(portal, "p9@example.com") == ("p9", AccountState.ACTIVE)


@pytest.mark.req("D25", "D10")
def test_a_holder_who_is_gone_from_the_list_can_lose_the_account(portal: ConnectedPortal) -> None:
    """Only after as many complete reads as prove an absence."""
    found = []
    for _ in range(3):
        run(portal, hire(1), hire(3), BACK)
        found.append([one.holder.status for one in AccountHandover(portal.wiring).offers("a").rows])

    assert found == [[], [], [HolderStatus.GONE]]


@pytest.mark.req("D25", "X8")
def test_the_trace_names_who_holds_the_account(portal: ConnectedPortal) -> None:
    """By name and employee id, with what Paycor says about them; the match shows the same."""
    run(portal, hire(1), gone(2), hire(3), BACK)

    explained = explain(portal.wiring, "a", "e9")
    [candidate] = AccountMatching(portal.wiring).unclear_match("a", "e9").candidates

    assert explained is not None
    [step] = [one for one in explained.steps if one.name is StepName.HOLDER]
    assert (step.value, step.subject) == ("left", "First2 Last2, e2")
    assert candidate.holder is not None
    assert candidate.holder.status is HolderStatus.LEFT


@pytest.mark.req("D25")
def test_nothing_changes_hands_while_a_run_is_in_progress(portal: ConnectedPortal) -> None:
    """It may be about to write what the admin saw."""
    run(portal, hire(1), gone(2), hire(3), BACK)
    refused = []

    def meanwhile() -> None:
        with pytest.raises(RunInProgress):
            AccountHandover(portal.wiring).hand_over("a", "7", ["e9"])
        refused.append(True)

    portal.wiring.feed.meanwhile = meanwhile
    portal.carry_out(portal.queue("sync"))

    assert refused == [True]
