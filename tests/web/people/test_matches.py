"""Unclear matches: the list, and the three decisions about each person."""

import pytest

from connector.core.model.account import AccountState
from connector.core.ports.host import NewAccount
from connector.hosts.memory import MemoryHost
from connector.store.tables.people import LinkRow
from tests.services.stored import add, employee, finding
from tests.web.conftest import Site


def connect_with_match(site: Site) -> str:
    """A connected portal with one unclear match; returns the id of an account that may be the person's."""
    site.connect()
    add(site.database, employee(1, "ada@acme.example"), finding(1, "several_accounts"))
    add(site.database, employee(2, None), finding(2, "inactive"))
    site.lms.memory_host = MemoryHost()
    outcomes = site.lms.memory_host.create(
        [NewAccount("x", "ada@acme.example", "Ada", "Byron", AccountState.ACTIVE)]
    )
    return outcomes[0].account_id or ""


@pytest.mark.req("D2")
def test_the_list_leads_to_three_decisions(site: Site) -> None:
    """It has unclear matches only, and each shows the accounts that may be the right one."""
    account_id = connect_with_match(site)

    list_text, match_text = site.get("/disputes"), site.get("/disputes/e1")

    assert "Ada L1" in list_text
    assert "Ada L2" not in list_text
    assert f'name="choose" value="{account_id}"' in match_text
    for button in ("Link", "Keep them apart", "Let it be"):
        assert button in match_text


@pytest.mark.req("D2")
def test_the_chosen_account_is_linked(site: Site) -> None:
    """The person then leaves the list."""
    account_id = connect_with_match(site)

    site.post("/disputes/e1", choose=account_id)

    with site.database.reading() as session:
        [row] = session.query(LinkRow).all()
    assert ("p1", account_id) == (row.person_key, row.account_id)
    assert "Ada L1" not in site.get("/disputes")


@pytest.mark.req("D2", "X16")
def test_a_match_can_be_ignored_or_separated(site: Site) -> None:
    """Both become exceptions, which the admin can end."""
    connect_with_match(site)

    site.post("/disputes/e1", ignore="1", reason="asked HR", until="2026-03-20")
    site.post("/disputes/e1", separate="1")
    text = site.get("/exceptions")

    assert "asked HR" in text
    assert "Kept apart from an account" in text


@pytest.mark.req("D2")
def test_a_wrong_decision_is_reported(site: Site) -> None:
    """An account that does not exist, and a missing day."""
    connect_with_match(site)

    assert "No account has this email or id" in site.post("/disputes/e1", 200, link="1", account="nobody")
    assert "Give a last day" in site.post("/disputes/e1", 200, ignore="1", reason="x")
