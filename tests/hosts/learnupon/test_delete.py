"""Users of LearnUpon deleted, and invitations taken back."""

from dataclasses import replace

from connector.core.model.account import AccountState
from connector.core.ports.host import (
    OutcomeStatus,
)
from connector.core.ports.optional import SupportsDelete
from connector.hosts.learnupon import LearnUponHost
from tests.hosts.learnupon.fake.portal import FakePortal
from tests.hosts.learnupon.rig import ADA, by_id, invited, statuses

S = OutcomeStatus


def test_an_unlisted_invitation_cannot_be_taken_back(inviting: LearnUponHost, site: FakePortal) -> None:
    """It counts as open, and the refusal gives the reason."""
    site.lists_invites = False
    account_id = invited(inviting)
    [account] = by_id(inviting, account_id)
    [outcome] = inviting.withdraw([account_id])

    assert (account.state, account.email) == (AccountState.PENDING, "")
    assert (outcome.status, outcome.code) == (S.REJECTED, "invite.not_listed")


def test_withdrawing_changes_only_pending_accounts(inviting: LearnUponHost, site: FakePortal) -> None:
    """Not a user, and not an account that does not exist."""
    [bob] = inviting.create([replace(ADA, email="bob@example.test", state=AccountState.ACTIVE)])
    carol_id = invited(inviting, replace(ADA, external_id="p3", email="carol@example.test"))
    outcomes = inviting.withdraw([bob.account_id or "", "987654321", carol_id])

    assert statuses([*outcomes]) == [S.UNCHANGED, S.NOT_FOUND, S.UPDATED]


def test_a_trial_can_delete_its_accounts(inviting: LearnUponHost, site: FakePortal) -> None:
    """Learners are deleted and invitations taken back; an account that is more than a learner stays."""
    deleting: SupportsDelete = inviting
    carol_id = invited(inviting, replace(ADA, external_id="p3", email="carol@example.test"))
    created = inviting.create(
        [
            replace(ADA, external_id=name, email=f"{name}@example.test", state=AccountState.ACTIVE)
            for name in ("p4", "p5")
        ]
    )
    ids = [outcome.account_id or "" for outcome in created]
    site.edit(ids[1], user_type="admin")
    outcomes = deleting.delete([*ids, carol_id, "987654321"])

    assert statuses([*outcomes]) == [S.UPDATED, S.REJECTED, S.UPDATED, S.NOT_FOUND]
    assert [str(user_id) for user_id in site.users] == [ids[1]]
    assert by_id(inviting, carol_id) == by_id(inviting, ids[0]) == []
