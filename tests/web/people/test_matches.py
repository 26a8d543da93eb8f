import pytest

from connector.core.model.account import AccountState
from connector.core.ports.host import NewAccount
from connector.hosts.memory import MemoryHost
from connector.store.tables.people import LinkRow
from tests.services.stored import add, employee, finding
from tests.web.conftest import Desk


def furnish(desk: Desk) -> str:
    """A connected portal with somebody whose email two learners have; gives the id of the first account."""
    desk.connect()
    add(desk.database, employee(1, "ada@acme.example"), finding(1, "several_accounts"))
    add(desk.database, employee(2, None), finding(2, "inactive"))
    desk.lms.kept = MemoryHost()
    made = desk.lms.kept.create([NewAccount("x", "ada@acme.example", "Ada", "Byron", AccountState.ACTIVE)])
    return made[0].account_id or ""


@pytest.mark.req("D2")
def test_the_queue_leads_to_three_ways_out(desk: Desk) -> None:
    """Only disputes are in it, and each shows the accounts that may be meant."""
    account_id = furnish(desk)

    listed, shown = desk.get("/disputes"), desk.get("/disputes/e1")

    assert "Ada L1" in listed
    assert "Ada L2" not in listed
    assert f'name="choose" value="{account_id}"' in shown
    for button in ("Link", "Keep them apart", "Let it be"):
        assert button in shown


@pytest.mark.req("D2")
def test_a_chosen_account_is_linked(desk: Desk) -> None:
    """And the dispute is out of the queue."""
    account_id = furnish(desk)

    desk.post("/disputes/e1", choose=account_id)

    with desk.database.reading() as session:
        [row] = session.query(LinkRow).all()
    assert ("p1", account_id) == (row.person_key, row.account_id)
    assert "Ada L1" not in desk.get("/disputes")


@pytest.mark.req("D2", "X16")
def test_it_may_be_let_be_or_kept_apart(desk: Desk) -> None:
    """Both are exceptions, which can be ended."""
    furnish(desk)

    desk.post("/disputes/e1", ignore="1", reason="asked HR", until="2026-03-20")
    desk.post("/disputes/e1", separate="1")
    text = desk.get("/exceptions")

    assert "asked HR" in text
    assert "Kept apart from an account" in text


@pytest.mark.req("D2")
def test_what_cannot_be_is_told(desk: Desk) -> None:
    """An account there is not, and a day that is missing."""
    furnish(desk)

    assert "No account has this email or id" in desk.post("/disputes/e1", 200, link="1", account="nobody")
    assert "Give a last day" in desk.post("/disputes/e1", 200, ignore="1", reason="x")
