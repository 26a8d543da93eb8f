"""A second invitation: only for people who were invited and, as the LMS says, have not answered."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.core.model.account import AccountState
from connector.core.model.settings import AddAs, Policy
from connector.errors import HostUnavailable, Refused
from connector.hosts.memory import Failure, Fault
from connector.services.people.invitations import InvitationService
from connector.store.tables.connection import Audit
from tests.clock import Clock
from tests.services.portal import ConnectedPortal


@pytest.fixture
def portal(tmp_path: Path, clock: Clock) -> Iterator[ConnectedPortal]:
    """A connected portal whose three people were invited; the first has answered."""
    made = ConnectedPortal(tmp_path, clock)
    made.chooses(Policy(add_as=AddAs.PENDING_INVITATION))
    made.sync()
    made.host.edit(next(iter(made.host.accounts)), state=AccountState.ACTIVE)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def invitations(portal: ConnectedPortal) -> InvitationService:
    """The service of that portal."""
    return InvitationService(portal.wiring, portal.woken.append)


@pytest.mark.req("X14")
def test_people_who_have_not_answered_can_be_invited_again(
    portal: ConnectedPortal, invitations: InvitationService
) -> None:
    """Two of three have not answered; the selected one gets a second mail, and the list stays the same."""
    waiting = [row.person_key for row in invitations.unanswered("a").rows]
    run = portal.carry_out(invitations.resend("a", "admin", ["p2"]))

    assert waiting == ["p2", "p3"]
    assert (run.status, run.mails, len(portal.mailed())) == ("done", 1, 4)
    assert [row.action for row in portal.rows(Audit)] == ["mail.again"]
    assert [row.person_key for row in invitations.unanswered("a").rows] == ["p2", "p3"]


@pytest.mark.req("X14", "A42")
def test_no_one_else_can_be_invited(portal: ConnectedPortal, invitations: InvitationService) -> None:
    """Neither an unknown person nor people of another portal."""
    with pytest.raises(Refused, match="Reload"):
        invitations.resend("a", "admin", ["p9"])

    assert invitations.unanswered("b").rows == ()


def test_an_unknown_answer_of_the_lms_is_an_error(
    portal: ConnectedPortal, invitations: InvitationService
) -> None:
    """The page shows the error and no people."""
    portal.host.faults.append(Fault("find", Failure.UNKNOWN))

    with pytest.raises(HostUnavailable, match="who has answered"):
        invitations.unanswered("a")
