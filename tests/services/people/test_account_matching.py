"""Unclear matches: an admin links or separates, and the next run acts on it."""

from pathlib import Path

import pytest

from connector.core.model.account import AccountState
from connector.core.ports.host import NewAccount
from connector.errors import Refused
from connector.services.people.account_matching import UNCLEAR_MATCHES, AccountMatching
from connector.services.views.pages import Views
from connector.store.tables.people import LinkRow, OverrideRow
from tests.clock import Clock
from tests.services.portal import ConnectedPortal, hire

ASKED = ("e1", "e2")


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> ConnectedPortal:
    """Two people share a work email, and the LMS has two more learners, one of them with that email."""
    portal = ConnectedPortal(tmp_path, clock)
    for number, email in enumerate(("p1@example.com", "else@example.com"), 1):
        portal.host.create([NewAccount(f"other{number}", email, "Ada", "Byron", AccountState.ACTIVE)])
    portal.employs(hire(1), hire(2, email="p1@example.com"), hire(3))
    portal.sync()
    return portal


def unclear(portal: ConnectedPortal) -> list[tuple[str, str]]:
    """The unclear matches, with the reason."""
    page = Views(portal.database).findings("a", skips=UNCLEAR_MATCHES)
    return [(one.employee_id, one.code) for one in page.rows]


def account_of(portal: ConnectedPortal, email: str) -> str:
    """The id of the account with an email."""
    return next(key for key, one in portal.host.accounts.items() if one.email == email)


@pytest.mark.req("D2")
def test_an_account_is_linked_by_hand(portal: ConnectedPortal) -> None:
    """The account is theirs from then on, whatever its email, and no mail is sent."""
    matching = AccountMatching(portal.wiring)
    before, mails = unclear(portal), len(portal.host.mails)
    account_id = account_of(portal, "else@example.com")

    seen = matching.unclear_match("a", "e1")
    matching.link("a", "7", "e1", "ELSE@example.com")
    left = unclear(portal)
    portal.carry_out(portal.queue("sync"))

    assert before == [("e1", "email_shared"), ("e2", "email_shared")]
    assert (seen.code, len(seen.candidates)) == ("email_shared", 1)
    assert [("e2", "email_shared")] == left == unclear(portal)
    assert {("p1", account_id, "by_hand")} == {
        (row.person_key, row.account_id, row.origin) for row in portal.rows(LinkRow) if row.person_key == "p1"
    }
    assert portal.host.accounts[account_id].first_name == "First1"
    assert mails == len(portal.host.mails)


@pytest.mark.req("D2")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", "Give the email", id="nothing"),
        pytest.param("nobody@example.com", "No account has", id="no account"),
        pytest.param("p3@example.com", "another person", id="taken"),
    ],
)
def test_an_account_that_cannot_be_linked_is_refused(
    portal: ConnectedPortal, text: str, expected: str
) -> None:
    """The match stays unclear."""
    with pytest.raises(Refused, match=expected):
        AccountMatching(portal.wiring).link("a", "7", "e1", text)

    assert len(unclear(portal)) == 2


@pytest.mark.req("D2")
def test_only_learners_are_linked(portal: ConnectedPortal) -> None:
    """An admin's account is never linked, not even by hand."""
    account_id = account_of(portal, "else@example.com")
    portal.host.edit(account_id, is_learner=False)

    with pytest.raises(Refused, match="not a learner's"):
        AccountMatching(portal.wiring).link("a", "7", "e1", account_id)


@pytest.mark.req("D2")
def test_a_separated_person_gets_an_account_once_they_have_an_email(portal: ConnectedPortal) -> None:
    """Until then the to-do list says what is missing."""
    matching = AccountMatching(portal.wiring)
    portal.employs(hire(1), hire(2), hire(3))
    portal.carry_out(portal.queue("sync"))
    before = unclear(portal)

    matching.separate("a", "7", "e1")
    portal.carry_out(portal.queue("sync"))
    apart = unclear(portal)
    portal.employs(hire(1, email="own@example.com"), hire(2), hire(3))
    portal.carry_out(portal.queue("sync"))

    assert before == [("e1", "other_key")]
    assert apart == [("e1", "kept_apart")]
    assert unclear(portal) == []
    assert account_of(portal, "own@example.com") == next(
        row.account_id for row in portal.rows(LinkRow) if row.person_key == "p1"
    )


@pytest.mark.req("D2")
def test_a_removed_account_is_forgotten(portal: ConnectedPortal) -> None:
    """They get a new one, as a new employee would; an account that exists is not forgotten."""
    matching = AccountMatching(portal.wiring)
    with pytest.raises(Refused, match="is there"):
        matching.separate("a", "7", "e3")
    old = account_of(portal, "p3@example.com")
    portal.host.delete([old])
    portal.employs(hire(1), hire(2, email="p1@example.com"), hire(3, last_name="New"))
    portal.carry_out(portal.queue("sync"))
    before = unclear(portal)

    matching.separate("a", "7", "e3")
    portal.carry_out(portal.queue("sync"))

    assert ("e3", "account_removed") in before
    assert old != account_of(portal, "p3@example.com")
    assert portal.rows(OverrideRow) == []
