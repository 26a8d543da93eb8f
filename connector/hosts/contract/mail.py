"""What a host promises about mail: it goes out when it is asked for, and at no other time."""

from connector.core.model.account import AccountState, Mail
from connector.core.ports.host import Change, Invitation, OutcomeStatus
from connector.core.ports.optional import Membership, SupportsEffectPreview, SupportsGroups, SupportsWithdraw
from connector.hosts.contract.promise import promise
from connector.hosts.contract.rig import Need, NotOffered
from connector.hosts.contract.trial import NOBODY, Trial, expect, expect_same, expect_statuses

S = OutcomeStatus


@promise("invite", Need.INVITATIONS, Need.OUTBOX, req=("A38",))
def an_invitation_is_one_mail(trial: Trial) -> None:
    """To the one it is for, and once more when it is asked for again."""
    _, bob_id = trial.create(trial.row("ada"), trial.row("bob", state=AccountState.PENDING))
    before = trial.mailed()
    outcomes = trial.host.invite([Invitation(bob_id, Mail.INVITATION)])
    first = trial.mailed()
    trial.host.invite([Invitation(bob_id, Mail.INVITATION)])

    expect_statuses(outcomes, S.SENT)
    expect(first == [*before, bob_id], "An invitation is not one mail to the one it is for.")
    expect(trial.mailed() == [*first, bob_id], "An invitation that is asked for again is not one mail more.")


@promise("invite", Need.INVITATIONS, Need.OUTBOX, req=("A38",))
def a_welcome_is_one_mail(trial: Trial) -> None:
    """To an account that is active already."""
    [ada_id] = trial.create(trial.row("ada"))
    before = trial.mailed()
    outcomes = trial.host.invite([Invitation(ada_id, Mail.WELCOME)])

    expect_statuses(outcomes, S.SENT)
    expect(trial.mailed() == [*before, ada_id], "A welcome is not one mail to the one it is for.")


@promise("invite", Need.INVITATIONS, Need.OUTBOX, req=("A8",))
def nobody_suspended_or_gone_is_mailed(trial: Trial) -> None:
    """The others of the batch are."""
    ada_id, bob_id = trial.create(trial.row("ada"), trial.row("bob"))
    trial.host.update([Change(ada_id, state=AccountState.SUSPENDED)])
    before = trial.mailed()
    outcomes = trial.host.invite(
        [Invitation(account_id, Mail.WELCOME) for account_id in (ada_id, NOBODY[0], bob_id)]
    )

    expect_statuses(outcomes, S.REJECTED, S.NOT_FOUND, S.SENT)
    expect(trial.mailed() == [*before, bob_id], "The mail went to somebody else as well.")


@promise("update", Need.OUTBOX, req=("A18",))
def an_update_causes_no_mail(trial: Trial) -> None:
    """Neither a new name nor a new address nor a return."""
    [ada_id] = trial.create(trial.row("ada"))
    before = trial.mailed()
    trial.host.update([Change(ada_id, email=trial.names.email("king"), last_name="King")])
    trial.host.update([Change(ada_id, state=AccountState.SUSPENDED)])
    trial.host.update([Change(ada_id, state=AccountState.ACTIVE)])

    expect(trial.mailed() == before, "An update has sent a mail.")


@promise("invite", Need.INVITATIONS, Need.TOLD_AT, Need.CLOCK)
def a_host_that_tells_when_somebody_was_mailed_tells_it(trial: Trial) -> None:
    """A mail that was cut off is looked up before it is sent again."""
    [ada_id] = trial.create(trial.row("ada"))
    before, begun = trial.account(ada_id).told_at, trial.now()
    trial.host.invite([Invitation(ada_id, Mail.WELCOME)])
    told_at = trial.account(ada_id).told_at

    expect(before is None, "Somebody is told to have been mailed before any mail.")
    expect(told_at is not None and told_at >= begun, "It is not told when somebody was mailed.")


@promise("invite", Need.WITHDRAWALS, Need.PENDING, Need.INVITATIONS, Need.OUTBOX)
def an_unanswered_invitation_can_be_taken_back(trial: Trial) -> None:
    """Whoever is active already, and whose invitation is used up, is left alone."""
    host = trial.host
    if not isinstance(host, SupportsWithdraw):
        raise NotOffered(Need.WITHDRAWALS)
    ids = trial.create(trial.row("ada"), trial.row("bob", state=AccountState.PENDING))
    host.invite([Invitation(ids[1], Mail.INVITATION)])

    expect_statuses(host.withdraw(ids), S.UNCHANGED, S.UPDATED)


@promise("groups", Need.GROUPS)
def an_account_is_put_into_a_group_and_taken_out(trial: Trial) -> None:
    """Who is there, or gone, already is UNCHANGED."""
    host = trial.host
    if not isinstance(host, SupportsGroups):
        raise NotOffered(Need.GROUPS)
    [ada_id] = trial.create(trial.row("ada"))
    group_id = host.groups()[0].group_id
    wanted = [Membership(ada_id, group_id, is_member) for is_member in (True, True, False, False)]
    outcomes = [outcome for one in wanted for outcome in host.members([one])]

    expect_statuses(outcomes, S.UPDATED, S.UNCHANGED, S.UPDATED, S.UNCHANGED)


@promise("effect", Need.EFFECT)
def an_effect_is_told_beforehand_and_changes_nothing(trial: Trial) -> None:
    """One a row, in order."""
    host = trial.host
    if not isinstance(host, SupportsEffectPreview):
        raise NotOffered(Need.EFFECT)
    [ada_id] = trial.create(trial.row("ada"))
    before = trial.account(ada_id)
    effects = host.effect([trial.row("bob"), Change(ada_id, state=AccountState.SUSPENDED)])

    expect(len(effects) == 2, f"2 rows have {len(effects)} effects.")
    expect_same(before, trial.account(ada_id), "An effect was only asked for")
