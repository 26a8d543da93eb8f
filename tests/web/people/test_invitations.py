"""Mail to people: learners who were added without one, and invitations without an answer."""

import pytest
from sqlalchemy import select

from connector.core.model.account import Account, AccountState
from connector.hosts.memory import MemoryHost
from connector.store.tables.people import LinkRow
from tests.services.stored import add, employee, link
from tests.web.conftest import Site


@pytest.mark.req("D13")
@pytest.mark.parametrize(
    ("form", "mailed"),
    [
        pytest.param({"person": ["p1", "p3"]}, {"p1", "p3"}, id="some"),
        pytest.param({"everybody": "1"}, {"p1", "p2", "p3"}, id="all"),
    ],
)
def test_learners_without_a_mail_get_it_when_the_admin_sends_it(
    site: Site, form: dict[str, object], mailed: set[str]
) -> None:
    """To one, many or all; the mails go out in a run of their own."""
    site.connect()
    add(site.database, *[link(number, "held") for number in (1, 2, 3)], employee(1, "ada@acme.example"))

    text = site.get("/untold")
    location = site.post("/untold", 302, **form)
    not_mailed = {row.person_key for row in site.services.views.not_invited("hq").rows}

    assert "ada@acme.example" in text
    assert location == site.url("/runs/1")
    assert {"p1", "p2", "p3"} - not_mailed == mailed


def test_sending_to_nobody_asks_for_a_tick(site: Site) -> None:
    """It never means everybody."""
    site.connect()
    add(site.database, link(1, "held"))

    assert "Tick at least one person." in site.post("/untold", 200)
    assert site.woken == []


@pytest.mark.req("D13", "A8")
def test_no_mail_goes_to_a_learner_whose_access_has_ended(site: Site) -> None:
    """They are on the list again once access is restored."""
    site.connect()
    ended = link(1, "held")
    ended.state = AccountState.SUSPENDED
    add(site.database, ended, employee(1, "p1@x.example"))

    listed = site.services.views.not_invited("hq").rows
    site.services.invitations.send("hq", "7", None)
    with site.database.reading() as session:
        mail_state = session.scalars(select(LinkRow.mail_state)).one()

    assert (listed, mail_state) == ((), "held")


def invited(site: Site) -> None:
    """A connected portal with three invited learners, the second of them has accepted."""
    site.connect()
    states = [AccountState.PENDING, AccountState.ACTIVE, AccountState.PENDING]
    accounts = [
        Account(f"a{number}", f"p{number}@x.example", "Ada", f"L{number}", state, True, f"p{number}")
        for number, state in enumerate(states, 1)
    ]
    site.lms.memory_host = MemoryHost(accounts=accounts)
    links = [link(number, "sent") for number in (1, 2, 3)]
    for row in links:
        row.state = AccountState.PENDING
    add(site.database, *links, *[employee(number, f"p{number}@x.example") for number in (1, 2, 3)])


@pytest.mark.req("X14")
def test_learners_without_an_answer_can_be_invited_again(site: Site) -> None:
    """The LMS says who has not answered; only ticked learners are invited, in a run of their own."""
    invited(site)

    text = site.get("/unanswered")
    location = site.post("/unanswered", person=["p3"])

    with site.database.reading() as session:
        rows = session.scalars(select(LinkRow).order_by(LinkRow.id)).all()
    assert ("p1@x.example" in text, "p2@x.example" in text, "p3@x.example" in text) == (True, False, True)
    assert location == site.url("/runs/1")
    assert site.woken == [1]
    assert [row.mail_state for row in rows] == ["sent", "sent", "owed"]


@pytest.mark.req("X14")
def test_inviting_nobody_again_asks_for_a_tick(site: Site) -> None:
    """No run is queued."""
    invited(site)

    assert "Tick at least one person." in site.post("/unanswered", 200)
    assert site.woken == []
