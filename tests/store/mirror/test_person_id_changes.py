"""A person id that changes at Paycor: the account stays with the employment (rule D1)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connector.core.model.account import AccountState
from connector.core.model.employee import Employee
from connector.store.tables.people import FindingRow, LinkRow
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, gone, hire

pytestmark = pytest.mark.req("D1")


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> Iterator[ConnectedPortal]:
    """A connected portal."""
    made = ConnectedPortal(tmp_path, clock)
    yield made
    made.database.engine.dispose()


def seen(portal: ConnectedPortal, *employees: Employee) -> None:
    """A sync after which Paycor has these people."""
    portal.employs(*employees)
    assert portal.sync(trigger="operator").status == "done"


def linked(portal: ConnectedPortal) -> dict[str, str | None]:
    """Person key -> the external id of the account that it is linked to."""
    return {
        link.person_key: portal.host.accounts[link.account_id].external_id for link in portal.rows(LinkRow)
    }


def found(portal: ConnectedPortal) -> list[tuple[str, str]]:
    """The findings, as (code, person key)."""
    return sorted((row.code, row.person_key) for row in portal.rows(FindingRow))


def test_a_person_id_that_comes_later_keeps_the_account(portal: ConnectedPortal) -> None:
    """Created under the employee id, the account moves to the person id: no second one, no second mail, no finding."""
    seen(portal, hire(1, person_id=None))
    before = linked(portal)
    seen(portal, hire(1, first_name="Renamed"))

    assert (before, linked(portal)) == ({"e1": "e1"}, {"p1": "p1"})
    assert [account.first_name for account in portal.host.accounts.values()] == ["Renamed"]
    assert portal.mailed() == ["p1@example.com"]
    assert found(portal) == []


def test_a_missing_person_id_changes_nothing(portal: ConnectedPortal) -> None:
    """The employment and its person are known, so its values are still synced."""
    seen(portal, hire(1))
    seen(portal, hire(1, person_id=None, first_name="Renamed"))

    assert linked(portal) == {"p1": "p1"}
    assert [account.first_name for account in portal.host.accounts.values()] == ["Renamed"]
    assert found(portal) == []


def test_a_leaver_under_another_id_loses_access(portal: ConnectedPortal) -> None:
    """The account goes with the employment, so its end is the end of access."""
    seen(portal, hire(1), hire(2))
    left: dict[str, Any] = {"status": gone(1).status, "termination_date": gone(1).termination_date}
    seen(portal, hire(1, person_id="p9", **left), hire(2))

    assert linked(portal) == {"p9": "p1", "p2": "p2"}
    states = {account.email: account.state for account in portal.host.accounts.values()}
    assert states == {
        "p1@example.com": AccountState.SUSPENDED,
        "p2@example.com": AccountState.ACTIVE,
    }


def test_a_person_who_keeps_a_job_keeps_the_account(portal: ConnectedPortal) -> None:
    """Of two jobs one turns out to be another person's: the account stays with the other job."""
    second = hire(2, person_id="p1", email="p1@example.com")
    seen(portal, hire(1), second)
    seen(portal, hire(1), hire(2))

    assert linked(portal) == {"p1": "p1", "p2": "p2"}


def test_two_people_who_turn_out_to_be_one_keep_the_linked_account(portal: ConnectedPortal) -> None:
    """The id that stays has a link already, and its account is not exchanged for the other one."""
    seen(portal, hire(1), hire(2))
    seen(portal, hire(1), hire(2, person_id="p1"))

    assert linked(portal) == {"p1": "p1", "p2": "p2"}
