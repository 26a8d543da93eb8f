"""Accounts to hand over: the list, some, all, and what is refused."""

import pytest

from connector.core.model.account import AccountState
from connector.core.ports.host import NewAccount
from connector.hosts.memory import MemoryHost
from connector.store.tables.people import LinkRow
from tests.services.stored import add, employee, finding
from tests.web.conftest import Site


@pytest.fixture
def waiting(site: Site) -> Site:
    """A connected portal with two people whose accounts have the marks of a company that was forgotten."""
    site.connect()
    site.lms.memory_host = MemoryHost()
    for number in (1, 2):
        email = f"ada{number}@acme.example"
        add(site.database, employee(number, email), finding(number, "account_taken"))
        site.lms.memory_host.create([NewAccount(f"old{number}", email, "Ada", "Byron", AccountState.ACTIVE)])
    return site


def linked(site: Site) -> list[str]:
    """The person keys that have an account."""
    with site.database.reading() as session:
        return sorted(row.person_key for row in session.query(LinkRow))


@pytest.mark.req("D25")
def test_the_list_names_person_account_and_holder(waiting: Site) -> None:
    """And what is known about the holder; the page of unclear matches leads to it."""
    text = waiting.get("/handovers")

    for part in ("Ada L1", "ada2@acme.example", "old1", "Their company is not connected any more"):
        assert part in text
    assert "/handovers" in waiting.get("/disputes")
    assert "Same person: hand it over" in waiting.get("/disputes/e1")


@pytest.mark.req("D25")
def test_those_who_are_ticked_get_their_account(waiting: Site) -> None:
    """The others stay on the list."""
    location = waiting.post("/handovers", person=["e1"], sure="y")

    assert "Accounts handed over: 1" in waiting.client.get(location).text
    assert linked(waiting) == ["p1"]
    assert "Ada L1" not in waiting.get("/handovers")


@pytest.mark.req("D25")
def test_one_button_is_for_all_and_one_for_a_single_person(waiting: Site) -> None:
    """The single one is on the page of the unclear match, where both names are shown."""
    waiting.post("/disputes/e2", hand_over="1")
    single = linked(waiting)
    waiting.post("/handovers", everybody="1", sure="y")

    assert (single, linked(waiting)) == (["p2"], ["p1", "p2"])


@pytest.mark.req("D25")
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param({"person": ["e1"]}, "Confirm that each of them is one person", id="not confirmed"),
        pytest.param({"everybody": "1"}, "Confirm that each of them is one person", id="all, not confirmed"),
        pytest.param({"sure": "y"}, "Tick at least one person", id="nobody"),
        pytest.param({"sure": "y", "person": ["e9"]}, "No account was handed over", id="somebody else"),
    ],
)
def test_without_a_confirmation_nothing_changes_hands(
    waiting: Site, typed: dict[str, object], expected: str
) -> None:
    """The page says what is missing."""
    assert expected in waiting.post("/handovers", 200, **typed)
    assert linked(waiting) == []
