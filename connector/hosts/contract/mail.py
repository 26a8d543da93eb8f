"""What a host promises about mail, groups and effect previews: no mail goes out unless it is asked for."""

from connector.core.model.account import AccountState, Mail
from connector.core.ports.host import Change, Invitation, OutcomeStatus
from connector.core.ports.optional import Membership, SupportsEffectPreview, SupportsGroups, SupportsWithdraw
from connector.hosts.contract.promise import promise
from connector.hosts.contract.rig import Need, NotOffered
from connector.hosts.contract.trial import UNKNOWN_IDS, Trial, expect, expect_same, expect_statuses

S = OutcomeStatus


@promise("invite", Need.INVITATIONS, Need.OUTBOX, req=("A38",))
def an_invitation_is_one_mail(trial: Trial) -> None:
    """To the account it is for, and a second one when it is asked for again."""
    _, bob_id = trial.create(trial.row("ada"), trial.row("bob", state=AccountState.PENDING))
    before = trial.mailed()
    outcomes = trial.host.invite([Invitation(bob_id, Mail.INVITATION)])
    first = trial.mailed()
    trial.host.invite([Invitation(bob_id, Mail.INVITATION)])

    expect_statuses(outcomes, S.SENT)
    expect(first == [*before, bob_id], "An invitation is not one mail to its account.")
    expect(trial.mailed() == [*first, bob_id], "An invitation asked for again is not one more mail.")


@promise("invite", Need.INVITATIONS, Need.OUTBOX, req=("A38",))
def a_welcome_is_one_mail(trial: Trial) -> None:
    """To an active account."""
    [ada_id] = trial.create(trial.row("ada"))
    before = trial.mailed()
    outcomes = trial.host.invite([Invitation(ada_id, Mail.WELCOME)])

    expect_statuses(outcomes, S.SENT)
    expect(trial.mailed() == [*before, ada_id], "A welcome is not one mail to its account.")


@promise("invite", Need.INVITATIONS, Need.OUTBOX, req=("A8",))
def a_suspended_or_unknown_account_gets_no_mail(trial: Trial) -> None:
    """The other accounts of the batch get theirs."""
    ada_id, bob_id = trial.create(trial.row("ada"), trial.row("bob"))
    trial.host.update([Change(ada_id, state=AccountState.SUSPENDED)])
    before = trial.mailed()
    outcomes = trial.host.invite(
        [Invitation(account_id, Mail.WELCOME) for account_id in (ada_id, UNKNOWN_IDS[0], bob_id)]
    )

    expect_statuses(outcomes, S.REJECTED, S.NOT_FOUND, S.SENT)
    expect(trial.mailed() == [*before, bob_id], "A mail went to another account as well.")


@promise("update", Need.OUTBOX, req=("A18",))
def an_update_causes_no_mail(trial: Trial) -> None:
    """Not for a new name, a new address or restored access."""
    [ada_id] = trial.create(trial.row("ada"))
    before = trial.mailed()
    trial.host.update([Change(ada_id, email=trial.names.email("king"), last_name="King")])
    trial.host.update([Change(ada_id, state=AccountState.SUSPENDED)])
    trial.host.update([Change(ada_id, state=AccountState.ACTIVE)])

    expect(trial.mailed() == before, "An update has sent a mail.")


@promise("invite", Need.INVITATIONS, Need.LAST_MAILED_AT, Need.CLOCK)
def the_time_of_the_last_mail_is_reported(trial: Trial) -> None:
    """An interrupted mail is looked up before it is sent again."""
    [ada_id] = trial.create(trial.row("ada"))
    before, begun = trial.account(ada_id).last_mailed_at, trial.now()
    trial.host.invite([Invitation(ada_id, Mail.WELCOME)])
    last_mailed_at = trial.account(ada_id).last_mailed_at

    expect(before is None, "A new account has the time of a mail.")
    expect(last_mailed_at is not None and last_mailed_at >= begun, "The time of a mail is not reported.")


@promise("invite", Need.WITHDRAWALS, Need.PENDING, Need.INVITATIONS, Need.OUTBOX)
def an_unanswered_invitation_can_be_taken_back(trial: Trial) -> None:
    """An active account, whose invitation is used up, is not changed."""
    host = trial.host
    if not isinstance(host, SupportsWithdraw):
        raise NotOffered(Need.WITHDRAWALS)
    ids = trial.create(trial.row("ada"), trial.row("bob", state=AccountState.PENDING))
    host.invite([Invitation(ids[1], Mail.INVITATION)])

    expect_statuses(host.withdraw(ids), S.UNCHANGED, S.UPDATED)


@promise("groups", Need.GROUPS)
def an_account_is_added_to_a_group_and_removed(trial: Trial) -> None:
    """Where nothing has to change, the outcome is UNCHANGED."""
    host = trial.host
    if not isinstance(host, SupportsGroups):
        raise NotOffered(Need.GROUPS)
    [ada_id] = trial.create(trial.row("ada"))
    group_id = host.groups()[0].group_id
    memberships = [Membership(ada_id, group_id, is_member) for is_member in (True, True, False, False)]
    outcomes = [outcome for one in memberships for outcome in host.members([one])]

    expect_statuses(outcomes, S.UPDATED, S.UNCHANGED, S.UPDATED, S.UNCHANGED)


@promise("effect", Need.EFFECT)
def an_effect_preview_changes_nothing(trial: Trial) -> None:
    """One effect per row, in order."""
    host = trial.host
    if not isinstance(host, SupportsEffectPreview):
        raise NotOffered(Need.EFFECT)
    [ada_id] = trial.create(trial.row("ada"))
    before = trial.account(ada_id)
    effects = host.effect([trial.row("bob"), Change(ada_id, state=AccountState.SUSPENDED)])

    expect(len(effects) == 2, f"2 rows have {len(effects)} effects.")
    expect_same(before, trial.account(ada_id), "An effect was only previewed")
