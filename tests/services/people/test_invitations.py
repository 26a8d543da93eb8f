"""A second invitation: for those who were invited and still wait, as the LMS says, and for nobody else."""

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
def resending(portal: ConnectedPortal) -> InvitationService:
    """The service over it."""
    return InvitationService(portal.wiring, portal.woken.append)


@pytest.mark.req("X14")
def test_whoever_has_not_answered_can_be_invited_again(
    portal: ConnectedPortal, resending: InvitationService
) -> None:
    """Two of three wait; the one who is ticked gets a second mail, and the list stays as it was."""
    waiting = [row.person_key for row in resending.unanswered("a").rows]
    run = portal.carry_out(resending.resend("a", "admin", ["p2"]))

    assert waiting == ["p2", "p3"]
    assert (run.status, run.mails, len(portal.mailed())) == ("done", 1, 4)
    assert [row.action for row in portal.rows(Audit)] == ["mail.again"]
    assert [row.person_key for row in resending.unanswered("a").rows] == ["p2", "p3"]


@pytest.mark.req("X14", "A42")
def test_nobody_else_can_be_invited(portal: ConnectedPortal, resending: InvitationService) -> None:
    """Not somebody unknown, nor anybody of another portal."""
    with pytest.raises(Refused, match="Reload"):
        resending.resend("a", "admin", ["p9"])

    assert resending.unanswered("b").rows == ()


def test_an_lms_that_cannot_say_is_not_guessed_for(
    portal: ConnectedPortal, resending: InvitationService
) -> None:
    """The page says so, and shows nobody."""
    portal.host.faults.append(Fault("find", Failure.UNKNOWN))

    with pytest.raises(HostUnavailable, match="who has answered"):
        resending.unanswered("a")
