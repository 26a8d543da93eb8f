"""The first mail to people who were added silently (D13): it can be sent later, and only once."""

import pytest

from connector.core.model.account import Account, AccountState, MailState
from connector.core.model.settings import AddAs, Policy
from connector.hosts.memory import Failure, Fault, MemoryHost
from connector.store.tables.connection import Audit
from connector.store.tables.people import LinkRow
from tests.clock import Clock
from tests.services.portal import ConnectedPortal


@pytest.fixture
def silent(portal: ConnectedPortal) -> ConnectedPortal:
    """Three learners who were added without a mail."""
    portal.chooses(Policy(add_as=AddAs.ACTIVE_ONLY))
    portal.sync()
    return portal


@pytest.mark.req("D13")
def test_one_person_can_be_mailed_later(silent: ConnectedPortal) -> None:
    """The one who was chosen gets the welcome, the others wait."""
    run = silent.carry_out(silent.invitations.send("a", "admin", ["p2"]))

    assert (run.mode, run.status, run.mails) == ("mail", "done", 1)
    assert silent.mailed() == ["p2@example.com"]
    assert [row.action for row in silent.rows(Audit)] == ["mail.asked"]


@pytest.mark.req("D13")
def test_everybody_can_be_mailed_later_and_only_once(silent: ConnectedPortal) -> None:
    """Requested twice, each person is mailed once."""
    silent.carry_out(silent.invitations.send("a", "admin", ["p2"]))
    silent.carry_out(silent.invitations.send("a", "admin", None))
    silent.carry_out(silent.invitations.send("a", "admin", None))

    assert sorted(silent.mailed()) == ["p1@example.com", "p2@example.com", "p3@example.com"]


@pytest.mark.req("D13")
def test_a_mail_that_failed_can_be_sent_again(silent: ConnectedPortal) -> None:
    """An address that was refused before may be correct by now."""
    silent.host.faults.append(Fault("invite", Failure.REFUSED))
    silent.carry_out(silent.invitations.send("a", "admin", ["p2"]))
    failed = [link.mail_state for link in silent.rows(LinkRow) if link.person_key == "p2"]

    silent.carry_out(silent.invitations.send("a", "admin", ["p2"]))

    assert failed == [MailState.FAILED.value]
    assert silent.mailed() == ["p2@example.com"]


@pytest.mark.req("A11", "D13")
def test_people_who_had_an_account_before_are_never_mailed(portal: ConnectedPortal, clock: Clock) -> None:
    """A learner who was only linked gets no welcome, even when everybody is mailed."""
    there = Account("7", "p1@example.com", "A", "B", AccountState.ACTIVE, is_learner=True)
    portal.lms.shared = MemoryHost(accounts=[there], clock=clock)
    portal.chooses(Policy(add_as=AddAs.ACTIVE_ONLY))
    portal.sync()

    portal.carry_out(portal.invitations.send("a", "admin", None))

    assert sorted(portal.mailed()) == ["p2@example.com", "p3@example.com"]
